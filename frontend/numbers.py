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


def wilson_interval(successes: int, n: int, z: float = 1.959964) -> tuple[float | None, float | None]:
    """The interval for a share that was seen ``successes`` times out of ``n``; no interval when nobody was asked.

    References
    ----------
    Wilson, E. B. (1927). Probable inference, the law of succession, and statistical inference, equation for the limits.

    Raises
    ------
    ValueError
        If there are more successes than answers, or fewer than none.
    """
    if not 0 <= successes <= n:
        raise ValueError(f"successes={successes} should be >= 0 and <= n={n}")
    if n == 0:
        return None, None
    share = successes / n
    centre = (share + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * math.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    return max(0.0, centre - half), min(1.0, centre + half)
