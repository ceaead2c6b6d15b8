"""Numbers in words and figures, the same way on every page."""

import math

#: From this many people on, a decimal of a percentage says something.
DECIMALS_FROM = 1000


def percentage(share: float | None, n: int | None = None) -> str:
    """A share from 0 to 1 as "43%"; with one decimal when it rests on more than 1,000; "–" when there is none."""
    if share is None or math.isnan(share):
        return "–"
    if n is not None and n > DECIMALS_FROM:
        return f"{100 * share:.1f}%"
    return f"{100 * share:.0f}%"


def interval(low: float | None, high: float | None, n: int | None = None) -> str:
    """Two shares as "38–48%"; "–" when there is no interval."""
    if low is None or high is None or math.isnan(low) or math.isnan(high):
        return "–"
    return f"{percentage(low, n).removesuffix('%')}–{percentage(high, n)}"


def count(number: int, one: str, many: str | None = None) -> str:
    """A number with its noun: "1 vote", "1,204 votes"."""
    return f"{number:,} {one if number == 1 else (many or one + 's')}"
