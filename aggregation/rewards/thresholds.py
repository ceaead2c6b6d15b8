"""From which value on an answer is a yes: one threshold for all dimensions, or one each where scales differ.

Shapes: N answers, D dimensions.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from aggregation.rewards.data import Floats, Points
from aggregation.rewards.split import even_threshold

YES = 1.0


@dataclass(frozen=True)
class Thresholds:
    """The common threshold, or (``by_dimension`` not empty) one by name for each dimension, where a yes is then 1."""

    common: float
    by_dimension: Mapping[str, float]

    def applied(self, answers: Points, dimensions: tuple[str, ...]) -> Points:
        """The answers as they are, or as 1 and 0 by their own dimension's threshold."""
        if not self.by_dimension:
            return answers
        threshold_D: Floats = np.array([self.by_dimension[name] for name in dimensions])
        return replace(answers, value=(answers.value >= threshold_D[answers.dimension]).astype(np.float64))


def choose_thresholds(
    answers: Points, dimensions: tuple[str, ...], *, asked: float | None = None, whole_scale: bool = False
) -> Thresholds:
    """The threshold asked for, or the most even one; where it does not part each dimension, each gets its own.

    Parameters
    ----------
    answers : those that teach
    whole_scale : every step of the scale counts, so that answers must stay as they are

    Raises
    ------
    ValueError
        If a dimension lies on one side of the threshold and cannot have its own.
    """
    common = even_threshold(answers, asked)
    if len(dimensions) < 2 or not len(answers):
        return Thresholds(common, {})
    given = [answers.value[answers.dimension == place] for place in range(len(dimensions))]
    undivided = [
        name for name, value in zip(dimensions, given, strict=True) if len(value) and not _parts(value, common)
    ]
    if not undivided:
        return Thresholds(common, {})
    if asked is not None or whole_scale:
        why = "the loss needs one scale for all" if whole_scale else "choose another, or leave it out"
        raise ValueError(f"threshold={common:g}: all answers of {', '.join(undivided)} lie on one side of it; {why}")
    own = {
        name: even_threshold(answers.take(answers.dimension == place)) if len(given[place]) else common
        for place, name in enumerate(dimensions)
    }
    same = [name for name, value in zip(dimensions, given, strict=True) if len(value) and not _parts(value, own[name])]
    if same:
        raise ValueError(f"everybody gave the same answer in {', '.join(same)}; there is nothing to learn there")
    return Thresholds(YES, own)


def _parts(value: Floats, threshold: float) -> bool:
    above = value >= threshold
    return bool(above.any() and not above.all())
