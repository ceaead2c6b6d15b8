"""Counts, sums and squares of the answers of groups to items: all that agreement within and across groups needs."""

# Shapes: N answers sorted by item, G groups, I items of one block, F coordinates of the metric.

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

_BLOCK_CELLS = 4_000_000


@dataclass(frozen=True)
class Block:
    """What the groups answered to a run of items: number, sum of coordinates, sum of squared lengths."""

    count_GI: NDArray[np.float64]
    sum_GIF: NDArray[np.float64]
    square_GI: NDArray[np.float64]


@dataclass(frozen=True)
class SortedAnswers:
    """Answers in the order of their items; ``items_N`` are dense codes, ``values_N`` codes of distinct values."""

    items_N: NDArray[np.int64]
    values_N: NDArray[np.int64]
    n_items: int
    n_values: int

    def runs(self, n_groups: int, width: int) -> Iterator[tuple[slice, int, int]]:
        """Runs of whole items small enough to be held at once: their answers, first item and number of items."""
        step = max(1, _BLOCK_CELLS // max(1, n_groups * width))
        for first in range(0, self.n_items, step):
            last = min(first + step, self.n_items)
            low, high = np.searchsorted(self.items_N, [first, last])
            yield slice(int(low), int(high)), first, last - first

    def blocks(
        self, groups_N: NDArray[np.int64], n_groups: int, coordinates: NDArray[np.float64], *, nominal: bool
    ) -> Iterator[Block]:
        """Blocks of items for a grouping of the answers.

        ``coordinates`` has shape (C, F), or (G, C, F) where the metric differs between groups.
        """
        width = coordinates.shape[-1]
        for run, first, size in self.runs(n_groups, width):
            cell_N = groups_N[run] * size + (self.items_N[run] - first)
            cells = n_groups * size
            count = np.bincount(cell_N, minlength=cells).astype(np.float64)
            if nominal:
                sums = np.bincount(cell_N * width + self.values_N[run], minlength=cells * width).astype(np.float64)
                square = count
            else:
                value_N = self.values_N[run]
                at_NF = coordinates[value_N] if coordinates.ndim == 2 else coordinates[groups_N[run], value_N]
                sums = np.column_stack([np.bincount(cell_N, at_NF[:, f], minlength=cells) for f in range(width)])
                lengths_N = (at_NF**2).sum(axis=1)
                square = np.bincount(cell_N, lengths_N, minlength=cells).astype(np.float64, copy=False)
            yield Block(
                count.reshape(n_groups, size), sums.reshape(n_groups, size, width), square.reshape(n_groups, size)
            )
