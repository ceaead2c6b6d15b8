"""What proportional slates cost, beside abcvoting on the same ballots in the same run.

The work: sequential Phragmén, the Method of Equal Shares with its completion, and the EJR+ check of its slate, k = 8.
Ours is timed from a table of True and False (from pairs of voter and candidate where that is sparse), so that building
the sparse ballots is in the figure; abcvoting is timed from its profile, which is built before. Seconds are CPU
seconds on one thread, megabytes are the peak of a process of its own.

Run it with ``python -m benchmarks.slates`` from the root of the repository; ``--quick`` leaves 10,000 x 200 out.
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.measure import Measurement, measure

K = 8
RULES = {"phragmen": "seqphragmen", "mes": "equal-shares"}
WORKS = ("phragmen", "mes", "ejr+")


@dataclass(frozen=True)
class Case:
    """Voters of planted groups, each of whom approves about ``each`` of the candidates."""

    n_voters: int
    n_candidates: int
    each: float

    @property
    def name(self) -> str:
        return f"{self.n_voters:,} x {self.n_candidates:,}"

    def pairs(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """(voter, candidate) of every approval."""
        rng = np.random.default_rng(0)
        groups = rng.integers(8, size=self.n_voters)
        popularity = rng.gamma(1.0, size=(8, self.n_candidates))
        popularity *= self.each / popularity.sum(axis=1, keepdims=True)
        voters: list[NDArray[np.int64]] = []
        candidates: list[NDArray[np.int64]] = []
        for start in range(0, self.n_voters, 2000):
            chance = popularity[groups[start : start + 2000]]
            rows, columns = np.nonzero(rng.random(chance.shape) < chance)
            voters.append(rows + start)
            candidates.append(columns)
        return np.concatenate(voters), np.concatenate(candidates)


def table_of(case: Case) -> NDArray[np.bool_]:
    table = np.zeros((case.n_voters, case.n_candidates), dtype=np.bool_)
    table[case.pairs()] = True
    return table


def prepare_ours(case: Case, work: str, slate: tuple[int, ...], sparse: bool) -> Any:
    """The table (or pairs); imports are not timed."""
    import aggregation.algorithms.slates.equal_shares
    import aggregation.algorithms.slates.justified
    import aggregation.algorithms.slates.phragmen  # noqa: F401  # the three that the work needs

    return (case.pairs() if sparse else table_of(case)), case, work, slate


def run_ours(given: Any) -> Any:
    from aggregation.algorithms.rules import find_rule
    from aggregation.algorithms.slates.approvals import Approvals
    from aggregation.algorithms.slates.justified import check_ejr_plus

    source, case, work, slate = given
    if isinstance(source, tuple):
        ballots = Approvals.from_pairs(*source, case.n_voters, case.n_candidates)
    else:
        ballots = Approvals.from_dense(source)
    if work == "ejr+":
        return check_ejr_plus(ballots, slate).holds
    return find_rule(work).load()(ballots, K).chosen


def prepare_theirs(case: Case, work: str, slate: tuple[int, ...]) -> Any:
    from abcvoting import abcrules, properties  # noqa: F401  # imports are not timed
    from abcvoting.preferences import Profile

    profile = Profile(case.n_candidates)
    profile.add_voters([np.flatnonzero(row).tolist() for row in table_of(case)])
    return profile, work, slate


def run_theirs(given: Any) -> Any:
    from abcvoting import abcrules, properties

    profile, work, slate = given
    if work == "ejr+":
        return bool(properties.check_EJR_plus(profile, slate))
    return tuple(sorted(abcrules.compute(RULES[work], profile, K, resolute=True, algorithm="float-fractions")[0]))


def compare(case: Case) -> bool:
    """Both on the same ballots; returns whether results agree."""
    agree = True
    slate: tuple[int, ...] = ()
    for work in WORKS:
        ours = measure(prepare_ours, run_ours, case, work, slate, False)
        theirs = measure(prepare_theirs, run_theirs, case, work, slate)
        slate = ours.result if work != "ejr+" else slate
        same = ours.result == theirs.result if work == "ejr+" else tuple(sorted(ours.result)) == theirs.result
        agree &= same
        print(
            f"  {case.name:>16}  {work:<9} {seconds(ours)} against {seconds(theirs)}, "
            f"{theirs.cpu_seconds / max(ours.cpu_seconds, 1e-9):6.0f} times as fast; "
            f"{ours.peak_megabytes:4.0f} MB against {theirs.peak_megabytes:4.0f}; "
            f"results {'equal' if same else 'DIFFER'}"
        )
    return agree


def alone(case: Case) -> None:
    """Ours on sparse ballots too large for a table."""
    slate: tuple[int, ...] = ()
    for work in WORKS:
        ours = measure(prepare_ours, run_ours, case, work, slate, True)
        slate = ours.result if work != "ejr+" else slate
        print(f"  {case.name:>16}  {work:<9} {seconds(ours)}, {ours.peak_megabytes:4.0f} MB")


def seconds(measured: Measurement) -> str:
    return f"{measured.cpu_seconds:8.3f} s"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--quick", action="store_true", help="leave the larger comparison out")
    quick = parser.parse_args().quick
    cases = [Case(1_000, 100, 10), Case(10_000, 200, 20)][: 1 if quick else 2]
    print(f"Slates of {K}, ours against abcvoting:")
    agreed = [compare(case) for case in cases]
    print("Alone, on sparse ballots (34 approvals each):")
    alone(Case(100_000, 1_000, 34))
    if not all(agreed):
        raise SystemExit("results differ")


if __name__ == "__main__":
    main()
