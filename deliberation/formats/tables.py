"""CSV files as text: cells exactly as they stand, and what is needed to write the same bytes again."""

import csv
import io
import itertools
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from deliberation.formats.errors import FormatError, Refusals

BOM = "\ufeff"


@dataclass(frozen=True)
class Limits:
    """The most that a reader takes in, so that a hostile upload cannot exhaust the machine.

    Attributes
    ----------
    characters : rows of votes.csv times the longest cell of one column, as arrays hold texts that way
    """

    file_bytes: int = 2_000_000_000
    total_bytes: int = 4_000_000_000
    files: int = 1_000
    rows: int = 50_000_000
    columns: int = 20_000
    cells: int = 400_000_000
    characters: int = 2_000_000_000


FOLDER_LIMITS = Limits()
UPLOAD_LIMITS = Limits(
    file_bytes=200_000_000,
    total_bytes=400_000_000,
    files=100,
    rows=5_000_000,
    columns=10_050,
    cells=50_000_000,
    characters=250_000_000,
)


@dataclass(frozen=True)
class Layout:
    """How a CSV file is written, apart from its cells.

    Attributes
    ----------
    name : the file's name inside its folder
    columns : header cells in order; empty where the file has no header
    line_end : "\\n" or "\\r\\n"
    bom : whether a byte order mark opens the file
    final_newline : whether the last row ends like the others
    quoted : columns (for summary.csv: keys) whose cells always stand in quotes; others only where they must
    quoted_header : whether the header cells stand in quotes as well
    """

    name: str
    columns: tuple[str, ...] = ()
    line_end: str = "\n"
    bom: bool = False
    final_newline: bool = True
    quoted: tuple[str, ...] = ()
    quoted_header: bool = False


@dataclass(frozen=True)
class Table:
    """A CSV file: its layout and its rows, every row as long as the header.

    Attributes
    ----------
    left_out : numbers of the rows that were refused
    """

    layout: Layout
    rows: tuple[tuple[str, ...], ...]
    left_out: frozenset[int] = frozenset()

    def numbered(self) -> Iterator[tuple[int, tuple[str, ...]]]:
        """Rows with their numbers as a person counts them, the header being row 1."""
        numbers = (number for number in itertools.count(2) if number not in self.left_out)
        return zip(numbers, self.rows, strict=False)

    def column(self, name: str) -> list[str]:
        """All cells of one column, top to bottom."""
        position = self.layout.columns.index(name)
        return [row[position] for row in self.rows]


def decode(data: bytes, file: str) -> str:
    """UTF-8 text without a byte order mark.

    Raises
    ------
    FormatError
        Where the bytes are not UTF-8, or hold a zero byte.
    """
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        row = data.count(b"\n", 0, problem.start) + 1
        raise FormatError(file, row=row, found=f"the byte 0x{data[problem.start]:02x}", allowed="UTF-8 text") from None
    if "\0" in text:
        raise FormatError(file, row=text.count("\n", 0, text.index("\0")) + 1, found="a zero byte", allowed="text")
    return text


def layout_of(data: bytes, name: str, columns: Sequence[str] = ()) -> Layout:
    """The layout that can be seen before the cells are read."""
    first = data.find(b"\n")
    return Layout(
        name=name,
        columns=tuple(columns),
        line_end="\r\n" if first > 0 and data[first - 1 : first] == b"\r" else "\n",
        bom=data.startswith(b"\xef\xbb\xbf"),
        final_newline=data.endswith((b"\n", b"\r")),
    )


MOST_IN_CELL = 131_072
CELLS = f"at most {MOST_IN_CELL:,} characters in a cell"


def read_rows(data: bytes, file: str, limits: Limits = FOLDER_LIMITS) -> list[list[str]]:
    """Every row of a CSV file as text; blank lines at the end are left out.

    Raises
    ------
    FormatError
        Where a quote is not closed, the text is not UTF-8, or there are more rows or columns than ``limits`` allows.
    """
    rows: list[list[str]] = []
    cells = 0
    reader = csv.reader(io.StringIO(decode(data, file), newline=""), strict=True)
    try:
        for row in reader:
            rows.append(row)
            cells += len(row)
            # The csv module's own limit is one for the whole process, and others may have raised it.
            if len(max(row, key=len, default="")) > MOST_IN_CELL:
                raise FormatError(file, row=len(rows), found="a longer cell", allowed=CELLS)
            if len(row) > limits.columns:
                raise FormatError(file, row=len(rows), found=f"{len(row)} columns", allowed=f"at most {limits.columns}")
            if len(rows) > limits.rows or cells > limits.cells:
                raise FormatError(
                    file,
                    row=len(rows),
                    found=f"{len(rows)} rows with {cells} cells",
                    allowed=f"at most {limits.rows} rows and {limits.cells} cells",
                )
    except csv.Error as problem:
        allowed = CELLS if "field limit" in str(problem) else "CSV with quotes that close"
        raise FormatError(file, row=len(rows) + 1, found=str(problem), allowed=allowed) from None
    while rows and not rows[-1]:
        rows.pop()
    return rows


def read_table(
    data: bytes,
    file: str,
    *,
    needs: Iterable[str] = (),
    limits: Limits = FOLDER_LIMITS,
    refusals: Refusals | None = None,
) -> Table:
    """A CSV file with a header.

    Parameters
    ----------
    refusals : what becomes of rows that are longer or shorter than the header; without it they are errors

    Raises
    ------
    FormatError
        Where the header is missing, lacks a column of ``needs`` or names one twice, or a row is longer or shorter.
    """
    rows = read_rows(data, file, limits)
    if not rows:
        raise FormatError(file, found="an empty file", allowed="a header row")
    header = check_header(rows[0], file, needs)
    refuse = refusals or Refusals()
    left_out = set()
    for number, row in enumerate(rows[1:], start=2):
        if len(row) != len(header):
            refuse(FormatError(file, row=number, found=f"{len(row)} cells", allowed=f"{len(header)}, as in the header"))
            left_out.add(number)
    body = tuple(tuple(row) for number, row in enumerate(rows[1:], start=2) if number not in left_out)
    return Table(_with_quoting(layout_of(data, file, header), header, body, data), body, frozenset(left_out))


def check_header(header: Sequence[str], file: str, needs: Iterable[str]) -> tuple[str, ...]:
    """The header, when every column stands once and none of ``needs`` is missing.

    Raises
    ------
    FormatError
        Otherwise.
    """
    seen: set[str] = set()
    for column in header:
        if column in seen:
            raise FormatError(file, row=1, column=column, found="this column twice", allowed="each column once")
        seen.add(column)
    for column in needs:
        if column not in seen:
            shown = ", ".join(header[:12]) + (", ..." if len(header) > 12 else "")
            raise FormatError(
                file, row=1, column=column, found=f"no such column (only {shown})", allowed="a column of this name"
            )
    return tuple(header)


def write_table(table: Table) -> bytes:
    """The bytes of a table in its own layout."""
    return write_rows(table.layout, table.rows)


def write_rows(layout: Layout, rows: Iterable[Sequence[str]]) -> bytes:
    """Rows as CSV: a cell is quoted where it must be, or where its column is in ``layout.quoted``."""
    always = [column in layout.quoted for column in layout.columns]
    header = quoted if layout.quoted_header else cell
    lines = [",".join(map(header, layout.columns))] if layout.columns else []
    if any(always):
        lines += [
            ",".join(quoted(text) if all_quoted else cell(text) for text, all_quoted in zip(row, always, strict=True))
            for row in rows
        ]
    else:
        lines += [",".join(map(cell, row)) for row in rows]
    return join_lines(layout, lines)


def join_lines(layout: Layout, lines: Sequence[str]) -> bytes:
    """Lines, each without its end, as the bytes of a file."""
    text = layout.line_end.join(lines)
    if layout.final_newline and lines:
        text += layout.line_end
    return ((BOM if layout.bom else "") + text).encode()


def cell(text: str) -> str:
    """A cell as CSV has it, quoted only where it must be (RFC 4180, section 2)."""
    return quoted(text) if any(mark in text for mark in ',"\r\n') else text


def quoted(text: str) -> str:
    """A cell in quotes."""
    return '"' + text.replace('"', '""') + '"'


def _with_quoting(layout: Layout, columns: Sequence[str], rows: tuple[tuple[str, ...], ...], data: bytes) -> Layout:
    """Add to a layout the columns that always stand in quotes: the first of a few habits that gives the same bytes."""
    texts = tuple(column for column in columns if column in {"comment-body", "comment", "xid"})
    for habit, header in (((), False), (texts, False), (tuple(columns), False), (tuple(columns), True)):
        tried = replace(layout, quoted=habit, quoted_header=header)
        if write_rows(tried, rows) == data:
            return tried
    return layout
