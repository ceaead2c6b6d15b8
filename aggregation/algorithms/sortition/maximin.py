"""The lottery over panels that makes the smallest chance of being drawn as great as the quotas allow."""

# Shapes: P people, K panels.

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linprog

from aggregation.algorithms.sortition.pool import Pool

TOLERANCE = 1e-6
"""The gap between the least chance and its upper bound at which the search ends."""
MOST_PANELS = 4000
CUTS = 12
"""Panels added for each solution of the linear program: reweighted ones help it to converge."""


@dataclass(frozen=True, eq=False)
class Lottery:
    """Panels with the chance of each.

    Attributes
    ----------
    panels_KP : array of shape (K, P), True where a person is in the panel
    chance_K : array of shape (K,), sums to 1
    selection_P : array of shape (P,), each person's chance of being drawn
    optimum : greatest least chance over all lotteries whose panels meet the quotas (the lowest upper bound found)
    excluded : positions of people who are in no panel that meets the quotas; the least chance is over the others
    """

    panels_KP: NDArray[np.bool_]
    chance_K: NDArray[np.float64]
    selection_P: NDArray[np.float64]
    optimum: float
    excluded: tuple[int, ...]

    @property
    def least(self) -> float:
        """The smallest chance of anybody who can be in a panel at all."""
        among = np.delete(self.selection_P, list(self.excluded))
        return float(among.min()) if len(among) else 0.0


def maximin(pool: Pool, *, progress: Callable[[int, float, float], object] | None = None) -> Lottery:
    """Find the lottery by column generation.

    The linear program over the panels found so far gives a lottery and prices of people; the panel of greatest total
    price, an integer program, either shows that no panel would do better or joins the others.

    Parameters
    ----------
    progress : called with the number of panels, the least chance so far and its upper bound

    Raises
    ------
    InfeasibleQuotas
        If no panel meets the quotas.

    References
    ----------
    Flanigan, Gölz, Gupta, Hennig and Procaccia (2021). Fair algorithms for selecting citizens' assemblies. Nature
    596, 548-552; the rule LEXIMIN's first level (maximin).
    """
    panels, excluded = _covering(pool)
    reachable = np.ones(len(pool.ids), dtype=np.bool_)
    reachable[list(excluded)] = False
    known = {panel.tobytes() for panel in panels}
    lowest = 1.0
    while True:
        matrix_KP = np.array(panels)
        least, chance_K, price_P = _best_lottery(matrix_KP, reachable)
        panel = pool.best_panel(price_P)
        assert panel is not None
        # By duality the value of the best panel under any prices that sum to 1 bounds the optimum from above.
        lowest = min(lowest, float(price_P @ panel))
        if progress is not None:
            progress(len(panels), least, lowest)
        if lowest - least <= TOLERANCE or panel.tobytes() in known or len(panels) >= MOST_PANELS:
            break
        for extra in [panel, *_nearby(pool, price_P, panel)]:
            if extra.tobytes() not in known:
                known.add(extra.tobytes())
                panels.append(extra)
    used = chance_K > 1e-12
    chance_K = chance_K[used] / chance_K[used].sum()
    matrix_KP = matrix_KP[used]
    order = np.lexsort(matrix_KP.T[::-1])
    matrix_KP, chance_K = matrix_KP[order], chance_K[order]
    return Lottery(matrix_KP, chance_K, chance_K @ matrix_KP, lowest, excluded)


def _covering(pool: Pool) -> tuple[list[NDArray[np.bool_]], tuple[int, ...]]:
    """Panels in which everybody occurs who can occur at all, and who cannot."""
    pool.require_feasible()
    panels: list[NDArray[np.bool_]] = []
    weights_P = np.ones(len(pool.ids))
    excluded: list[int] = []
    waiting = set(range(len(pool.ids)))
    while waiting:
        wanted = weights_P.copy()
        first = min(waiting)
        wanted[first] = 10.0 * len(pool.ids)
        panel = pool.best_panel(wanted)
        assert panel is not None
        if not panel[first]:
            excluded.append(first)
            waiting.discard(first)
        panels.append(panel)
        waiting -= set(np.flatnonzero(panel).tolist())
        # Those who have been drawn less are wanted more.
        weights_P[panel] *= 0.5
    return panels, tuple(excluded)


def _best_lottery(
    matrix_KP: NDArray[np.bool_], reachable_P: NDArray[np.bool_]
) -> tuple[float, NDArray[np.float64], NDArray[np.float64]]:
    """The least chance, each panel's chance and each person's price (0 for who is in no panel)."""
    n_panels = len(matrix_KP)
    among = matrix_KP[:, reachable_P].T.astype(np.float64)
    found = linprog(
        np.append(np.zeros(n_panels), -1.0),
        A_ub=np.column_stack([-among, np.ones(len(among))]),
        b_ub=np.zeros(len(among)),
        A_eq=np.append(np.ones(n_panels), 0.0)[None, :],
        b_eq=[1.0],
        bounds=[(0, None)] * n_panels + [(None, None)],
        method="highs",
    )
    price_P = np.zeros(len(reachable_P))
    assert found.x is not None
    assert found.ineqlin.marginals is not None
    price_P[reachable_P] = np.maximum(-found.ineqlin.marginals, 0.0)
    return float(found.x[-1]), np.maximum(found.x[:-1], 0.0), price_P


def _nearby(pool: Pool, price_P: NDArray[np.float64], panel: NDArray[np.bool_]) -> list[NDArray[np.bool_]]:
    """More panels of great price that overlap little with those just found: far fewer programs have to be solved."""
    found = []
    weights_P = price_P + price_P.max() * 1e-3 + 1e-9
    weights_P[panel] *= 0.5
    for _ in range(CUTS):
        another = pool.best_panel(weights_P)
        assert another is not None
        found.append(another)
        weights_P[another] *= 0.5
    return found
