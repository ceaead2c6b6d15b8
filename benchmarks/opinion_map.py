"""What an opinion map costs, beside red-dwarf 0.4.0 on the same work.

The work: votes in memory -> groups for k = 2 ... 5 and their statistics. Ours starts from a table or from triples
(participant, statement, vote), red-dwarf from its list of records; making these is not timed, but counts in the memory
of the process. The bootstrap, which red-dwarf does not have, is timed apart.

Run it with ``python -m benchmarks.opinion_map`` from the root of the repository; ``--quick`` leaves the largest out.
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.measure import Measurement, measure

ROOT = Path(__file__).resolve().parent.parent
CONVERSATION = "american-assembly.bowling-green"
Triples = tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.int8], tuple[int, int]]


def synthetic_votes(n_participants: int, n_statements: int, n_votes: int, seed: int = 0) -> Triples:
    """Votes of three planted groups, each statement drawn by about as many people as the next.

    Parameters
    ----------
    n_participants, n_statements, n_votes : int
        Each participant votes on ``n_votes / n_participants`` statements.
    """
    rng = np.random.default_rng(seed)
    each = n_votes // n_participants
    group = rng.integers(3, size=n_participants)
    lean = rng.uniform(0.1, 0.9, size=(3, n_statements))
    statements = np.empty((n_participants, each), dtype=np.int32)
    for first in range(0, n_participants, 5000):
        rows = statements[first : first + 5000]
        keys = rng.random((len(rows), n_statements), dtype=np.float32)
        rows[:] = np.argpartition(keys, each, axis=1)[:, :each]
    participants = np.repeat(np.arange(n_participants, dtype=np.int32), each)
    columns = statements.ravel()
    agrees = rng.random(columns.size, dtype=np.float32) < lean[group[participants], columns]
    votes = np.where(agrees, np.int8(1), np.int8(-1))
    votes[rng.random(columns.size, dtype=np.float32) < 0.1] = 0
    return participants, columns, votes, (n_participants, n_statements)


def conversation_votes(folder: Path) -> tuple[Triples, list[int]]:
    """The latest votes of a Polis export and the columns that are moderated out."""
    from deliberation.formats import read_folder

    export = read_folder(folder)
    participants, statements = np.nonzero(~np.isnan(export.votes))
    votes = export.votes[participants, statements].astype(np.int8)
    moderated = [export.statements.index(one) for one in export.moderated_out]
    return (participants.astype(np.int32), statements.astype(np.int32), votes, export.votes.shape), moderated


def load(source: Path | tuple[int, int, int]) -> tuple[Triples, list[int]]:
    """The votes of a folder, or synthetic ones of (participants, statements, votes)."""
    return conversation_votes(source) if isinstance(source, Path) else (synthetic_votes(*source), [])


def prepare_ours(source: Path | tuple[int, int, int], resamples: int) -> Any:
    import aggregation.algorithms.opinion  # noqa: F401  # imports are not timed

    triples, moderated = load(source)
    return triples, moderated, resamples


def map_ours(given: Any) -> dict[str, Any]:
    from aggregation.algorithms.opinion import VoteMatrix, map_opinions

    (participants, statements, votes, shape), moderated, resamples = given
    matrix = VoteMatrix.from_triples(participants, statements, votes, shape=shape)
    found = map_opinions(matrix, moderated_out=moderated, stability_resamples=resamples)
    return {"k": found.k, "sizes": found.statistics.counts.sizes.tolist(), "votes": found.n_votes}


def prepare_red_dwarf(source: Path | tuple[int, int, int]) -> Any:
    import reddwarf.implementations.base  # noqa: F401  # imports are not timed

    (participants, statements, votes, _), moderated = load(source)
    columns = (participants.tolist(), statements.tolist(), votes.tolist())
    records = [
        {"participant_id": participant, "statement_id": statement, "vote": vote, "modified": 0}
        for participant, statement, vote in zip(*columns, strict=True)
    ]
    return records, moderated


def map_red_dwarf(given: Any) -> dict[str, Any]:
    from reddwarf.implementations.base import run_pipeline

    records, moderated = given
    found = run_pipeline(votes=records, mod_out_statement_ids=moderated, random_state=0)
    sizes = found.participants_df["cluster_id"].value_counts().sort_index()
    return {"k": len(sizes), "sizes": sizes.tolist(), "votes": len(records)}


def report(name: str, measured: Measurement) -> None:
    print(
        f"  {name:<34} {measured.cpu_seconds:8.3f} CPU s {measured.peak_megabytes:8.0f} MB   "
        f"k {measured.result['k']}, sizes {measured.result['sizes']}",
        flush=True,
    )


def compare(title: str, source: Path | tuple[int, int, int], *, less_cpu: float, memory_share: float | None) -> bool:
    """Print both on one source and say whether the aims hold."""
    print(title, flush=True)
    ours = measure(prepare_ours, map_ours, source, 0)
    report("ours", ours)
    theirs = measure(prepare_red_dwarf, map_red_dwarf, source)
    report("red-dwarf", theirs)
    with_bootstrap = measure(prepare_ours, map_ours, source, 20)
    print(f"  {'ours, 20 bootstrap resamples more':<34} {with_bootstrap.cpu_seconds - ours.cpu_seconds:8.3f} CPU s")
    faster, share = theirs.cpu_seconds / ours.cpu_seconds, ours.peak_megabytes / theirs.peak_megabytes
    met = faster >= less_cpu and (memory_share is None or share <= memory_share)
    aim = f">= {less_cpu:g} x" + ("" if memory_share is None else f", <= {memory_share:g} of the memory")
    print(f"  ratio: {faster:.1f} x less CPU, {share:.2f} of the memory (aim {aim}): {'met' if met else 'NOT met'}")
    return met


def grow(smaller: tuple[int, int, int], larger: tuple[int, int, int], *, most_megabytes: float) -> bool:
    """Print ours on two sizes; cost may grow no faster than the votes."""
    print(f"{larger[0]:,} x {larger[1]:,}, {larger[2]:,} votes", flush=True)
    small, large = measure(prepare_ours, map_ours, smaller, 0), measure(prepare_ours, map_ours, larger, 0)
    report("ours", large)
    votes, cost = larger[2] / smaller[2], large.cpu_seconds / small.cpu_seconds
    met = large.peak_megabytes <= most_megabytes and cost <= votes
    print(
        f"  ratio: {votes:g} x the votes cost {cost:.1f} x the CPU; {large.peak_megabytes:.0f} MB "
        f"(aim <= {votes:g} x, <= {most_megabytes:.0f} MB): {'met' if met else 'NOT met'}"
    )
    return met


def main(arguments: list[str] | None = None) -> int:
    """Run all; exit 1 where an aim is missed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--quick", action="store_true", help="leave the 10 million votes out")
    options = parser.parse_args(arguments)
    met = []
    folder = Path(os.environ.get("POLYPHONY_DATA", ROOT.parent / "shared" / "data")) / "polis" / CONVERSATION
    if folder.is_dir():
        met.append(compare(CONVERSATION, folder, less_cpu=2, memory_share=None))
    else:
        print(f"{CONVERSATION}: left out, {folder} is missing (name the data folder in POLYPHONY_DATA)")
    medium = (10_000, 1_000, 1_000_000)
    met.append(compare("synthetic 10,000 x 1,000, 1,000,000 votes", medium, less_cpu=5, memory_share=0.25))
    if not options.quick:
        met.append(grow(medium, (100_000, 1_000, 10_000_000), most_megabytes=2048))
    return 0 if all(met) else 1


if __name__ == "__main__":
    sys.exit(main())
