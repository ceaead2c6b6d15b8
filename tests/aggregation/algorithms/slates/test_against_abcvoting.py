"""Committees and checks of an independent implementation, on hundreds of random profiles."""

from itertools import combinations

import numpy as np
import pytest
from abcvoting import abcrules, properties
from abcvoting.preferences import Profile
from numpy.typing import NDArray

from aggregation.algorithms.rules import find_rule
from aggregation.algorithms.slates.approvals import Approvals
from aggregation.algorithms.slates.justified import check_ejr_plus, check_jr
from aggregation.algorithms.slates.monroe import greedy_monroe
from tests.aggregation.algorithms.slates.profiles import random_tables

THEIRS = {
    "phragmen": ("seqphragmen", "standard-fractions"),
    "mes": ("equal-shares", "standard-fractions"),
    "seqpav": ("seqpav", "fastest"),
    "av": ("av", "fastest"),
}


def profile(table: NDArray[np.bool_], weights: NDArray[np.int64] | None = None) -> Profile:
    """Their form of a table; a whole weight is that many voters."""
    copies = np.ones(len(table), dtype=int) if weights is None else weights
    made = Profile(table.shape[1])
    made.add_voters([np.flatnonzero(row).tolist() for row in np.repeat(table, copies, axis=0)])
    return made


def sizes(table: NDArray[np.bool_]) -> range:
    """Slate sizes that approved candidates can fill: others are undefined there."""
    return range(1, int(table.any(axis=0).sum()) + 1)


@pytest.mark.parametrize("rule", THEIRS)
@pytest.mark.parametrize("weighted", [False, True])
def test_committees_are_among_the_tied_winners_and_follow_the_earlier_column(rule: str, weighted: bool) -> None:
    name, algorithm = THEIRS[rule]
    rng = np.random.default_rng(7)
    compared = 0
    for table in random_tables(120, seed=len(rule)):
        weights = rng.integers(1, 4, len(table)) if weighted else None
        for k in sizes(table):
            theirs = profile(table, weights)
            chosen = set(find_rule(rule).load()(Approvals.from_dense(table, weights), k).chosen)
            tied = abcrules.compute(name, theirs, k, algorithm=algorithm, resolute=False)
            first = abcrules.compute(name, theirs, k, algorithm=algorithm, resolute=True)
            assert chosen in [set(committee) for committee in tied], (table, weights, k)
            assert chosen == set(first[0]), (table, weights, k)
            compared += 1
    assert compared > 200


def test_greedy_monroe_on_voters_in_the_order_of_their_ballots() -> None:
    compared = 0
    for table in random_tables(250, seed=3):
        in_order = table[np.lexsort(~table[:, ::-1].T)]
        for k in sizes(table):
            theirs = abcrules.compute("greedy-monroe", profile(in_order), k)
            assert set(greedy_monroe(Approvals.from_dense(table), k).chosen) == set(theirs[0]), (table, k)
            compared += 1
    assert compared > 400


def test_checkers_agree_on_every_committee() -> None:
    verdicts = set()
    for table in random_tables(60, seed=11, voters=7, candidates=6):
        ballots, theirs = Approvals.from_dense(table), profile(table)
        for k in range(1, table.shape[1] + 1):
            for committee in combinations(range(table.shape[1]), k):
                jr, ejr = check_jr(ballots, committee).holds, check_ejr_plus(ballots, committee).holds
                assert jr == properties.check_JR(theirs, committee), (table, committee)
                assert ejr == properties.check_EJR_plus(theirs, committee), (table, committee)
                verdicts.add((jr, ejr))
    assert verdicts == {(True, True), (True, False), (False, False)}
