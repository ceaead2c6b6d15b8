"""Agreement within groups and across them, for any grouping of the answers."""

# Shapes: N answers, G groups, I items, C distinct values, F coordinates of the metric.

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from aggregation.algorithms.agreement.metric import Metric
from aggregation.algorithms.agreement.sums import Block, SortedAnswers
from aggregation.algorithms.agreement.units import midranks


@dataclass(frozen=True)
class GroupAgreement:
    """Agreement of each group with itself, with each other group and with the rest; nan where undefined.

    Attributes
    ----------
    alpha_G : Krippendorff's alpha of each group's own answers
    xrr_GG, items_GG : cross-group reliability of each pair, and the items that both answered
    rest_G, rest_items_G : the same against all other groups together
    """

    alpha_G: NDArray[np.float64]
    xrr_GG: NDArray[np.float64]
    items_GG: NDArray[np.float64]
    rest_G: NDArray[np.float64]
    rest_items_G: NDArray[np.float64]

    @property
    def gai_G(self) -> NDArray[np.float64]:
        """Group association index: alpha within over XRR against the rest (GRASP, Prabhakaran et al. 2023)."""
        usable = np.isfinite(self.rest_G) & (np.abs(self.rest_G) > 1e-12)
        index_G: NDArray[np.float64] = np.full(len(self.alpha_G), np.nan)
        return np.divide(self.alpha_G, self.rest_G, out=index_G, where=usable)


def group_agreement(
    answers: SortedAnswers, groups_N: NDArray[np.int64], n_groups: int, metric: Metric
) -> GroupAgreement:
    """Alpha within each group and cross-group reliability between them.

    Cross-group reliability is 1 - d_o / d_e: d_o averages the metric over the cross pairs of each item that both groups
    answered, items weighted by their answers; d_e averages it over all pairs of an answer of one group and an answer
    of the other, over the same items.  At the ordinal level the ranks of XRR are those of all answers together, those
    of alpha the group's own.

    References
    ----------
    Wong, Paritosh & Aroyo (2021). Cross-replication reliability, equations 3 to 8.
    """
    nominal, coordinates_CF = metric.level == "nominal", metric.coordinates_CF
    pairs, rest, within = _Pairs.empty(n_groups, coordinates_CF.shape[1]), _Rest(), _Within()
    for block in answers.blocks(groups_N, n_groups, coordinates_CF, nominal=nominal):
        pairs.add(block)
        rest.add(block)
        if metric.level != "ordinal":
            within.add(block)
    if metric.level == "ordinal":
        own_GCF = _own_ranks(answers, groups_N, n_groups)
        for block in answers.blocks(groups_N, n_groups, own_GCF, nominal=False):
            within.add(block)
    xrr_GG = pairs.reliability(metric.factor)
    return GroupAgreement(within.alpha(), xrr_GG, pairs.items_GG, rest.reliability(), rest.items_G)


def _own_ranks(answers: SortedAnswers, groups_N: NDArray[np.int64], n_groups: int) -> NDArray[np.float64]:
    """Mid-ranks of the values among each group's pairable answers, of shape (G, C, 1)."""
    totals_GC = np.zeros((n_groups, answers.n_values))
    for run, first, size in answers.runs(n_groups, 1):
        cell_N = groups_N[run] * size + (answers.items_N[run] - first)
        pairable = np.bincount(cell_N, minlength=n_groups * size)[cell_N] >= 2
        key_N = groups_N[run] * answers.n_values + answers.values_N[run]
        totals_GC += np.bincount(key_N[pairable], minlength=totals_GC.size).reshape(totals_GC.shape)
    ranks_GC = midranks(totals_GC)
    centred_GC: NDArray[np.float64] = ranks_GC - totals_GC.sum(axis=1, keepdims=True) / 2
    return centred_GC[:, :, None]


def _ratio(observed: NDArray[np.float64], expected: NDArray[np.float64]) -> NDArray[np.float64]:
    """1 - observed / expected, nan where nothing could have disagreed."""
    possible = np.isfinite(expected) & (expected > 1e-12)
    chance: NDArray[np.float64] = np.full(np.shape(expected), np.nan)
    return np.asarray(1 - np.divide(observed, expected, out=chance, where=possible), dtype=np.float64)


def _over(numerator: NDArray[np.float64], denominator: NDArray[np.float64]) -> NDArray[np.float64]:
    shape = np.broadcast(numerator, denominator).shape
    return np.divide(numerator, denominator, out=np.zeros(shape), where=np.broadcast_to(denominator, shape) > 0)


@dataclass
class _Within:
    """Sums for alpha within each group; the metric's factor cancels in it."""

    observed_G: NDArray[np.float64] | float = 0.0
    count_G: NDArray[np.float64] | float = 0.0
    square_G: NDArray[np.float64] | float = 0.0
    sum_GF: NDArray[np.float64] | float = 0.0

    def add(self, block: Block) -> None:
        pairable_GI = block.count_GI >= 2
        spread_GI = block.count_GI * block.square_GI - (block.sum_GIF**2).sum(axis=2)
        self.observed_G += np.divide(
            spread_GI, block.count_GI - 1, out=np.zeros_like(spread_GI), where=pairable_GI
        ).sum(axis=1)
        self.count_G += (block.count_GI * pairable_GI).sum(axis=1)
        self.square_G += (block.square_GI * pairable_GI).sum(axis=1)
        self.sum_GF += np.einsum("gif,gi->gf", block.sum_GIF, pairable_GI.astype(np.float64))

    def alpha(self) -> NDArray[np.float64]:
        count_G, square_G = np.asarray(self.count_G), np.asarray(self.square_G)
        expected_G = count_G * square_G - (np.asarray(self.sum_GF) ** 2).sum(axis=1)
        possible = expected_G > 1e-12 * np.maximum(count_G * square_G, 1e-300)
        ratio_G: NDArray[np.float64] = np.full(len(count_G), np.nan)
        np.divide(self.observed_G * (count_G - 1), expected_G, out=ratio_G, where=possible)
        return np.asarray(1 - ratio_G, dtype=np.float64)


@dataclass
class _Pairs:
    """Sums for the reliability of every pair of groups; rows are one group, columns the other."""

    both_GG: NDArray[np.float64]
    distance_GG: NDArray[np.float64]
    items_GG: NDArray[np.float64]
    count_GG: NDArray[np.float64]
    square_GG: NDArray[np.float64]
    sum_GGF: NDArray[np.float64] = field(repr=False)

    @classmethod
    def empty(cls, n_groups: int, width: int) -> "_Pairs":
        both, distance, items, count, square = (np.zeros((n_groups, n_groups)) for _ in range(5))
        return cls(both, distance, items, count, square, np.zeros((n_groups, n_groups, width)))

    def add(self, block: Block) -> None:
        present_GI = (block.count_GI > 0).astype(np.float64)
        mean_GIF = _over(block.sum_GIF, block.count_GI[:, :, None])
        length_GI = _over(block.square_GI, block.count_GI)
        groups = len(present_GI)
        # Sum over shared items of (answers of a and b) * (mean squared length of a + of b - 2 mean a . mean b).
        half = block.square_GI @ present_GI.T + length_GI @ block.count_GI.T
        product = block.sum_GIF.reshape(groups, -1) @ mean_GIF.reshape(groups, -1).T
        self.distance_GG += half + half.T - 2 * (product + product.T)
        count_GG = block.count_GI @ present_GI.T
        self.both_GG += count_GG + count_GG.T
        self.items_GG += present_GI @ present_GI.T
        self.count_GG += count_GG
        self.square_GG += block.square_GI @ present_GI.T
        self.sum_GGF += np.einsum("aif,bi->abf", block.sum_GIF, present_GI, optimize=True)

    def reliability(self, factor: float) -> NDArray[np.float64]:
        observed = factor * _over(self.distance_GG, self.both_GG)
        length = _over(self.square_GG, self.count_GG)
        mean = _over(self.sum_GGF, self.count_GG[:, :, None])
        expected = factor * (length + length.T - 2 * np.einsum("abf,baf->ab", mean, mean))
        result = _ratio(observed, np.where(self.items_GG > 0, expected, np.nan))
        np.fill_diagonal(result, np.nan)
        return result


@dataclass
class _Rest:
    """Sums for the reliability of each group against all others together."""

    items_G: NDArray[np.float64] = field(default_factory=lambda: np.zeros(1))
    both_G: NDArray[np.float64] | float = 0.0
    distance_G: NDArray[np.float64] | float = 0.0
    own: list[NDArray[np.float64] | float] = field(default_factory=lambda: [0.0, 0.0, 0.0])
    others: list[NDArray[np.float64] | float] = field(default_factory=lambda: [0.0, 0.0, 0.0])

    def add(self, block: Block) -> None:
        total = Block(*(part.sum(axis=0, keepdims=True) for part in (block.count_GI, block.sum_GIF, block.square_GI)))
        other = Block(total.count_GI - block.count_GI, total.sum_GIF - block.sum_GIF, total.square_GI - block.square_GI)
        shared_GI = ((block.count_GI > 0) & (other.count_GI > 0)).astype(np.float64)
        mean_GIF = _over(block.sum_GIF, block.count_GI[:, :, None])
        mean_other_GIF = _over(other.sum_GIF, other.count_GI[:, :, None])
        distance_GI = (
            _over(block.square_GI, block.count_GI)
            + _over(other.square_GI, other.count_GI)
            - 2 * (mean_GIF * mean_other_GIF).sum(axis=2)
        )
        weight_GI = shared_GI * total.count_GI
        self.items_G = self.items_G + shared_GI.sum(axis=1)
        self.both_G += weight_GI.sum(axis=1)
        self.distance_G += (weight_GI * distance_GI).sum(axis=1)
        for sums, side in ((self.own, block), (self.others, other)):
            sums[0] += (side.count_GI * shared_GI).sum(axis=1)
            sums[1] += (side.square_GI * shared_GI).sum(axis=1)
            sums[2] += np.einsum("gif,gi->gf", side.sum_GIF, shared_GI)

    def reliability(self) -> NDArray[np.float64]:
        observed = _over(np.asarray(self.distance_G), np.asarray(self.both_G))
        (count, square, total), (count_o, square_o, total_o) = map(list, (self.own, self.others))
        mean = _over(np.asarray(total), np.asarray(count)[:, None])
        mean_o = _over(np.asarray(total_o), np.asarray(count_o)[:, None])
        length = _over(np.asarray(square), np.asarray(count)) + _over(np.asarray(square_o), np.asarray(count_o))
        expected = length - 2 * (mean * mean_o).sum(axis=1)
        return _ratio(observed, np.where(self.items_G > 0, expected, np.nan))
