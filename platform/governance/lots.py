"""Drawing lots: the room that knows how registers in `AppConfig.ready()`, since this one stands below it."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

People = Mapping[str, Mapping[str, str]]
"""Features by the number in the pool."""


class Impossible(ValueError):
    """No panel meets the quotas, or the inputs do not fit each other; the text names what conflicts."""


@dataclass(frozen=True)
class Limit:
    """A quota: of a panel at least ``least`` and at most ``most`` have this value of the feature."""

    feature: str
    value: str
    least: int
    most: int


@dataclass(frozen=True)
class Drawn:
    """A drawn panel.

    Attributes
    ----------
    panel : numbers in the pool, sorted
    chances : everybody's chance of being drawn, by number
    least, optimum : smallest chance of anybody who can be drawn, and the greatest that any lottery could give
    panels : how many panels the lottery picks from
    commitment : SHA-256 of pool, quotas and seats
    """

    panel: tuple[str, ...]
    chances: Mapping[str, float]
    least: float
    optimum: float
    panels: int
    commitment: str


class Lottery(Protocol):
    """What can draw; every method raises :class:`Impossible`."""

    def commit(self, people: People, limits: Sequence[Limit], seats: int) -> str:
        """Check that some panel meets the quotas; the SHA-256 of pool, quotas and seats."""

    def draw(
        self,
        people: People,
        limits: Sequence[Limit],
        seats: int,
        seed_text: str,
        progress: Callable[[float, str], object],
    ) -> Drawn:
        """Draw the first panel."""

    def replace(
        self,
        people: People,
        limits: Sequence[Limit],
        *,
        panel: Collection[str],
        gone: Collection[str],
        unavailable: Collection[str],
        seed_text: str,
        number: int,
        progress: Callable[[float, str], object],
    ) -> tuple[str, ...]:
        """Draw for the seats of those who are gone; who stays keeps the seat."""


_lotteries: list[Lottery] = []


def register(lottery: Lottery) -> None:
    """Say how lots are drawn; the newest takes the former's place."""
    _lotteries[:] = [lottery]


def lottery() -> Lottery:
    """The registered one.

    Raises
    ------
    Impossible
        If no room has registered any.
    """
    if not _lotteries:
        raise Impossible("This site knows no way to draw lots.")
    return _lotteries[0]
