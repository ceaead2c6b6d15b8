"""LeWiDi JSON (Learning with Disagreements), second and third edition: reading.

Second edition (Leonardelli et al. 2023): ``annotations`` and ``annotators`` are lists joined by commas.
Third edition (2025): ``annotations`` maps each annotator to a label, or to several joined by commas, and a file
``<dataset>_annotators_meta.json`` describes the people.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from annotation.formats.dataset import Answer, Dataset, FormatError, Item, Rater, Refusal, in_order
from annotation.formats.json_text import read_json, unstorable
from annotation.formats.missing import canonical_id, left_blank, missing_kind
from annotation.formats.text_files import column_name, similar_aside

QUESTION = "label"
_KNOWN = {
    "text", "annotation task", "number of annotations", "number of annotators", "annotations", "annotators", "lang",
    "hard_label", "soft_label", "split", "other_info",
}  # fmt: skip
_IDS = ("id", "item_id", "item", "instance_id")
_GROUP_KEY = re.compile(r"annotators?[ _-]*groups?", re.IGNORECASE)  # spelt differently between files


@dataclass
class _Reading:
    items: list[Item] = field(default_factory=list)
    answers: list[Answer] = field(default_factory=list)
    raters: dict[str, dict[str, str]] = field(default_factory=dict)
    refusals: list[Refusal] = field(default_factory=list)
    labels: set[str] = field(default_factory=set)
    edition: int = 2


def read_lewidi(path: Path, raters: Path | None = None) -> Dataset:
    """Read one LeWiDi file, and the people from ``raters`` or from the metadata file beside it.

    Raises
    ------
    FormatError
        If a file is not JSON or not a mapping of items.
    """
    document, twice = read_json(path)
    if isinstance(document, list):
        document = _by_id(document, path)
    if not isinstance(document, dict):
        raise FormatError(f"{path}: a JSON object of items should stand here, not {type(document).__name__}.")
    reading = _Reading()
    reading.refusals += [Refusal(f"key {key!r}", "given twice; only the last one can be read") for key in twice]
    for key, entry in document.items():
        _read_item(str(key), entry, reading)
    people, missed = _read_people(raters or metadata_beside(path), reading.raters)
    reading.refusals += missed
    first = next((entry for entry in document.values() if isinstance(entry, dict)), {})
    info = {
        "edition": reading.edition,
        "multiple": [QUESTION] if any("," in answer.value for answer in reading.answers) else [],
        "task": first.get("annotation task", ""),
        "labels": {QUESTION: in_order(reading.labels)},
        "languages": sorted({str(item.extra["lang"]) for item in reading.items if item.extra.get("lang")}),
        "name": path.stem,
    }
    return Dataset(tuple(reading.items), people, tuple(reading.answers), tuple(reading.refusals), info=info)


def metadata_beside(path: Path) -> Path | None:
    """The file of annotators that the third edition puts beside a split, or None."""
    found = path.parent / f"{path.stem.rsplit('_', 1)[0]}_annotators_meta.json"
    return found if found.is_file() else None


def _read_item(key: str, entry: Any, reading: _Reading) -> None:
    where = f"item {key}"
    if isinstance(entry, dict):
        entry = {column_name(name): held for name, held in entry.items()}
    if not isinstance(entry, dict) or "annotations" not in entry:
        hint = similar_aside("annotations", entry) if isinstance(entry, dict) else ""
        reading.refusals.append(Refusal(where, f"not an item: it has no 'annotations'{hint}"))
        return
    if wrong := unstorable([key, entry]):
        reading.refusals.append(Refusal(f"item {key!a}", wrong))
        return
    raw_text = entry.get("text", "")
    texts = {str(k): v for k, v in raw_text.items()} if isinstance(raw_text, dict) else {"text": raw_text}
    extra = {k: entry[k] for k in ("lang", "split", "other_info") if k in entry}
    extra.update({k: entry[k] for k in entry if k not in _KNOWN})
    reading.items.append(Item(key, texts, extra))
    reading.labels.update(_listed_labels(entry.get("soft_label")))
    listed = _split(entry.get("annotators"))
    if isinstance(entry["annotations"], dict):
        reading.edition = 3
        given = [(str(rater).strip(), _label(value)) for rater, value in entry["annotations"].items()]
        for rater in dict.fromkeys(listed):
            if rater not in dict(given):
                reading.refusals.append(Refusal(f"{where}, rater {rater}", "listed as annotator without an annotation"))
    else:
        values = _split(entry["annotations"])
        if len(values) != len(listed):
            reason = f"{len(listed)} annotators have {len(values)} annotations: nobody can tell whose is whose"
            reading.refusals.append(Refusal(where, reason))
            return
        given = list(zip(listed, values, strict=True))
    beside = dict(_beside(entry.get("other_info"), listed or [rater for rater, _ in given]))
    seen: dict[str, str] = {}
    for position, (rater, value) in enumerate(given):
        clean = ",".join(in_order({canonical_id(label) for label in value.split(",")}))
        blank = left_blank(value)
        if not rater or blank or rater in seen:
            reason = (
                "no rater" if not rater else f"no label ({missing_kind(value)})" if blank
                else f"rater {rater} already answered {seen[rater]!r}; this second answer is {clean!r}"
            )  # fmt: skip
            reading.refusals.append(Refusal(f"{where}, rater {rater or position + 1}", reason))
            continue
        seen[rater] = clean
        reading.labels.update(clean.split(","))
        reading.raters.setdefault(rater, {}).update(_perspective(entry.get("other_info"), rater))
        columns = {name: parts[rater] for name, parts in beside.items() if rater in parts}
        why = tuple(str(reason) for reason in columns.pop("explanations", ()) if reason not in (None, ""))
        flags = tuple(dict.fromkeys(str(flag) for part in columns.pop("flags", ()) for flag in _listed(part)))
        flat = {name: part[0] if part.count(part[0]) == len(part) else part for name, part in columns.items()}
        flat = {name: held for name, held in flat.items() if held is not None}
        reading.answers.append(Answer(key, rater, QUESTION, clean, why, flags, flat))


def _by_id(entries: list[Any], path: Path) -> dict[str, Any]:
    """Items that stand in a list, by the id that each has."""
    found: dict[str, Any] = {}
    for place, entry in enumerate(entries, start=1):
        names = [name for name in _IDS if isinstance(entry, dict) and entry.get(name) not in (None, "")]
        if not names:
            raise FormatError(f"{path}, entry {place}: an item in a list should have one of {', '.join(_IDS)}.")
        key = canonical_id(entry[names[0]])
        if key in found:
            raise FormatError(f"{path}, entry {place}: item {key!r} stands twice.")
        found[key] = {name: held for name, held in entry.items() if name != names[0]}
    return found


def _split(joined: Any) -> list[str]:
    if joined is None or joined == "":
        return []
    parts = joined if isinstance(joined, list) else str(joined).split(",")
    return [_label(part).strip() for part in parts]


def _label(held: Any) -> str:
    """A label as text, several joined by commas; nothing where null stands."""
    if held is None:
        return ""
    if isinstance(held, list):
        return ",".join(_label(one) for one in held)
    return json.dumps(held, ensure_ascii=False) if isinstance(held, dict | bool) else str(held)


def _listed(held: Any) -> list[Any]:
    return held if isinstance(held, list) else [held] if held else []


def _listed_labels(soft_label: Any) -> list[str]:
    """Labels named by a soft label; ids like "0.0" in one split and "0" in another are the same label."""
    return [canonical_id(label) for label in soft_label] if isinstance(soft_label, dict) else []


def _beside(other_info: Any, listed: list[str]) -> Iterator[tuple[str, dict[str, list[Any]]]]:
    """Lists in ``other_info`` with one entry per annotator, split by rater."""
    if not isinstance(other_info, dict):
        return
    for name, held in other_info.items():
        nested = held.items() if isinstance(held, dict) else [("", held)]
        for inner, column in nested:
            parts = column if isinstance(column, list) else str(column).split(",")
            if len(parts) != len(listed) or (len(listed) == 1 and not isinstance(column, list)):
                continue
            by_rater: dict[str, list[Any]] = {}
            for rater, part in zip(listed, parts, strict=True):
                by_rater.setdefault(rater, []).append(part.strip() if isinstance(part, str) else part)
            yield "group" if _GROUP_KEY.fullmatch(name) else inner or name, by_rater


def _perspective(other_info: Any, rater: str) -> Mapping[str, str]:
    """Who this rater is, where ``other_info`` names the rater."""
    if isinstance(other_info, dict) and isinstance(other_info.get(rater), str):
        return {"perspective": other_info[rater]}
    return {}


def _read_people(path: Path | None, found: dict[str, dict[str, str]]) -> tuple[tuple[Rater, ...], list[Refusal]]:
    """People of the answers with what the metadata says of them; their ids are written "Ann12" or "12"."""
    if path is None:
        return tuple(Rater(rater, known) for rater, known in found.items()), []
    document, twice = read_json(path)
    if not isinstance(document, dict):
        raise FormatError(f"{path}: a JSON object of annotators should stand here, not {type(document).__name__}.")
    refusals = [Refusal(f"{path.name}, key {key!r}", "given twice; only the last one can be read") for key in twice]
    people = {rater: dict(known) for rater, known in found.items()}
    for key, told in document.items():
        if not isinstance(told, dict):
            refusals.append(Refusal(f"{path.name}, {key}", "not a description of a person"))
            continue
        name = canonical_id(key)
        rater = name if name in people or f"Ann{name}" not in people else f"Ann{name}"
        if rater not in people and name.isdecimal() and any(known.startswith("Ann") for known in people):
            rater = f"Ann{name}"
        people.setdefault(rater, {}).update({str(k): _plain(v) for k, v in told.items()})
    return tuple(Rater(rater, known) for rater, known in people.items()), refusals


def _plain(cell: Any) -> str:
    if cell is None:
        return ""
    return json.dumps(cell, ensure_ascii=False) if isinstance(cell, dict | list) else canonical_id(cell)
