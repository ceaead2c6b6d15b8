"""From votes to an opinion map: the whole pipeline as one function.

Shapes: P participants, S statements.  Votes: +1 agree, -1 disagree, 0 pass, nan unseen.

References
----------
Small, Bjorkegren, Erkkilä, Shaw & Megill (2021). Polis: Scaling deliberation by mapping high dimensional opinion
spaces. Recerca 26(2).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from aggregation.algorithms.opinion.continuity import continue_labels
from aggregation.algorithms.opinion.grouping import (
    RESTARTS,
    Grouping,
    base_clusters,
    candidate_groupings,
    least_group_size,
    most_groups,
    single_group,
)
from aggregation.algorithms.opinion.membership import in_conversation, listing_order
from aggregation.algorithms.opinion.number_of_groups import GroupNumber, choose_number_of_groups
from aggregation.algorithms.opinion.space import OpinionSpace, opinion_space
from aggregation.algorithms.opinion.stability import RESAMPLES, STABLE, bootstrap_stability
from aggregation.algorithms.opinion.statistics import GroupStatistics, describe_groups
from aggregation.algorithms.opinion.threads import one_blas_thread
from aggregation.algorithms.opinion.votes import Mask, VoteMatrix, as_vote_matrix, statement_mask

Labels = NDArray[np.intp]


@dataclass(frozen=True, eq=False)
class PreviousMap:
    """What a recomputation needs of the map before it, row by row for the same participants.

    Attributes
    ----------
    labels : array of shape (P,)
        Name of each participant's group, -1 for those in none or not there yet.
    number : GroupNumber or None
    points : array of shape (P, 2) or None
        Earlier places, nan for those not there yet: the new axes point the same way.
    inside : mask of shape (P,) or None
        Who was in the conversation: once in, always in.
    """

    labels: Labels
    number: GroupNumber | None = None
    points: NDArray[np.float64] | None = None
    inside: Mask | None = None

    def for_rows(self, rows: ArrayLike) -> PreviousMap:
        """The same for participants in another order: ``rows`` holds each one's earlier row, -1 for newcomers."""
        places = np.asarray(rows, dtype=np.intp)
        known = places >= 0
        labels = np.full(places.size, -1, dtype=np.intp)
        labels[known] = self.labels[places[known]]
        points, inside = self.points, self.inside
        if points is not None:
            moved = np.full((places.size, 2), np.nan)
            moved[known] = points[places[known]]
            points = moved
        if inside is not None:
            still = np.zeros(places.size, dtype=np.bool_)
            still[known] = inside[places[known]]
            inside = still
        return replace(self, labels=labels, points=points, inside=inside)


@dataclass(frozen=True, eq=False)
class OpinionMap:
    """Groups of people who vote alike, where everybody stands, and what the groups hold.

    Attributes
    ----------
    n_participants, n_statements, n_votes : int
        Of the matrix; statements are those with at least one vote.
    inside : mask of shape (P,)
        Participants in the conversation: those that are grouped.
    space : OpinionSpace
    labels : array of shape (P,)
        Name of each participant's group, 0 and up; -1 for those in none.
    k : int
        Number of groups; 0 where nobody is in the conversation.
    number : GroupNumber or None
        State of the choice of k, for the next computation; None for an imported grouping.
    silhouettes : mapping from k to mean silhouette
        Of every number of groups that was possible; empty for an imported grouping.
    stability : mapping from k to mean adjusted Rand index over resamples
        Empty where none were asked for.
    statistics : GroupStatistics
    warnings : sentences
    """

    n_participants: int
    n_statements: int
    n_votes: int
    inside: Mask
    space: OpinionSpace
    labels: Labels
    k: int
    number: GroupNumber | None
    silhouettes: Mapping[int, float]
    stability: Mapping[int, float]
    statistics: GroupStatistics
    warnings: tuple[str, ...]

    @property
    def stable(self) -> bool:
        """Whether the grouping came out again in resamples: a stability of 0.8 or more."""
        return self.stability.get(self.k, 0.0) >= STABLE

    def as_previous(self) -> PreviousMap:
        """What the next computation needs of this one."""
        return PreviousMap(self.labels, self.number, self.space.points, self.inside)


def map_opinions(
    votes: VoteMatrix | ArrayLike,
    *,
    moderated_out: ArrayLike | None = None,
    meta: ArrayLike | None = None,
    k: int | None = None,
    groups: ArrayLike | None = None,
    previous: PreviousMap | None = None,
    seed: int = 0,
    restarts: int = RESTARTS,
    stability_resamples: int = RESAMPLES,
    progress: Callable[[int, int], object] | None = None,
) -> OpinionMap:
    """Map the opinions of a conversation.

    Parameters
    ----------
    votes : VoteMatrix, or table of shape (P, S) with nan where nothing was voted
    moderated_out : mask of shape (S,) or positions, optional
        Rejected and meta statements: they bend no axis and represent nobody.
    meta : mask of shape (S,) or positions, optional
        Statements about the conversation itself; they are moderated out too.
    k : int, optional
        Number of groups wanted. Where so many groups of the least size cannot be had there are fewer, and a warning.
    groups : array of shape (P,), optional
        A grouping made elsewhere, described instead of a computed one: names from 0, -1 for those in no group.
    previous : PreviousMap, optional
        The map before this one: names of groups, the direction of the axes and the number of groups carry on.
    seed : int
        Equal votes and seeds give equal maps.
    restarts : int
        Number of k-means++ starts for each number of groups.
    stability_resamples : int
        Number of bootstrap resamples; 0 leaves stability out.
    progress : callable, optional
        Called with the number of resamples done and their total.

    Raises
    ------
    ValueError
        If a vote is none of +1, -1, 0 and nan, or an argument does not fit the shape of the votes.
    """
    matrix = as_vote_matrix(votes)
    about_itself = statement_mask(meta, matrix.n_statements)
    moderated = statement_mask(moderated_out, matrix.n_statements) | about_itself
    rows_in_order = listing_order(matrix)
    if k is not None and k < 1:
        raise ValueError(f"k={k} should be >= 1")
    if previous is not None and previous.labels.shape != (matrix.n_participants,):
        raise ValueError(f"previous={previous.labels.size} should cover n_participants={matrix.n_participants}")
    with one_blas_thread():
        inside = in_conversation(matrix, order=rows_in_order, already_in=previous.inside if previous else None)
        space = opinion_space(matrix, moderated=moderated)
        rows = rows_in_order[inside[rows_in_order]]
        if groups is None:
            chosen = _choose_grouping(space, rows, k, previous.number if previous else None, seed, restarts)
            labels = np.full(matrix.n_participants, -1, dtype=np.intp)
            labels[rows] = chosen.grouping.labels
        else:
            labels = np.array(groups, dtype=np.intp)
            chosen = _IMPORTED
        stability = bootstrap_stability(
            matrix,
            moderated=moderated,
            rows=rows,
            space=space,
            groupings=chosen.possible,
            seed=seed,
            resamples=stability_resamples,
            progress=progress,
        )
    if previous is not None:
        space = _face_like(space, previous.points)
        labels = labels if groups is not None else continue_labels(labels, previous.labels)
    statistics = describe_groups(matrix, labels, moderated_out=moderated, meta=about_itself, extremity=space.extremity)
    return OpinionMap(
        n_participants=matrix.n_participants,
        n_statements=int(np.count_nonzero(matrix.votes_per_statement)),
        n_votes=matrix.n_votes,
        inside=inside,
        space=space,
        labels=labels,
        k=statistics.counts.groups.size,
        number=chosen.number,
        silhouettes={n: one.silhouette for n, one in chosen.possible.items() if one.silhouette is not None},
        stability=stability,
        statistics=statistics,
        warnings=chosen.warnings,
    )


@dataclass(frozen=True, eq=False)
class _Choice:
    """The grouping that is shown, all that were possible, and what is to be said about it."""

    grouping: Grouping
    possible: Mapping[int, Grouping]
    number: GroupNumber | None
    warnings: tuple[str, ...]


_IMPORTED = _Choice(
    single_group(np.zeros(0)), {}, None, ("The groups are as imported: they have no silhouettes and no stability.",)
)


def _choose_grouping(
    space: OpinionSpace, rows: Labels, k: int | None, previous: GroupNumber | None, seed: int, restarts: int
) -> _Choice:
    """Divide the participants of ``rows`` into every possible number of groups and choose one."""
    everybody = single_group(np.ones(rows.size))
    if rows.size == 0:
        return _Choice(everybody, {}, previous, ("Nobody has voted yet: there are no groups.",))
    base = base_clusters(space.points[rows], np.ones(rows.size))
    most, least = most_groups(base.sizes.size), least_group_size(rows.size)
    ks = range(2, max(most, k or 0) + 1)
    found = candidate_groupings(base, ks=ks, least_size=least, seed=seed, restarts=restarts)
    usual = {n: one.silhouette for n, one in found.items() if n <= most and one.silhouette is not None}
    number = choose_number_of_groups(usual, previous)
    shown = number.shown if k is None else max((n for n in found if n <= k), default=1)
    warnings = []
    if k is not None and shown < k:
        warnings.append(f"{k} groups of at least {least} participants cannot be had: there are fewer, {shown}.")
    elif k is None and not usual:
        warnings.append(f"No division into groups of at least {least} participants was found: all are in one group.")
    kept = {n: one for n, one in found.items() if n <= most or n == shown}
    return _Choice(found.get(shown, everybody), kept, number, tuple(warnings))


def _face_like(space: OpinionSpace, points: NDArray[np.float64] | None) -> OpinionSpace:
    """Turn each axis so that it points as it did: most participants stay on their side."""
    if points is None:
        return space
    known = ~np.isnan(points).any(axis=1)
    turns = np.where((points[known] * space.points[known]).sum(axis=0) < 0, -1.0, 1.0)
    return replace(space, points=space.points * turns, components=space.components * turns[:, None])
