"""One draw: the lottery, the panel that the public seed picks from it, and replacements for who drops out."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from aggregation.algorithms.sortition.commitment import commitment, generator
from aggregation.algorithms.sortition.maximin import maximin
from aggregation.algorithms.sortition.pool import InfeasibleQuotas, Pool, Quota

DIGITS = 9
"""Chances of panels are rounded to so many digits before the pick, so that the last bits of a solver decide nothing."""


@dataclass(frozen=True)
class Draw:
    """A drawn panel.

    Attributes
    ----------
    panel : ids, sorted
    selection : everybody's chance of being drawn, by id
    least, optimum : smallest chance of anybody who can be drawn, and the greatest that any lottery could give
    excluded : ids of people who are in no panel that meets the quotas
    commitment : hash of the pool, quotas and seats
    n_panels : how many panels the lottery picks from
    """

    panel: tuple[str, ...]
    selection: Mapping[str, float]
    least: float
    optimum: float
    excluded: tuple[str, ...]
    commitment: str
    n_panels: int


def draw_panel(
    people: Mapping[str, Mapping[str, str]],
    quotas: Sequence[Quota],
    *,
    seats: int,
    seed_text: str,
    progress: Callable[[int, float, float], object] | None = None,
) -> Draw:
    """Draw a panel that meets the quotas; the same inputs give the same panel everywhere.

    Parameters
    ----------
    people : features by id
    seed_text : public text that nobody could know when the commitment was published

    Raises
    ------
    InfeasibleQuotas
        If no panel meets the quotas; the message names quotas that conflict.
    ValueError
        If the inputs do not fit each other.
    """
    pool = Pool.of(people, quotas, seats)
    lottery = maximin(pool, progress=progress)
    committed = commitment(people, quotas, seats)
    steps = np.cumsum(np.round(lottery.chance_K, DIGITS))
    point = generator(committed, seed_text).random() * steps[-1]
    picked = min(int(np.searchsorted(steps, point, side="right")), len(steps) - 1)
    return Draw(
        panel=tuple(name for name, chosen in zip(pool.ids, lottery.panels_KP[picked], strict=True) if chosen),
        selection=dict(zip(pool.ids, lottery.selection_P.tolist(), strict=True)),
        least=lottery.least,
        optimum=lottery.optimum,
        excluded=tuple(pool.ids[place] for place in lottery.excluded),
        commitment=committed,
        n_panels=len(lottery.chance_K),
    )


def draw_replacement(
    people: Mapping[str, Mapping[str, str]],
    quotas: Sequence[Quota],
    *,
    panel: Collection[str],
    gone: Collection[str],
    seed_text: str,
    draw: int = 1,
    unavailable: Collection[str] = (),
    progress: Callable[[int, float, float], object] | None = None,
) -> tuple[str, ...]:
    """Draw people for the seats of those who dropped out; who stays keeps the seat, and the quotas are met again.

    Parameters
    ----------
    panel : ids of the panel so far
    gone : ids of the panel who dropped out
    draw : number of the replacement, from 1: each has randomness of its own
    unavailable : ids outside the panel who cannot come either

    Raises
    ------
    InfeasibleQuotas
        If nobody left in the pool can fill the quotas.
    """
    strangers = sorted(set(gone) - set(panel))
    if strangers or not gone:
        raise ValueError(f"gone={strangers or sorted(gone)} should name members of the panel")
    staying = sorted(set(panel) - set(gone))
    without = set(panel) | set(unavailable)
    rest = {name: features for name, features in people.items() if name not in without}
    open_quotas = []
    for quota in quotas:
        held = sum(people[name][quota.feature] == quota.value for name in staying)
        if held > quota.most:
            raise InfeasibleQuotas([quota], len(panel), {quota: held})
        open_quotas.append(Quota(quota.feature, quota.value, max(0, quota.least - held), quota.most - held))
    if len(rest) < len(gone):
        raise ValueError(f"{len(rest)} people are left in the pool for {len(gone)} seats")
    text = f"{seed_text}\nreplacement {draw}"
    return draw_panel(rest, open_quotas, seats=len(gone), seed_text=text, progress=progress).panel


def draw_replacements(
    people: Mapping[str, Mapping[str, str]],
    quotas: Sequence[Quota],
    *,
    panel: Collection[str],
    gone: Mapping[str, int],
    seed_text: str,
) -> list[tuple[str, ...]]:
    """Draw every replacement again, from the first panel on.

    Parameters
    ----------
    panel : ids of the first panel
    gone : for everybody who could not come, in the panel or outside, the number of the replacement from which on

    Returns
    -------
    the ids that each replacement drew, from number 1 on

    Raises
    ------
    ValueError
        If the numbers are not 1, 2, …, or one replaces nobody of the panel.
    """
    wanted = sorted(set(gone.values()))
    if wanted != list(range(1, len(wanted) + 1)):
        raise ValueError(f"the numbers of replacements are {wanted} and should be 1, 2, … without a gap")
    if strangers := sorted(set(gone) - set(people)):
        raise ValueError(f"gone={strangers} should be in the pool")
    now, drawn = set(panel), []
    for number in wanted:
        leaving = {name for name, since in gone.items() if since == number and name in now}
        unavailable = {name for name, since in gone.items() if since <= number} - now
        new = draw_replacement(
            people, quotas, panel=now, gone=leaving, seed_text=seed_text, draw=number, unavailable=unavailable
        )
        now = now - leaving | set(new)
        drawn.append(new)
    return drawn
