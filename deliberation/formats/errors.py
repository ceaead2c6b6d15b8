"""What a reader of file formats says when it refuses: one line that names the place."""


class FormatError(ValueError):
    """A file that does not keep its format.

    Attributes
    ----------
    file : name of the file inside its folder or archive
    row : row counted as a person does, the header being row 1; None where the whole file is meant
    column : name of the column, or None
    found, allowed : what stands there and what may stand there
    """

    def __init__(
        self, file: str, *, found: str, allowed: str, row: int | None = None, column: str | None = None
    ) -> None:
        self.file, self.row, self.column, self.found, self.allowed = file, row, column, found, allowed
        place = file
        if row is not None:
            place += f", row {row}"
        if column is not None:
            place += f", column {column!r}"
        super().__init__(f"{place}: found {_one_line(found)}, allowed is {allowed}.")


class SignContradiction(FormatError):
    """Votes whose flipped sign fits the tallies of comments.csv better than their own.

    Attributes
    ----------
    own, flipped : sum over statements of |agrees - counted agrees| + |disagrees - counted disagrees|, with the votes
        as they stand in the file and with agree and disagree exchanged
    """

    def __init__(
        self, file: str, *, own: int, flipped: int, own_equal: int, flipped_equal: int, statements: int
    ) -> None:
        self.own, self.flipped = own, flipped
        super().__init__(
            file,
            found=f"votes that differ from the agrees and disagrees of comments.csv by {own} as they stand "
            f"({own_equal} of {statements} statements equal) and by {flipped} with the sign flipped "
            f"({flipped_equal} of {statements} equal)",
            allowed="agree = 1 and disagree = -1, as in comments.csv",
        )


class Refusals:
    """What becomes of a bad row: the first one ends the reading, or all are left out and listed."""

    def __init__(self, *, keep_going: bool = False) -> None:
        self.keep_going = keep_going
        self.rows: list[FormatError] = []

    def __call__(self, problem: FormatError) -> None:
        """Raise the problem, or list it."""
        if not self.keep_going:
            raise problem
        self.rows.append(problem)


def _one_line(text: str) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= 300 else flat[:297] + "..."
