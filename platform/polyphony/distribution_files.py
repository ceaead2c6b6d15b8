"""What `polyphony distributions` reads and writes: ratings, and a reference of samples or of probabilities."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from aggregation.algorithms.distributions.comparison import Measured, compare_answers
from aggregation.algorithms.distributions.describe import REFUSED, code_answers, describe_answers
from aggregation.algorithms.distributions.report import distribution_report
from annotation.formats.dataset import are_numbers, in_order
from annotation.formats.missing import canonical_id, missing_kind
from polyphony.agreement_report import group_answers
from polyphony.errors import BadInput
from polyphony.files import read_table, row_numbers
from polyphony.rater_weights import read_rater_weights
from polyphony.ratings import Ratings, read_ratings

_SHARES = ("probability", "share", "p", "prob")
_SLACK = 0.02  # published shares are rounded, such as .33 and .67


@dataclass(frozen=True)
class Columns:
    """Names of columns in the ratings and in the reference."""

    item: str
    rater: str
    value: str
    by: str | None = None


@dataclass(frozen=True)
class Reference:
    """Shares of options by item and, where the file tells groups apart, by group (else the one group "").

    ``refusals`` counts samples that refused; they are in no share.
    """

    shares: dict[str, dict[str, dict[str, float]]]
    by_group: bool
    refusals: int
    from_samples: bool


def describe_files(
    path: Path,
    columns: Columns,
    *,
    raters: Path | None = None,
    weights: Path | None = None,
    reference: Path | None = None,
    alpha0: float | None = None,
    scale: Sequence[str] | None = None,
    options_of: str = "table",
    refusals: Sequence[str] = (),
    duplicates: str = "first",
    k: int = 0,
    replicates: int = 1000,
    seed: int = 0,
    progress: Callable[[int, int], object] | None = None,
) -> dict[str, Any]:
    """Describe a table of ratings; see `polyphony distributions`.

    Raises
    ------
    BadInput
        If a file is not what it should be.
    """
    by = [] if columns.by is None else [columns.by]
    ratings = read_ratings(
        path, item=columns.item, rater=columns.rater, value=columns.value, by=by, people=raters,
        duplicates=duplicates, keep_declined=True,
    )  # fmt: skip
    if ratings.table.empty:
        raise BadInput(f"{path}: no row has an item, a rater and a value.")
    declined = {canonical_id(word) for word in refusals}
    refused_N = np.array([_is_refusal(text, declined) for text in ratings.table["value"]])
    held = None if reference is None else _read_reference(reference, columns, declined)
    item_N, items = pd.factorize(ratings.table["item"])
    rater_N, people = pd.factorize(ratings.table["rater"])
    group_R, groups, ungrouped, warnings = _groups(ratings, columns.by, rater_N, len(people))
    options = _options(ratings, refused_N, held, scale, path, columns.value)
    place = {name: position for position, name in enumerate(options)}
    option_N = np.array(
        [REFUSED if no else place[text] for text, no in zip(ratings.table["value"], refused_N, strict=True)]
    )
    offered = _offered(item_N, option_N, len(items), len(options), options_of)
    warnings += ratings.warnings
    reference_IGK = None
    if held is not None and reference is not None:
        reference_IGK, more = _reference_shares(held, reference, list(items), groups, place)
        warnings += more
        offered |= np.nan_to_num(reference_IGK).any(axis=1)
    nobody = np.asarray(~offered.any(axis=1))
    if nobody.any():
        warnings.append(f"{int(nobody.sum())} items have refusals only, such as {items[nobody][0]!r}.")
        offered[nobody] = True
    weight_R = None if weights is None else read_rater_weights(weights, list(people), columns.rater)
    try:
        answers = code_answers(
            item_N, rater_N, option_N, group_R, n_groups=len(groups), offered_IK=offered, weight_R=weight_R
        )
        found = describe_answers(answers, alpha0=alpha0)
    except ValueError as problem:
        raise BadInput(f"{path}: {problem}.") from None
    values_IK = _option_values(options, scale, offered)
    measured: Sequence[Measured] = ()
    if reference_IGK is not None:
        measured = compare_answers(
            answers, reference_IGK, values_IK=values_IK, replicates=replicates,
            rng=np.random.default_rng(seed), progress=progress,
        )  # fmt: skip
        if values_IK is None:
            warnings.append("options are not numbers: --scale gives their order for the Wasserstein distance")
    report = distribution_report(
        answers, found, measured, items=list(items), groups=groups, options=options, values_IK=values_IK, k=k
    )
    return {
        "by": columns.by,
        "raters": len(people),
        "answers": None if k > 1 else int((~refused_N).sum()),
        "refusals": None if k > 1 else int(refused_N.sum()),
        "options": options,
        "option_values": None if values_IK is None else dict(zip(options, _points(options), strict=True)),
        "alpha0": "K/2" if alpha0 is None else alpha0,
        **report,
        "ungrouped": ungrouped if k < 2 else None,
        "reference": None if held is None else {"from": "samples" if held.from_samples else "probabilities",
                                                "by_group": held.by_group, "refusals": held.refusals},
        "refused": ratings.refused,
        "warnings": warnings,
    }  # fmt: skip


def _is_refusal(text: str, declined: set[str]) -> bool:
    return text in declined or missing_kind(text) == "declined"


def _groups(
    ratings: Ratings, column: str | None, rater_N: NDArray[np.int64], n_raters: int
) -> tuple[NDArray[np.int64], list[str], dict[str, int], list[str]]:
    """Each rater's group, the groups' names, how many have none and why, and warnings."""
    group_R = np.full(n_raters, -1, dtype=np.int64)
    if column is None:
        return group_R, [], {}, []
    grouping = group_answers(ratings.table, [column])[0]
    changed = set()
    for rater, code in zip(rater_N, grouping.codes, strict=True):
        if code >= 0:
            if group_R[rater] >= 0 and group_R[rater] != code and rater not in changed:
                changed.add(rater)
            if group_R[rater] < 0:
                group_R[rater] = code
    warnings = [f"{column} has two values for {len(changed)} raters; the first one counts"] if changed else []
    without = {kind: len(np.unique(rater_N[mask & (group_R[rater_N] < 0)])) for kind, mask in grouping.missing.items()}
    if not grouping.names:
        warnings.append(f"{column} is empty: there is no group")
    return group_R, grouping.names, without, warnings


def _options(
    ratings: Ratings,
    refused_N: NDArray[np.bool_],
    held: Reference | None,
    scale: Sequence[str] | None,
    path: Path,
    column: str,
) -> list[str]:
    used = set(ratings.table["value"][~refused_N])
    if held is not None:
        used |= {option for of_group in held.shares.values() for one in of_group.values() for option in one}
    if scale is None:
        if not used:
            raise BadInput(f"{path}, column {column!r}: every answer is a refusal.")
        return in_order(used)
    strange = in_order(used - set(scale))
    if strange:
        raise BadInput(f"{path}, column {column!r}: {strange[0]!r} is not on the scale {', '.join(scale)}.")
    return list(scale)


def _offered(
    item_N: NDArray[np.int64], option_N: NDArray[np.int64], n_items: int, n_options: int, options_of: str
) -> NDArray[np.bool_]:
    if options_of == "table":
        return np.ones((n_items, n_options), dtype=np.bool_)
    offered = np.zeros((n_items, n_options), dtype=np.bool_)
    given = option_N != REFUSED
    offered[item_N[given], option_N[given]] = True
    return offered


def _points(options: Sequence[str]) -> list[float]:
    return (
        [float(name) for name in options] if are_numbers(options) else [float(place) for place in range(len(options))]
    )


def _option_values(
    options: Sequence[str], scale: Sequence[str] | None, offered: NDArray[np.bool_]
) -> NDArray[np.float64] | None:
    """Numbers that options stand for: themselves, or their places on a given scale; None where there is neither."""
    if not are_numbers(options) and scale is None:
        return None
    return np.where(offered, np.array(_points(options)), np.nan)


def _read_reference(path: Path, columns: Columns, declined: set[str]) -> Reference:
    table = read_table(path, needs=[columns.item, columns.value])
    rows = row_numbers(table, path)
    by_group = columns.by is not None and columns.by in table.columns
    share_column = next((name for name in _SHARES if name in table.columns), None)
    totals: dict[str, dict[str, dict[str, float]]] = {}
    refusals = 0
    for place, row in enumerate(table.to_dict("records")):
        where = f"{path}, row {rows[place]}"
        item, option = canonical_id(row[columns.item]), canonical_id(row[columns.value])
        group = canonical_id(row[columns.by]) if by_group and columns.by else ""
        if item == "" or option == "":
            lacking = columns.item if item == "" else columns.value
            raise BadInput(f"{where}, column {lacking!r}: the cell is empty.")
        if _is_refusal(option, declined):
            refusals += 1
            continue
        mass = 1.0
        if share_column is not None:
            try:
                mass = float(row[share_column])
            except ValueError:
                mass = float("nan")
            if not 0 <= mass <= 1 + _SLACK:
                found = row[share_column]
                raise BadInput(f"{where}, column {share_column!r}: {found!r} should be a number from 0 to 1.")
        held = totals.setdefault(item, {}).setdefault(group, {})
        if share_column is not None and option in held:
            raise BadInput(f"{where}, column {columns.value!r}: {option!r} has a probability already for {item!r}.")
        held[option] = held.get(option, 0.0) + mass
    for item, of_group in totals.items():
        for group, held in of_group.items():
            total = sum(held.values())
            if (
                share_column is not None and abs(total - 1) > _SLACK and not (refusals and 0 < total < 1)
            ) or total == 0:
                of_whom = f", {columns.by}={group}" if group else ""
                raise BadInput(f"{path}, item {item!r}{of_whom}: probabilities add up to {total:g}, not to 1.")
            of_group[group] = {option: mass / total for option, mass in held.items()}
    if not totals:
        raise BadInput(f"{path}: holds no answer.")
    return Reference(totals, by_group, refusals, share_column is None)


def _reference_shares(
    held: Reference, path: Path, items: Sequence[str], groups: Sequence[str], place: dict[str, int]
) -> tuple[NDArray[np.float64], list[str]]:
    """Shares of shape (I, 1 or G + 1, K), nan where the reference has none; with warnings."""
    names = [*groups, ""] if held.by_group else [""]
    shares = np.full((len(items), len(names), len(place)), np.nan)
    for i, item in enumerate(items):
        of_group = held.shares.get(item, {})
        for g, name in enumerate(names):
            if name in of_group:
                shares[i, g] = 0.0
                for option, share in of_group[name].items():
                    shares[i, g, place[option]] = share
    lacking = [item for item in items if item not in held.shares]
    warnings = []
    if len(lacking) == len(items):
        raise BadInput(f"{path}: has none of the {len(items)} items, such as {items[0]!r}.")
    if lacking:
        warnings.append(f"{path.name} has nothing on {len(lacking)} of {len(items)} items, such as {lacking[0]!r}")
    more = [item for item in held.shares if item not in set(items)]
    if more:
        warnings.append(f"{path.name} has {len(more)} items without ratings, such as {more[0]!r}; they do not count")
    if held.by_group:
        strange = sorted({group for of_group in held.shares.values() for group in of_group} - {*groups, ""})
        if strange:
            warnings.append(f"{path.name} has groups without ratings, such as {strange[0]!r}; they do not count")
    return shares, warnings
