"""What the command line says of bad input."""

from collections.abc import Sequence


class BadInput(Exception):
    """Bad input, said in one line that names the place: file, row, column, what was found, what is allowed."""


def place_of(row: int | str) -> str:
    """Where a refused row stands: its number, or the words that its format has for it."""
    return f"row {row}" if isinstance(row, int) else row


def all_refused(refused: Sequence[tuple[int | str, str]]) -> str:
    """How many rows are refused, and why the first is, as the end of a sentence.

    >>> all_refused([(2, "no item; did you mean 'Item'?"), (3, "no item")])
    "2 rows are refused: row 2, no item; did you mean 'Item'."
    """
    row, reason = refused[0]
    return f"{len(refused)} rows are refused: {place_of(row)}, {reason}".removesuffix("?") + "."
