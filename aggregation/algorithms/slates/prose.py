"""The PROSE process: statements with costs within a budget, found from the highest utility level downwards."""

from collections.abc import Callable, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from aggregation.algorithms.slates.fish import Discriminate, Round, Statement
from aggregation.algorithms.slates.slate import TOLERANCE

GenerateWithin = Callable[[NDArray[np.intp], float, float], Sequence[Statement]]
"""GEN: unmatched voters, level t, greatest cost x -> candidates of cost <= x that many of them like at level t."""


def prose_rounds(
    discriminate: "Discriminate[Statement]",
    generate: "GenerateWithin[Statement]",
    cost: Callable[[Statement], float],
    n_voters: int,
    budget: float,
    *,
    levels: Sequence[float],
    cost_limits: Sequence[float],
    fixed: Sequence[Statement] = (),
    done: "Sequence[Round[Statement]]" = (),
) -> "Iterator[Round[Statement]]":
    """Accept statements whose supporters pay for them with their share of the budget, level by level.

    Goes through the levels from high to low and at each through the cost limits (word budgets) from high to low. The
    candidate with most support among the unmatched at the level is accepted when its support reaches ceil(c·n/B); that
    many supporters, those with the highest utility, are matched and leave, and the same level and limit are tried
    again. Ties go to a statement not yet accepted, then to the earlier candidate. As every acceptance removes c·n/B
    voters or more, the accepted statements never cost more than the budget.

    Parameters
    ----------
    discriminate, generate, cost : utilities of all voters for a statement, proposals, and a statement's cost > 0
    n_voters : number of voters
    budget : the budget B > 0
    levels, cost_limits : those to try, in any order
    fixed : statements that stand beside the proposals wherever they cost no more than the limit
    done : rounds that were finished before

    Raises
    ------
    ValueError
        If there is no voter, no level or no cost limit, or the budget or a cost is not positive.

    References
    ----------
    Boehmer, Fish and Procaccia (2025), Generative social choice: the next generation, section 3 and PROSE.
    """
    if n_voters < 1 or not budget > 0 or not levels or not cost_limits:
        raise ValueError(f"n_voters={n_voters} and budget={budget:g} should be > 0, with levels and cost limits to try")
    unmatched = np.setdiff1d(
        np.arange(n_voters), np.concatenate([[], *(past.matched for past in done)]).astype(np.intp)
    )
    accepted = {past.chosen for past in done}
    for level in sorted(set(levels), reverse=True):
        for limit in sorted(set(cost_limits), reverse=True):
            while len(unmatched):
                found = _accepted(
                    discriminate, generate, cost, unmatched, level, limit, n_voters / budget, fixed, accepted
                )
                if found is None:
                    break
                accepted.add(found.chosen)
                unmatched = np.setdiff1d(unmatched, found.matched)
                yield found


def _accepted(
    discriminate: "Discriminate[Statement]",
    generate: "GenerateWithin[Statement]",
    cost: Callable[[Statement], float],
    unmatched: NDArray[np.intp],
    level: float,
    limit: float,
    voters_per_cost: float,
    fixed: Sequence[Statement],
    accepted: set[Statement],
) -> "Round[Statement] | None":
    affordable = [statement for statement in fixed if cost(statement) <= limit]
    candidates = list(dict.fromkeys([*generate(unmatched, level, limit), *affordable]))
    if not candidates:
        return None
    utilities = [discriminate(candidate)[unmatched] for candidate in candidates]
    support = [int((utility >= level).sum()) for utility in utilities]
    order = sorted(range(len(candidates)), key=lambda c: (-support[c], candidates[c] in accepted, c))
    winner = order[0]
    needed = supporters_needed(cost(candidates[winner]), voters_per_cost)
    if support[winner] < needed:
        return None
    first = np.argsort(-utilities[winner], kind="stable")[:needed]
    proposed = tuple((candidates[c], float(support[c])) for c in range(len(candidates)))
    return Round(candidates[winner], float(utilities[winner][first].min()), unmatched[first], proposed)


def supporters_needed(cost: float, voters_per_cost: float) -> int:
    """ceil(c·n/B), at least 1; a product that is whole but for rounding is not rounded up.

    Raises
    ------
    ValueError
        If the cost is not positive.
    """
    if not cost > 0:
        raise ValueError(f"cost={cost:g} should be > 0")
    return max(1, int(np.ceil(cost * voters_per_cost - TOLERANCE * max(1.0, cost * voters_per_cost))))
