"""What `polyphony bridging` does, from a folder or a table to what it writes."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from aggregation.algorithms.bridging.agreement import measure_bridging
from aggregation.algorithms.bridging.factorisation import factorise
from aggregation.algorithms.opinion import map_opinions
from polyphony.ballot_files import read_ballots, read_texts_by_id
from polyphony.errors import BadInput
from polyphony.folders import read_polis


@dataclass(frozen=True)
class Votes:
    """Votes with ids, and each participant's group by name, empty for none."""

    participants: list[str]
    statements: list[str]
    votes_PS: NDArray[np.float64]
    groups: list[str] | None
    moderated_out: list[str]


def bridge_files(path: Path, *, groups: str, k: int | None, seed: int) -> dict[str, Any]:
    """Measure bridging in a Polis folder or a table of votes; see `polyphony bridging`.

    Parameters
    ----------
    groups : "computed", "imported" (folders), or the path of a table with columns voter and group

    Raises
    ------
    BadInput
        If a file is not what it should be.
    """
    held = _of_folder(path) if path.is_dir() else _of_table(path)
    names, group_P, warnings = _groups(held, path, groups, k, seed)
    try:
        found = measure_bridging(held.votes_PS, group_P)
        factors = factorise(held.votes_PS, seed=seed)
    except ValueError as problem:
        raise BadInput(f"{path}: {problem}.") from None
    told = {}
    for s, statement in enumerate(held.statements):
        told[statement] = {
            "group_informed_consensus": float(found.consensus_S[s]),
            "least_group_agreement": float(found.least_S[s]),
            "least_group": names[int(found.least_group_S[s])],
            "agreement": dict(zip(names, found.share_GS[:, s].tolist(), strict=True)),
            "votes": dict(zip(names, found.seen_GS[:, s].tolist(), strict=True)),
            "intercept": float(factors.statement_S[s]),
            "factor": float(factors.statement_factor_S[s]),
        }
    shown = [s for s, statement in enumerate(held.statements) if statement not in held.moderated_out]
    order = sorted(shown, key=lambda s: (-found.consensus_S[s], s))
    least = sorted(shown, key=lambda s: (-found.least_S[s], s))
    return {
        "participants": len(held.participants),
        "groups": {name: int((group_P == g).sum()) for g, name in enumerate(names)},
        "statements": told,
        "moderated_out": held.moderated_out,
        "order": {
            "group_informed_consensus": [held.statements[s] for s in order],
            "least_group_agreement": [held.statements[s] for s in least],
        },
        "factorisation": {
            "mean": factors.mean,
            "factor_penalty": 0.03,
            "intercept_penalty": 0.15,
            "factors": 1,
            "loss": factors.loss,
            "rounds": factors.rounds,
            "converged": factors.converged,
            "note": "a diagnostic only: thresholds of other platforms do not transfer",
        },
        "warnings": warnings,
    }


def _of_folder(path: Path) -> Votes:
    folder = read_polis(path)
    groups = folder.group_ids if any(folder.group_ids) else None
    return Votes(folder.participants, folder.statements, folder.votes, groups, list(folder.moderated_out))


def _of_table(path: Path) -> Votes:
    table = read_ballots(path)
    wrong = np.argwhere(~(np.isnan(table.values_VC) | np.isin(table.values_VC, (-1, 0, 1))))
    if len(wrong):
        found = table.values_VC[tuple(wrong[0])]
        raise BadInput(f"{table.cell(*wrong[0])}: {found:g} is not 1 (agree), -1 (disagree), 0 (pass) or empty.")
    return Votes(table.voters, table.candidates, table.values_VC, None, [])


def _groups(
    held: Votes, path: Path, groups: str, k: int | None, seed: int
) -> tuple[list[str], NDArray[np.intp], list[str]]:
    if groups == "computed":
        found = map_opinions(
            held.votes_PS,
            moderated_out=np.isin(held.statements, held.moderated_out),
            k=k,
            seed=seed,
            stability_resamples=0,
        )
        if found.k < 1:
            raise BadInput(f"{path}: nobody has enough votes to be grouped; --groups FILE can name the groups.")
        return [str(label) for label in range(found.k)], found.labels, list(found.warnings)
    if groups == "imported":
        if held.groups is None:
            raise BadInput("--groups imported: nobody has a group-id in this folder; --groups computed needs none.")
        labels = held.groups
    else:
        known = read_texts_by_id(Path(groups), "voter", "group")
        labels = [known.get(participant, "") for participant in held.participants]
        if not any(labels):
            raise BadInput(f"{groups}: none of its voters is in {path}.")
    names = sorted({label for label in labels if label})
    place = {name: position for position, name in enumerate(names)}
    without = labels.count("")
    warnings = [f"{without} of {len(labels)} participants are in no group and do not count"] if without else []
    return names, np.array([place.get(label, -1) for label in labels], dtype=np.intp), warnings
