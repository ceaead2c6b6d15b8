"""The viewpoints on a question, found from how participants judge each other's statements.

Shapes: P participants, S statements.  Votes: +1 agree, -1 disagree, 0 pass, nan unseen.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
from numpy.typing import ArrayLike, NDArray

from aggregation.algorithms.opinion import OpinionMap, VoteMatrix, map_opinions

LEAST_SUPPORT = 0.05
"""Share of the people from which a viewpoint counts as reasonable, unless told."""


@dataclass(frozen=True)
class Viewpoint:
    """One viewpoint: the people who hold it and the statements that tell it.

    Attributes
    ----------
    label : the cluster, 0 and up
    members : positions of the people
    size : how many they are
    weight, interval : their share of the (weighted) people, and its Wilson interval at the effective number of people
    evidence : statements that the cluster agrees with more than others do, most representative first
    against : statements that it disagrees with more than others do
    group_mix : share of each given group among the cluster's people of known group
    reasonable : whether the share reaches the least support, or a policy says so
    rule : what made it reasonable or not, in words
    """

    label: int
    members: tuple[int, ...]
    size: int
    weight: float
    interval: tuple[float, float]
    evidence: tuple[int, ...]
    against: tuple[int, ...]
    group_mix: dict[str, float]
    reasonable: bool
    rule: str


@dataclass(frozen=True, eq=False)
class OvertonWindow:
    """W(x): the viewpoints of a question, greatest first, with the map that they were found on."""

    viewpoints: tuple[Viewpoint, ...]
    found: OpinionMap

    @property
    def reasonable(self) -> tuple[Viewpoint, ...]:
        return tuple(one for one in self.viewpoints if one.reasonable)


def find_viewpoints(
    votes: VoteMatrix | ArrayLike,
    *,
    k: int | None = None,
    least_support: float = LEAST_SUPPORT,
    weight_P: ArrayLike | None = None,
    group_P: Sequence[str | None] | None = None,
    excluded: Sequence[int] = (),
    moderated_out: ArrayLike | None = None,
    seed: int = 0,
) -> OvertonWindow:
    """Cluster participants by their votes; each cluster is a viewpoint, told by its representative statements.

    Parameters
    ----------
    k : number of clusters; chosen by silhouette without it
    least_support : share of the people below which a cluster is not counted as reasonable; 0 counts all
    weight_P : weights of participants
    group_P : a group per participant, such as of demographics, for the mix of each cluster
    excluded : labels of clusters that a moderation policy rules out whatever their support
    moderated_out : mask or positions of statements that are not shown
    seed : of the clustering

    Raises
    ------
    ValueError
        If least_support does not lie in [0, 1), or weights or groups do not fit the participants.

    References
    ----------
    Poole-Dayan et al. (2025), Benchmarking Overton pluralism in LLMs, section 3. Small et al. (2021) for the map.
    """
    if not 0 <= least_support < 1:
        raise ValueError(f"least_support={least_support:g} should be >= 0 and < 1")
    found = map_opinions(votes, moderated_out=moderated_out, k=k, seed=seed, stability_resamples=0)
    people = found.n_participants
    weights = np.ones(people) if weight_P is None else np.asarray(weight_P, dtype=np.float64)
    if weights.shape != (people,) or not np.isfinite(weights).all() or (weights < 0).any():
        raise ValueError(f"weights of shape {weights.shape} should be {people} finite numbers >= 0")
    if group_P is not None and len(group_P) != people:
        raise ValueError(f"{len(group_P)} groups should be one per participant ({people})")
    inside = found.labels >= 0
    total, squares = float(weights[inside].sum()), float((weights[inside] ** 2).sum())
    n_eff = total**2 / squares if squares > 0 else 0.0
    viewpoints = []
    for label in np.unique(found.labels[inside]).tolist():
        members = np.flatnonzero(found.labels == label)
        share = float(weights[members].sum() / total) if total > 0 else 0.0
        interval = share_interval(share, n_eff)
        reasonable, rule = _judge(label, share, interval, least_support, excluded)
        told = found.statistics.representative.get(label, ())
        viewpoints.append(
            Viewpoint(
                label=label,
                members=tuple(members.tolist()),
                size=len(members),
                weight=share,
                interval=interval,
                evidence=tuple(one.statement for one in told if one.direction == "agree"),
                against=tuple(one.statement for one in told if one.direction == "disagree"),
                group_mix=_mix(members, group_P),
                reasonable=reasonable,
                rule=rule,
            )
        )
    return OvertonWindow(tuple(sorted(viewpoints, key=lambda one: (-one.weight, one.label))), found)


def share_interval(share: float, n: float, *, level: float = 0.95) -> tuple[float, float]:
    """Wilson's score interval (1927) of a share among n people, where n may be an effective number."""
    if n <= 0:
        return 0.0, 1.0
    z = NormalDist().inv_cdf((1 + level) / 2)
    middle, scale = share + z * z / (2 * n), 1 + z * z / n
    half = z * math.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    return max(0.0, (middle - half) / scale), min(1.0, (middle + half) / scale)


def _judge(
    label: int, share: float, interval: tuple[float, float], least: float, excluded: Sequence[int]
) -> tuple[bool, str]:
    if label in excluded:
        return False, "ruled out by the moderation policy"
    said = f"support {share:.1%} (95 % interval {interval[0]:.1%} to {interval[1]:.1%}), least {least:.1%}"
    return share >= least, said


def _mix(members: NDArray[np.intp], group_P: Sequence[str | None] | None) -> dict[str, float]:
    known = [group for group in (group_P[member] for member in members) if group] if group_P is not None else []
    return {name: known.count(name) / len(known) for name in sorted(set(known))}
