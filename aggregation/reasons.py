"""Both sides' reasons where groups part: what people wrote, quoted so that no small group can be told from it."""

from collections.abc import Sequence
from dataclasses import dataclass

from aggregation.algorithms.privacy.free_text import without_personal_data
from aggregation.sources import Reason

MOST_QUOTES = 3


@dataclass(frozen=True)
class Quote:
    """Words of somebody, and the group they come from where enough people of it stand on this side."""

    text: str
    group: str = ""


@dataclass(frozen=True)
class Side:
    """Those who answered one way and said why.

    Attributes
    ----------
    people : how many; None where they are fewer than may be told
    quotes : some of their reasons, of as many groups as may be named; none where they are too few
    """

    people: int | None
    quotes: tuple[Quote, ...]


def one_side(reasons: Sequence[Reason], *, attribute: str, k: int, most: int = MOST_QUOTES) -> Side:
    """Quotes of those who answered one way.

    Nothing of fewer than ``k`` people is quoted. A group is named only where every group on this side has at least
    ``k`` people, for the words of the one that is not named could be told from those that are. Mail addresses,
    names and the like are taken out of the words.
    """
    people = {one.member for one in reasons}
    if len(people) < k:
        return Side(None, ())
    by_group: dict[str, list[Reason]] = {}
    for one in reasons:
        by_group.setdefault(one.levels.get(attribute, ""), []).append(one)
    may_name = all(len({one.member for one in rows}) >= k for rows in by_group.values())
    quotes: dict[str, Quote] = {}
    turn = [list(rows) for _, rows in sorted(by_group.items())]
    while any(turn) and len(quotes) < most:  # a reason of each group in turn
        for rows in turn:
            if rows and len(quotes) < most:
                one = rows.pop(0)
                text = without_personal_data(one.text)
                quotes.setdefault(text, Quote(text, one.levels.get(attribute, "") if may_name else ""))
    return Side(len(people), tuple(quotes.values()))
