"""What `polyphony slate` and `polyphony check` do, from files to what they write."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from aggregation.algorithms.rules import Rule
from aggregation.algorithms.slates.ballots import Ballots
from aggregation.algorithms.slates.certify import certify
from aggregation.algorithms.slates.choose import Missing, SlateResult, about_exposure, choose_slate
from aggregation.algorithms.slates.exposure import measure_exposure
from polyphony.ballot_files import (
    BallotTable,
    for_voters,
    read_ballots,
    read_numbers_by_id,
    read_slate,
    read_texts_by_id,
)
from polyphony.errors import BadInput
from polyphony.files import show_progress
from polyphony.slate_influence import influence_of
from polyphony.slate_results import asked_axioms, ballots_of, certificate_json, require_costs, seats_of


def slate_of_files(
    path: Path,
    rule: Rule,
    *,
    k: int | None,
    weights: Path | None,
    costs: Path | None,
    budget: float | None,
    missing: Missing,
    groups: Path | None,
    draws: int,
    least_seen: int | None,
    check: str | None,
    influence: bool,
    seed: int,
) -> dict[str, Any]:
    """Choose a slate from a table on file; see `polyphony slate`."""
    axioms = asked_axioms(check, "--check")
    table = read_ballots(path)
    ballots = ballots_of(table, weights=weights, costs=costs, budget=budget)
    _check_request(rule, table, ballots, k, axioms, missing)
    group_V, warnings = _groups(table, groups) if missing == "impute" else (None, [])
    if influence and rule.takes != "approvals":
        raise BadInput(f"--influence: {rule.short} is no approval rule; those are phragmen, mes, seqpav and the like.")
    if "k" not in rule.needs and k is not None:
        warnings.append(f"{rule.short} takes its size from the budget; --k {k} is not used")
    with tqdm(desc="draws", disable=not show_progress() or missing != "impute") as bar:

        def progress(done: int, total: int) -> None:
            bar.total = total
            bar.update(done - bar.n)

        try:
            result = choose_slate(
                rule,
                ballots,
                k,
                missing=missing,
                group_V=group_V,
                axioms=axioms,
                rng=np.random.default_rng(seed),
                draws=draws,
                least_seen=least_seen,
                progress=progress,
            )
        except ValueError as refused:
            raise BadInput(f"{path}: {refused}.") from None
    told = _told(rule, table, ballots, result, warnings)
    if influence:
        labels = None if groups is None else _labels(table, groups)
        told["influence"], more = influence_of(rule, table, ballots, k or 1, labels)
        told["warnings"] += more
    return told


def check_files(
    path: Path,
    *,
    slate: str | None,
    assignment: Path | None,
    utilities: Path | None,
    costs: Path | None,
    budget: float | None,
    n: int | None,
    axioms: str,
) -> dict[str, Any]:
    """Certify a slate that was made elsewhere; see `polyphony check`."""
    asked = asked_axioms(axioms, "--axioms")
    if not asked:
        raise BadInput("--axioms: at least one axiom is needed.")
    table = read_ballots(path)
    known = None if utilities is None else read_numbers_by_id(utilities, "voter", "utility")
    ids = _slate_ids(slate, asked, known)
    positions = table.positions(ids, "--slate")
    assigned = None if assignment is None else read_texts_by_id(assignment, "voter", "candidate")
    least = len(set(table.voters) | set(known or {}) | set(assigned or {}))
    voters = least if n is None else n
    if voters < least:
        raise BadInput(f"--n {voters}: there are {least} voters in the files; n should be {least} or more.")
    ballots = ballots_of(table, costs=costs, budget=budget, n=voters)
    if "cbjr" in asked:
        require_costs(ballots, "--axioms cbjr")
    if {"jr", "ejr+"} & set(asked):
        table.require_approvals("--axioms jr and ejr+")
    seat_V = None if assigned is None or assignment is None else seats_of(positions, table, assigned, assignment)
    given_V = None if known is None or utilities is None else for_voters(table, known, utilities, "utility")
    if given_V is None and seat_V is None and {"bjr", "cbjr"} & set(asked):
        _require_utilities(table, positions)
    try:
        certificates = [certify(axiom, ballots, positions, seat_V=seat_V, given_V=given_V) for axiom in asked]
    except ValueError as refused:
        raise BadInput(f"{path}: {refused}.") from None
    reasons = [f"{c.axiom}: {c.reason}" for c in certificates if c.reason]
    return {
        "slate": ids,
        "k": len(ids),
        "voters": voters,
        "rows": len(table.voters),
        "candidates": len(table.candidates),
        "mean_utility": None if known is None else float(np.mean(list(known.values()))),
        "certificates": [certificate_json(certificate, table) for certificate in certificates],
        "warnings": [*reasons, *_about_gaps(ballots)],
    }


def _check_request(
    rule: Rule, table: BallotTable, ballots: Ballots, k: int | None, axioms: Sequence[str], missing: Missing
) -> None:
    """Refuse what cannot be done before any work, naming options and cells."""
    if "k" in rule.needs and k is None:
        raise BadInput(f"--rule {rule.short} needs --k K.")
    if "costs" in rule.needs:
        require_costs(ballots, f"--rule {rule.short}")
        for candidate, cost in zip(
            table.candidates, ballots.costs_C if ballots.costs_C is not None else (), strict=True
        ):
            if np.isnan(cost):
                raise BadInput(f"--costs: candidate {candidate!r} of {table.path} has no cost.")
    if "cbjr" in axioms:
        require_costs(ballots, "--check cbjr")
    if ballots.weights_V is not None and (rule.takes != "approvals" or {"bjr", "cbjr"} & set(axioms)):
        raise BadInput("--weights: rules and axioms with an assignment (bjr, prose, cbjr) count people, not weights.")
    if rule.takes == "approvals":
        table.require_approvals(f"--rule {rule.short}")
    if {"jr", "ejr+"} & set(axioms):
        table.require_approvals("--check jr and ejr+")
    if missing == "impute" and not ballots.complete:
        table.require_approvals("--missing impute")
    if missing == "refuse":
        table.require_answers("--missing zero counts them as not approved, --missing impute draws them")


def _groups(table: BallotTable, path: Path | None) -> tuple[NDArray[np.intp], list[str]]:
    """Each voter's group as a number; voters of no known group form one of their own."""
    if path is None:
        return np.zeros(len(table.voters), dtype=np.intp), [
            "no --groups: missing votes are drawn as if all were one group"
        ]
    labels = _labels(table, path)
    without = labels.count("")
    if without == len(labels):
        raise BadInput(f"{path}: none of its voters is a voter of {table.path}.")
    warnings = [f"{without} of {len(labels)} voters are in no group of {path.name} and form one"] if without else []
    return np.unique(labels, return_inverse=True)[1].astype(np.intp), warnings


def _labels(table: BallotTable, path: Path) -> list[str]:
    known = read_texts_by_id(path, "voter", "group")
    return [known.get(voter, "") for voter in table.voters]


def _slate_ids(slate: str | None, asked: Sequence[str], known: dict[str, float] | None) -> list[str]:
    """The slate's ids; none where utilities stand in for them."""
    if known is not None and slate in (None, "-", "") and set(asked) == {"cbjr"}:
        return []
    if slate is None:
        raise BadInput("--slate IDS is needed; only for cbjr alone may --utilities replace it.")
    return read_slate(slate)


def _require_utilities(table: BallotTable, slate: Sequence[int]) -> None:
    empty = np.argwhere(np.isnan(table.values_VC[:, list(slate)]))
    if len(empty):
        where = table.cell(int(empty[0][0]), slate[int(empty[0][1])])
        raise BadInput(f"{where}: the cell is empty, so nobody can be matched; give --assignment or --utilities.")


def _about_gaps(ballots: Ballots) -> list[str]:
    empty = int(np.isnan(ballots.values_VC).sum())
    if not empty:
        return []
    said = (
        f"{empty} of {ballots.values_VC.size} cells are empty and support nothing; certificates speak of the votes cast"
    )
    exposure = measure_exposure(ballots.values_VC) if ballots.are_approvals else None
    return [said, *about_exposure(exposure)]


def _told(
    rule: Rule, table: BallotTable, ballots: Ballots, result: SlateResult, warnings: Sequence[str]
) -> dict[str, Any]:
    names = table.candidates
    told: dict[str, Any] = {
        "rule": {"short": rule.short, "name": rule.name, "source": rule.source, "axioms": list(rule.axioms)},
        "voters": ballots.n_voters,
        "candidates": ballots.n_candidates,
        "effective_n": ballots.effective_n,
        "slate": [names[candidate] for candidate in result.chosen],
        "certificates": [certificate_json(certificate, table) for certificate in result.certificates],
    }
    if result.scores:
        told["scores"] = list(result.scores)
    if result.seat_V is not None and result.chosen:
        chosen = [names[candidate] for candidate in result.chosen]
        told["assignment"] = {voter: chosen[seat] for voter, seat in zip(table.voters, result.seat_V, strict=True)}
        told["unmatched"] = [table.voters[voter] for voter in result.unmatched]
    if result.imputed is not None:
        told["inclusion"] = dict(zip(names, result.imputed.inclusion_C.tolist(), strict=True))
        told["top_by_inclusion"] = [names[candidate] for candidate in result.imputed.top]
        told["draws"] = result.imputed.draws
        told["distinct_slates"] = result.imputed.distinct
    seen_C = (~np.isnan(table.values_VC)).sum(axis=0)
    told["exposure"] = dict(zip(names, seen_C.tolist(), strict=True))
    told["exposure_correlation"] = None if result.exposure is None else result.exposure.correlation
    if result.exposure is not None:
        told["agreement"] = dict(zip(names, result.exposure.agreement_C.tolist(), strict=True))
    told["warnings"] = [*warnings, *result.warnings]
    return told
