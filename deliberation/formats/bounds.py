"""How long a cell and how far off a moment may be, so that memory, the database and the calendar hold it."""

from collections.abc import Mapping
from datetime import UTC, datetime

from deliberation.formats.errors import FormatError

ID, GROUP, DATETIME = 300, 30, 80
#: Column -> the most characters that one of its cells has; columns of long tables are among them.
LONGEST = {
    "comment-id": ID,
    "author-id": ID,
    "voter-id": ID,
    "participant": ID,
    "xid": ID,
    "group-id": GROUP,
    "datetime": DATETIME,
    "statement": ID,
    "author": ID,
    "external_id": ID,
    "group": GROUP,
}
# A year is left at either end of the calendar for time zones and for counting on.
FIRST = int(datetime(2, 1, 1, tzinfo=UTC).timestamp()) * 1000
LAST = int(datetime(9999, 1, 1, tzinfo=UTC).timestamp()) * 1000 - 1
MOMENTS = "a moment in the years 2 to 9998, in seconds or milliseconds since 1970"


def check_lengths(cells: Mapping[str, str], file: str, row: int) -> None:
    """Refuse a row with a cell that is longer than its column allows.

    Raises
    ------
    FormatError
        With the column and how long it may be.
    """
    for column, most in LONGEST.items():
        if len(cells.get(column, "")) > most:
            found, allowed = f"{len(cells[column])} characters", f"at most {most} characters"
            raise FormatError(file, row=row, column=column, found=found, allowed=allowed)


def check_moment(moment: int, file: str, row: int) -> None:
    """Refuse a timestamp, in milliseconds since 1970, that lies beyond the calendar.

    Raises
    ------
    FormatError
    """
    if not FIRST <= moment <= LAST:
        raise FormatError(file, row=row, column="timestamp", found=repr(str(moment)), allowed=MOMENTS)


def check_room(file: str, column: str, longest: int, rows: int, most: int) -> None:
    """Refuse a column that would take more than ``most`` characters once every cell is as wide as the longest.

    Raises
    ------
    FormatError
    """
    if longest * rows > most:
        raise FormatError(
            file,
            column=column,
            found=f"{rows} rows, one of them with {longest} characters",
            allowed=f"at most {most // max(rows, 1)} characters in a file of so many rows",
        )
