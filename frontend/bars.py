"""The bar that shows how opinions on one statement split."""

from dataclasses import dataclass

from frontend.numbers import count, percentage


@dataclass(frozen=True)
class OpinionBar:
    """Agreements, passes and disagreements on one statement: numbers of people, each at least 0."""

    agree: int
    passes: int
    disagree: int

    @property
    def total(self) -> int:
        """Everybody who answered."""
        return self.agree + self.passes + self.disagree

    def _share(self, part: int) -> float | None:
        return part / self.total if self.total else None

    @property
    def agree_width(self) -> str:
        """Width in percent, for SVG."""
        return f"{100 * (self._share(self.agree) or 0):.2f}%"

    @property
    def pass_width(self) -> str:
        """Width in percent, for SVG."""
        return f"{100 * (self._share(self.passes) or 0):.2f}%"

    @property
    def disagree_width(self) -> str:
        """Width in percent, for SVG."""
        return f"{100 * (self._share(self.disagree) or 0):.2f}%"

    @property
    def disagree_start(self) -> str:
        """Where disagreement begins, in percent, for SVG."""
        return f"{100 * (self._share(self.agree + self.passes) or 0):.2f}%"

    @property
    def agree_words(self) -> str:
        """As in "62% agree"."""
        return f"{percentage(self._share(self.agree), self.total)} agree"

    @property
    def pass_words(self) -> str:
        """As in "10% pass"."""
        return f"{percentage(self._share(self.passes), self.total)} pass"

    @property
    def disagree_words(self) -> str:
        """As in "28% disagree"."""
        return f"{percentage(self._share(self.disagree), self.total)} disagree"

    @property
    def words(self) -> str:
        """The whole bar in a sentence."""
        if not self.total:
            return "No votes yet"
        return f"{self.agree_words}, {self.pass_words}, {self.disagree_words}, of {count(self.total, 'vote')}"
