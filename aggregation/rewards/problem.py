"""What a model is trained on: texts, people, answers split into those that teach and those that tune.

Shapes: T texts, E embedding, N answers, P pairs.
"""

from dataclasses import dataclass, replace

import numpy as np

from aggregation.rewards.cost import Sizes
from aggregation.rewards.data import WITHHELD, Floats, Ints, Pairs, Points
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

    def levels_taught(self, attribute: int) -> int:
        """How many levels of one attribute the answers (the comparisons where there are none) that teach tell."""
        rows = self.train if len(self.train) else self.train_pairs
        told = rows.groups[:, attribute]
        return len(np.unique(told[told >= 0]))

    def without_small_levels(self, k: int) -> "Problem":
        """The same with every level of fewer than ``k`` training raters withheld, so that nothing is learnt of it.

        What is learnt of a level with one rater is learnt of that person.
        """
        rater = np.concatenate([self.train.rater, self.train_pairs.rater])
        groups = np.concatenate([self.train.groups, self.train_pairs.groups])
        shown = []
        for place, (_, vocabulary) in enumerate(self.vocabularies.attributes):
            told = (groups[:, place] >= 0) & (rater >= 0)
            persons = np.unique(np.stack([groups[told, place], rater[told]], axis=1), axis=0)[:, 0]
            shown.append(np.bincount(persons, minlength=len(vocabulary)) >= k)
        if all(enough.all() for enough in shown):
            return self

        def kept(groups_NA: Ints) -> Ints:
            columns = [
                np.where(np.append(enough, False)[groups_NA[:, place]], groups_NA[:, place], WITHHELD)
                for place, enough in enumerate(shown)
            ]
            return np.stack(columns, axis=1)

        parts = ("train", "val", "train_pairs", "val_pairs")
        rows = {name: replace(getattr(self, name), groups=kept(getattr(self, name).groups)) for name in parts}
        return replace(self, **rows)

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
