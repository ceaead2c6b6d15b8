"""The arrays of a run as bytes: what it was computed from, so that it can be computed again.

A snapshot holds one shape of :mod:`aggregation.sources` without the people's member rows: those stand beside it
(``Aggregation.members``), so that files never carry them.
"""

import hashlib
import io
import json
from dataclasses import replace
from typing import Any, get_args

import numpy as np
from numpy.typing import NDArray

from aggregation.sources import Grouping, Option, Pairs, People, Ratings, Shape, Utilities, Votes

Arrays = Votes | Utilities | Ratings | Pairs
TYPES: dict[Shape, type[Arrays]] = {"votes": Votes, "utilities": Utilities, "ratings": Ratings, "pairs": Pairs}


def to_bytes(arrays: Arrays) -> bytes:
    """Pack; the same arrays give the same bytes."""
    told, parts = _parts(arrays)
    parts["told"] = np.frombuffer(_canonical(told), dtype=np.uint8)
    out = io.BytesIO()
    np.savez_compressed(out, **parts)  # type: ignore[arg-type]  # the stubs take the keywords for allow_pickle
    return out.getvalue()


def from_bytes(data: bytes) -> Arrays:
    """Unpack what :func:`to_bytes` made; people's member rows are -1.

    Raises
    ------
    ValueError
        If the bytes are something else.
    """
    with np.load(io.BytesIO(data), allow_pickle=False) as packed:
        parts = {name: packed[name] for name in packed.files}
    told: dict[str, Any] = json.loads(parts.pop("told").tobytes())
    shape = told.pop("shape")
    if shape not in get_args(Shape):
        raise ValueError(f"shape={shape!r} should be one of {', '.join(get_args(Shape))}")
    people = told.pop("people")
    groupings = {
        one["key"]: Grouping(one["key"], one["title"], tuple(one["levels"]), parts.pop(f"level_{number}"), one["kind"])
        for number, one in enumerate(people["groupings"])
    }
    ids = tuple(people["ids"])
    whole = People(ids, np.full(len(ids), -1, dtype=np.int64), groupings, parts.pop("weight_P", None))
    values = {name: _tupled(value) for name, value in told.items()} | parts
    if "options" in values:
        values["options"] = tuple(Option(*option) for option in values["options"])
    if "strata" in values:
        values["strata"] = {name: tuple(texts) for name, texts in told["strata"].items()}
    return TYPES[shape](people=whole, **values)


def sha256_of(arrays: Arrays) -> str:
    """Hash of everything in the arrays but the people's member rows; it does not depend on how they are packed."""
    told, parts = _parts(arrays)
    digest = hashlib.sha256(_canonical(told))
    for name in sorted(parts):
        array = np.ascontiguousarray(parts[name])
        digest.update(f"{name} {array.dtype.str} {array.shape}".encode())
        digest.update(array.tobytes())
    return digest.hexdigest()


def of_people(arrays: Votes, kept_P: NDArray[np.bool_]) -> Votes:
    """The votes of some of the people only."""
    place = np.cumsum(kept_P) - 1
    inside = kept_P[arrays.person_R]
    people = arrays.people
    groupings = {key: replace(one, level_P=one.level_P[kept_P]) for key, one in people.groupings.items()}
    return replace(
        arrays,
        people=People(
            tuple(name for name, kept in zip(people.ids, kept_P.tolist(), strict=True) if kept),
            people.member_P[kept_P],
            groupings,
            None if people.weight_P is None else people.weight_P[kept_P],
        ),
        person_R=place[arrays.person_R[inside]].astype(np.intp),
        candidate_R=arrays.candidate_R[inside],
        value_R=arrays.value_R[inside],
        seconds_R=None if arrays.seconds_R is None else arrays.seconds_R[inside],
    )


def _parts(arrays: Arrays) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
    shape = next(name for name, kind in TYPES.items() if isinstance(arrays, kind))
    told: dict[str, Any] = {"shape": shape}
    parts: dict[str, NDArray[Any]] = {}
    for name, value in vars(arrays).items():
        if name == "people":
            continue
        if isinstance(value, np.ndarray):
            parts[name] = value
        elif name == "options":
            told[name] = [[option.code, option.text, option.value] for option in value]
        else:
            told[name] = value
    people = arrays.people
    told["people"] = {
        "ids": people.ids,
        "groupings": [
            {"key": one.key, "title": one.title, "levels": one.levels, "kind": one.kind}
            for one in people.groupings.values()
        ],
    }
    for number, one in enumerate(people.groupings.values()):
        parts[f"level_{number}"] = one.level_P
    if people.weight_P is not None:
        parts["weight_P"] = people.weight_P
    return told, parts


def _canonical(told: dict[str, Any]) -> bytes:
    return json.dumps(told, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=dict).encode()


def _tupled(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value
