"""What a card says of the answers, counted while they stream by: agreement, answers per item, empty answers."""

# Shapes: P profiles (kinds of equally answered units), C labels of a question.

from collections import Counter
from collections.abc import Iterator

import numpy as np

from aggregation.algorithms.agreement.alpha import Alpha, alpha_of_profiles
from aggregation.algorithms.agreement.answers import Level
from annotation.formats.dataset import are_numbers
from annotation.formats.streams import Counts


class Tally:
    """Everything counted so far; memory grows with the different ways to answer an item, not with the answers."""

    def __init__(self) -> None:
        self.labels: dict[str, tuple[str, ...]] = {}
        self._profiles: dict[str, Counter[bytes]] = {}
        self._sizes: Counter[int] = Counter()

    def watch(self, counted: Iterator[Counts]) -> Iterator[Counts]:
        """Count what passes through."""
        for counts in counted:
            self.labels[counts.question] = counts.labels
            rows = np.ascontiguousarray(counts.counts_UC.astype(np.int32))
            found, times = np.unique(rows, axis=0, return_counts=True)
            seen = self._profiles.setdefault(counts.question, Counter())
            for row, number in zip(found, times.tolist(), strict=True):
                seen[row.tobytes()] += number
            sizes, numbers = np.unique(counts.answers_U, return_counts=True)
            self._sizes.update(dict(zip(sizes.tolist(), numbers.tolist(), strict=True)))
            yield counts

    def alpha(self, question: str) -> Alpha:
        """Krippendorff's alpha: ordinal where the labels are more than two numbers, nominal elsewhere."""
        labels, seen = self.labels[question], self._profiles[question]
        counts_PC = np.array([np.frombuffer(row, dtype=np.int32) for row in seen], dtype=np.int64)
        items_P = np.array(list(seen.values()), dtype=np.int64)
        level: Level = "ordinal" if len(labels) > 2 and are_numbers(labels) else "nominal"
        points = np.arange(len(labels), dtype=np.float64)
        return alpha_of_profiles(counts_PC.reshape(len(seen), len(labels)), items_P, points, level=level)

    def agreement_in_words(self) -> str:
        """A line for each question."""
        lines = []
        for question in self.labels:
            found = self.alpha(question)
            value = "not applicable" if found.value is None else f"{found.value:.3f}"
            lines.append(f"* {question}: Krippendorff's alpha ({found.level}) {value} over {found.items} items")
        return "\n".join(lines)

    def per_item_in_words(self) -> str:
        """From how many to how many answers an item has."""
        if not self._sizes:
            return ""
        sizes = sorted(self._sizes)
        half, below = sum(self._sizes.values()) / 2, 0
        for median in sizes:
            below += self._sizes[median]
            if below >= half:
                break
        return f"{sizes[0]} to {sizes[-1]}, median {median}, per question."
