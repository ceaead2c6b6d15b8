"""How lots are drawn, for the room below that keeps panels: registered in :mod:`governance.lots`."""

from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from governance.lots import Drawn, Impossible, Limit, People


class Sortition:
    """The algorithms of this room; they are loaded where they are called, which is in workers."""

    def commit(self, people: People, limits: Sequence[Limit], seats: int) -> str:
        """Check that some panel meets the quotas, and commit to the pool."""
        from aggregation.algorithms.sortition import Pool, commitment

        with _in_words():
            Pool.of(people, quotas(limits), seats).require_feasible()
        return commitment(people, quotas(limits), seats)

    def draw(
        self,
        people: People,
        limits: Sequence[Limit],
        seats: int,
        seed_text: str,
        progress: Callable[[float, str], object],
    ) -> Drawn:
        """Draw the first panel; progress is how near the least chance has come to what is possible."""
        from aggregation.algorithms.sortition import draw_panel

        with _in_words():
            made = draw_panel(people, quotas(limits), seats=seats, seed_text=seed_text, progress=_told(progress))
        return Drawn(
            panel=made.panel,
            chances=made.selection,
            least=made.least,
            optimum=made.optimum,
            panels=made.n_panels,
            commitment=made.commitment,
        )

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
        """Draw for the seats of those who are gone."""
        from aggregation.algorithms.sortition import draw_replacement

        with _in_words():
            return draw_replacement(
                people,
                quotas(limits),
                panel=panel,
                gone=gone,
                seed_text=seed_text,
                draw=number,
                unavailable=unavailable,
                progress=_told(progress),
            )


def quotas(limits: Sequence[Limit]) -> list[Any]:
    """The quotas as the algorithms take them."""
    from aggregation.algorithms.sortition import Quota

    return [Quota(one.feature, one.value, one.least, one.most) for one in limits]


def _told(progress: Callable[[float, str], object]) -> Callable[[int, float, float], None]:
    """How near the search is to its end, as a share and in words."""

    def told(panels: int, least: float, bound: float) -> None:
        share = least / bound if bound > 0 else 1.0
        progress(min(share, 0.99), f"{panels} panels compared")

    return told


@contextmanager
def _in_words() -> Iterator[None]:
    """A refusal of the algorithms as one that this room's neighbours know."""
    try:
        yield
    except ValueError as problem:
        raise Impossible(f"{str(problem)[:1].upper()}{str(problem)[1:]}.") from problem
