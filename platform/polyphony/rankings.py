"""What `polyphony rank` does, from files to what it writes."""

from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from aggregation.algorithms.rankings.axiom_report import report_axioms
from aggregation.algorithms.rankings.profile import Profile, Ranking, Settings, apply_floor, make_profile
from aggregation.algorithms.rankings.report import ranking_report
from aggregation.algorithms.rules import Rule
from polyphony.ballot_files import BallotTable, for_voters, read_ballots, read_numbers_by_id, read_texts_by_id
from polyphony.errors import BadInput

Input = Literal["utilities", "ranks"]
Missing = Literal["refuse", "last", "ignore"]


def rank_files(
    path: Path,
    rule: Rule,
    *,
    given: Input,
    groups: Path | None,
    weights: Path | None,
    equal_groups: bool,
    floor: float | None,
    missing: Missing,
    settings: Settings,
    probes: int,
) -> dict[str, Any]:
    """Rank the candidates of a table on file; see `polyphony rank`.

    Raises
    ------
    BadInput
        If a file is not what it should be or the rule cannot take it.
    """
    table = read_ballots(path)
    warnings: list[str] = []
    values = _values(table, given, missing)
    if given == "ranks" and rule.takes == "utilities":
        values = _utilities_of_ranks(values)
        warnings.append(f"{rule.short} needs utilities: each rank counts as the share of options it is above")
    group_V, names = (None, []) if groups is None else _groups(table, groups)
    if equal_groups and groups is None:
        raise BadInput("--equal-groups needs --groups FILE.")
    weight_V = None if weights is None else _weights(table, weights)
    try:
        profile = make_profile(values, weight_V=weight_V, group_V=group_V, equal_groups=equal_groups)

        def ranked(changed: Profile) -> Ranking:
            found: Ranking = rule.load()(changed, settings)
            return found if floor is None else apply_floor(found, changed.group_means(), floor)

        ranking = ranked(profile)
        outcomes = report_axioms(profile, ranking, ranked, rng=np.random.default_rng(settings.seed), probes=probes)
        report = ranking_report(profile, ranking, outcomes, options=table.candidates, groups=names)
    except ValueError as refused:
        raise BadInput(f"{path}: {_named(str(refused), table, names)}.") from None
    empty = int(np.isnan(table.values_VC).sum())
    if empty:
        warnings.append(f"{empty} of {table.values_VC.size} cells are empty: {_said_of_empty(missing)}")
    if rule.short == "kemeny" and not ranking.details["exact"]:
        warnings.append(f"{len(table.candidates)} options are more than can be tried: a better order may exist")
    return {
        "rule": {"short": rule.short, "name": rule.name, "source": rule.source, "axioms": list(rule.axioms)},
        "voters": len(table.voters),
        "candidates": len(table.candidates),
        "effective_n": 1.0 / float((profile.weight_V**2).sum()),
        **report,
        "warnings": warnings,
    }


def _values(table: BallotTable, given: Input, missing: Missing) -> NDArray[np.float64]:
    """Utilities, higher is better; ranks become their negatives."""
    if missing == "refuse":
        table.require_answers("--missing last puts them below all others, --missing ignore compares without them")
    values = table.values_VC
    if given == "ranks":
        wrong = np.argwhere((values < 1) | (values != np.floor(values)) & ~np.isnan(values))
        if len(wrong):
            found = values[tuple(wrong[0])]
            raise BadInput(f"{table.cell(*wrong[0])}: {found:g} is not a rank: 1 is the best, then 2, …; ties allowed.")
        values = -values
    nobody = np.flatnonzero(np.isnan(values).all(axis=0))
    if len(nobody) and missing == "ignore":
        raise BadInput(f"{table.path}, column {table.candidates[nobody[0]]!r}: nobody said anything of it.")
    if missing == "last":
        if given == "utilities" and np.isnan(values).any():
            raise BadInput("--missing last is for --input ranks; utilities have no last place: use --missing ignore.")
        values = np.where(np.isnan(values), np.nan_to_num(values, nan=0.0).min() - 1, values)
    return values


def _utilities_of_ranks(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """For each voter the share of the other options that an option is above, ties counting half."""
    if values.shape[1] == 1:
        return np.where(np.isnan(values), np.nan, 1.0)
    share = np.zeros(values.shape)
    for option in range(values.shape[1]):
        column = values[:, [option]]
        share[:, option] = ((column > values).sum(axis=1) + ((column == values).sum(axis=1) - 1) / 2) / (
            values.shape[1] - 1
        )
    return np.where(np.isnan(values), np.nan, share)


def _groups(table: BallotTable, path: Path) -> tuple[NDArray[np.intp], list[str]]:
    known = read_texts_by_id(path, "voter", "group")
    for voter in table.voters:
        if voter not in known:
            raise BadInput(f"{path}: voter {voter!r} of {table.path} has no group.")
    names, codes = np.unique([known[voter] for voter in table.voters], return_inverse=True)
    return codes.astype(np.intp), [str(name) for name in names]


def _weights(table: BallotTable, path: Path) -> NDArray[np.float64]:
    weight_V = for_voters(table, read_numbers_by_id(path, "voter", "weight"), path, "weight")
    if (weight_V < 0).any() or not weight_V.sum() > 0:
        raise BadInput(f"{path}: weights should be 0 or more, and not all 0.")
    return weight_V


def _said_of_empty(missing: Missing) -> str:
    return "they stand below all others" if missing == "last" else "they are compared with nothing"


def _named(message: str, table: BallotTable, groups: list[str]) -> str:
    """A refusal that speaks of positions, with ids."""
    words = message.split()
    if message.startswith("nobody in group") and words[-1].isdecimal() and words[3].isdecimal():
        group = groups[int(words[3])] if groups else table.voters[int(words[3])]
        return f"nobody in group {group!r} said anything of {table.candidates[int(words[-1])]!r}"
    return message
