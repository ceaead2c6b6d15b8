"""Reading what an address says."""

MOST_DIGITS = 9


def whole_number(text: str) -> int | None:
    """The number of up to nine decimal digits that a part of an address writes; None for anything else."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= MOST_DIGITS else None
