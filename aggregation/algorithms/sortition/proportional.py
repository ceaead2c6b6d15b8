"""A draw in which every group has its share: everybody with the same chance, without quotas to be set.

Shapes: P people, F features.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray


def draw_proportionally(
    features_PF: Sequence[Sequence[str]], size: int, *, rng: np.random.Generator
) -> NDArray[np.intp]:
    """Positions of the people drawn, ascending.

    People are put in an order in which those with the same first feature stand together, within them those with the
    same second one, and so on, in chance order where all are the same; then every (P / size)-th is drawn from a chance
    beginning. Everybody has a chance of exactly size / P. Of each level of the first feature, and of each group of
    people that stand together, its share of the panel is drawn, rounded down or up.

    Parameters
    ----------
    features_PF : for each person the levels of the features, the most important feature first; may be empty
    size : how many are drawn

    Raises
    ------
    ValueError
        If the size is not from 1 to the number of people, or people have different numbers of features.

    References
    ----------
    Madow and Madow (1944). On the theory of systematic sampling. Cochran (1977), Sampling techniques, chapter 8:
    ordered lists stratify implicitly.
    """
    people = len(features_PF)
    if not 1 <= size <= people:
        raise ValueError(f"size={size} should be from 1 to the {people} people")
    if len({len(features) for features in features_PF}) > 1:
        raise ValueError("everybody should have as many features as the others")
    shuffled = rng.permutation(people).tolist()
    by_level: dict[tuple[str, ...], int] = {}
    for place in rng.permutation(people).tolist():  # which group comes first is left to chance too
        for depth in range(len(features_PF[place]) + 1):
            by_level.setdefault(tuple(features_PF[place][:depth]), len(by_level))

    def standing(place: int) -> tuple[int, ...]:
        features = features_PF[place]
        return tuple(by_level[tuple(features[:depth])] for depth in range(1, len(features) + 1))

    order = np.array(sorted(shuffled, key=standing), dtype=np.intp)  # a stable sort keeps chance within a group
    marks = (rng.random() + np.arange(size)) * people / size
    return np.sort(order[np.minimum(marks.astype(np.intp), people - 1)])
