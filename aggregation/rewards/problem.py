"""What a model is trained on: texts, people, answers split into those that teach and those that tune.

Shapes: T texts, E embedding, N answers, P pairs.
"""

from dataclasses import dataclass

import numpy as np

from aggregation.rewards.cost import Sizes
from aggregation.rewards.data import Floats, Ints, Pairs, Points
from aggregation.rewards.ensemble import Prefer, Vocabularies


@dataclass(frozen=True)
class Problem:
    """One learning problem; every index refers to ``embeddings`` or to ``vocabularies``."""

    embeddings: Floats  # (T, E)
    vocabularies: Vocabularies
    threshold: float
    train: Points
    val: Points
    train_pairs: Pairs
    val_pairs: Pairs
    prefer: Prefer = "high"
    routes: Floats | None = None  # (T, E) embeddings of the prompts, where a mixture is routed by the prompt
    safe_item: Ints | None = None  # (S,) texts with an absolute safety label
    safe: Floats | None = None  # (S,) 1 safe, 0 not

    @property
    def levels(self) -> Floats:
        """Distinct values of the training answers, in order."""
        return np.unique(self.train.value)

    @property
    def sizes(self) -> Sizes:
        """What the cost of a training depends on."""
        named = self.vocabularies
        texts, width = self.embeddings.shape
        return Sizes(
            texts=texts,
            width=width,
            answers=len(self.train),
            pairs=len(self.train_pairs),
            held_out=len(self.val) + len(self.val_pairs),
            factors=(*(len(levels) for _, levels in named.attributes), len(named.contexts), len(named.raters)),
            dimensions=max(len(named.dimensions), 1),
        )

    @property
    def profiles(self) -> Ints:
        """Factor codes of each person learnt from, (U, L): the groups of the first row that names the person."""
        seen: dict[int, Ints] = {}
        for rows in (self.train, self.train_pairs):
            for rater, groups in zip(rows.rater.tolist(), rows.groups, strict=True):
                seen.setdefault(rater, groups)
        table = [np.concatenate([seen[rater], [-1, rater]]) for rater in sorted(seen) if rater >= 0]
        width = self.train.groups.shape[1] + 2
        return np.array(table, dtype=np.int64).reshape(-1, width)

    def check(self) -> None:
        """Refuse what cannot be learnt from.

        Raises
        ------
        ValueError
            If there is nothing to learn from, all answers fall on one side of the threshold, or an index is wrong.
        """
        if not len(self.train) and not len(self.train_pairs):
            raise ValueError("answers=0 and pairs=0: one of them should be >= 1")
        if len(self.train):
            above = int((self.train.value >= self.threshold).sum())
            if above in (0, len(self.train)):
                raise ValueError(
                    f"threshold={self.threshold:g}: {above} of {len(self.train)} training answers reach it; "
                    "some should and some should not"
                )
            last = int(self.train.item.max())
            if last >= len(self.embeddings):
                raise ValueError(f"item={last} should be below texts={len(self.embeddings)}")
