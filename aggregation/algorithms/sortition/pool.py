"""The pool of a draw, its quotas, and the search for quotas that cannot be met together."""

# Shapes: P people, Q quotas.

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, milp


@dataclass(frozen=True, order=True)
class Quota:
    """How many of a panel have one value of one feature: at least ``least`` and at most ``most``."""

    feature: str
    value: str
    least: int
    most: int

    def __str__(self) -> str:
        return f"{self.feature}={self.value} ({self.least} to {self.most})"


class InfeasibleQuotas(ValueError):
    """No panel meets all quotas; :attr:`conflict` is a set of them that cannot be met, none of which can be spared."""

    def __init__(self, conflict: Sequence[Quota], seats: int, people: Mapping[Quota, int]) -> None:
        named = "; ".join(f"{quota}, {people[quota]} in the pool" for quota in conflict)
        super().__init__(f"no panel of {seats} meets these quotas together: {named}")
        self.conflict = tuple(conflict)


@dataclass(frozen=True, eq=False)
class Pool:
    """People by what quotas ask about.

    Attributes
    ----------
    ids : P ids, sorted; none twice
    quotas : Q quotas, sorted
    has_QP : array of shape (Q, P), 1 where a person has the quota's value
    seats : size of the panel
    """

    ids: tuple[str, ...]
    quotas: tuple[Quota, ...]
    has_QP: NDArray[np.float64]
    seats: int

    @classmethod
    def of(cls, people: Mapping[str, Mapping[str, str]], quotas: Sequence[Quota], seats: int) -> "Pool":
        """Build the pool, in an order of its own, so that the order of rows decides nothing.

        Raises
        ------
        ValueError
            If there are fewer people than seats, no seat, a quota for a feature that nobody has, one given twice, or
            one whose bounds are the wrong way round.
        """
        if not 1 <= seats <= len(people):
            raise ValueError(f"seats={seats} should be from 1 to the {len(people)} people in the pool")
        ids, ordered = tuple(sorted(people)), tuple(sorted(quotas))
        seen: set[tuple[str, str]] = set()
        for quota in ordered:
            if (quota.feature, quota.value) in seen:
                raise ValueError(f"quota {quota.feature}={quota.value} is given twice")
            seen.add((quota.feature, quota.value))
            if not 0 <= quota.least <= quota.most:
                raise ValueError(f"quota {quota}: should be 0 <= min <= max")
            if any(quota.feature not in features for features in people.values()):
                raise ValueError(f"quota {quota}: somebody in the pool has no {quota.feature!r}")
        has = [[float(people[name][quota.feature] == quota.value) for name in ids] for quota in ordered]
        return cls(ids, ordered, np.array(has, dtype=np.float64).reshape(len(ordered), len(ids)), seats)

    def constraints(self, among: Sequence[int] | None = None) -> list[LinearConstraint]:
        """What a panel has to meet: its size, and the quotas (those at the positions ``among``, or all)."""
        chosen = list(range(len(self.quotas))) if among is None else list(among)
        rules = [LinearConstraint(np.ones((1, len(self.ids))), self.seats, self.seats)]
        if chosen:
            least = [self.quotas[place].least for place in chosen]
            most = [self.quotas[place].most for place in chosen]
            rules.append(LinearConstraint(self.has_QP[chosen], least, most))
        return rules

    def best_panel(self, weights_P: NDArray[np.float64]) -> NDArray[np.bool_] | None:
        """The panel of greatest total weight that meets all quotas, as a mask of shape (P,); None without any."""
        found = milp(
            -weights_P,
            constraints=self.constraints(),
            integrality=np.ones(len(self.ids), dtype=np.int64),
            bounds=Bounds(0, 1),
            options={"mip_rel_gap": 0.0},
        )
        return None if found.x is None else np.asarray(found.x > 0.5)

    def require_feasible(self) -> NDArray[np.bool_]:
        """Some panel that meets all quotas.

        Raises
        ------
        InfeasibleQuotas
            If there is none, naming quotas that conflict: without any one of them the others could be met.
        """
        panel = self.best_panel(np.zeros(len(self.ids)))
        if panel is not None:
            return panel
        conflict = list(range(len(self.quotas)))
        for place in range(len(self.quotas)):
            without = [other for other in conflict if other != place]
            if not self._can_meet(without):
                conflict = without
        counts = {quota: int(self.has_QP[place].sum()) for place, quota in enumerate(self.quotas)}
        raise InfeasibleQuotas([self.quotas[place] for place in conflict], self.seats, counts)

    def _can_meet(self, among: Sequence[int]) -> bool:
        found = milp(
            np.zeros(len(self.ids)),
            constraints=self.constraints(among),
            integrality=np.ones(len(self.ids), dtype=np.int64),
            bounds=Bounds(0, 1),
        )
        return found.x is not None
