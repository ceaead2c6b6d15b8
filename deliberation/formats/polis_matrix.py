"""The matrix file of a Polis export (participants-votes.csv): one row per participant, one column per statement."""

import io
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.csv as arrow_csv
from numpy.typing import NDArray

from deliberation.formats.bounds import ID, LONGEST, check_lengths
from deliberation.formats.dialect import PARTICIPANT_COLUMNS
from deliberation.formats.errors import FormatError, Refusals
from deliberation.formats.polis import PolisFolder
from deliberation.formats.tables import Layout, Limits, cell, check_header, join_lines, layout_of, read_rows

CELLS = {"": np.nan, "1": 1.0, "0": 0.0, "-1": -1.0, "1.0": 1.0, "0.0": 0.0, "-1.0": -1.0, "-0.0": 0.0, "+1": 1.0}


@dataclass(frozen=True, eq=False)
class Matrix:
    """The file's content; ``votes`` is an array of shape (participants, columns), nan where nothing stands."""

    participants: list[str]
    xids: list[str]
    group_ids: list[str]
    columns: tuple[str, ...]
    votes: NDArray[np.float64]
    cells: Mapping[str, tuple[str, ...]]
    notes: list[str]


def read_matrix(
    data: bytes, file: str, comment_ids: Collection[str] | None, limits: Limits, refuse: Refusals
) -> tuple[Matrix, Layout]:
    """The matrix and the layout of the columns that are not statements.

    Parameters
    ----------
    comment_ids : the comments there are; None where that is not known, then columns with a whole number are statements

    Raises
    ------
    FormatError
        Where a participant or column stands twice, a vote is not 1, 0, -1 or empty, a column belongs to no comment, or
        a row or a cell is too short or too long; where nothing tells which columns are statements.
    """
    end = data.find(b"\n") + 1 or len(data)
    header = read_rows(data[:end], file, limits)
    if not header:
        raise FormatError(file, found="an empty file", allowed="a header row")
    names = check_header(header[0], file, ("participant",))
    if (longest := max(map(len, names))) > ID:
        found, allowed = f"the name of a column with {longest} characters", f"at most {ID} characters"
        raise FormatError(file, row=1, found=found, allowed=allowed)
    statements = tuple(name for name in names if _is_statement(name, comment_ids))
    for name in statements if comment_ids is not None else ():
        if name not in (comment_ids or ()):
            found, allowed = "a statement without a comment", "ids of comments in comments.csv"
            refuse(FormatError(file, row=1, column=name, found=found, allowed=allowed))
    fixed = tuple(name for name in names if name not in set(statements))
    further = [name for name in fixed if name not in PARTICIPANT_COLUMNS]
    if comment_ids is None and further and not statements:
        raise FormatError(
            file,
            row=1,
            found=f"no column that a number names, among {', '.join(further[:8])}",
            allowed="statements under numbers, or a comments.csv that lists their ids",
        )
    columns = _fast(data, names, statements, fixed, limits)
    if columns is None or not (_all_different(columns[0]["participant"]) and _short(columns[0])):
        columns = _exact(data, file, names, statements, fixed, limits, refuse)
    texts, votes = columns
    if comment_ids is not None:
        votes = votes[:, [name in comment_ids for name in statements]]
        statements = tuple(name for name in statements if name in comment_ids)
    participants = texts["participant"]
    empty = ("",) * len(participants)
    matrix = Matrix(
        participants=list(participants),
        xids=list(texts.get("xid", empty)),
        group_ids=list(texts.get("group-id", empty)),
        columns=statements,
        votes=votes,
        cells={name: tuple(texts[name]) for name in fixed if name not in {"participant", "xid", "group-id"}},
        notes=[*_count_notes(texts, votes, file), *(_column_note(further, file) if comment_ids is None else ())],
    )
    return matrix, layout_of(data, file, fixed)


def write_matrix(folder: PolisFolder, layout: Layout) -> bytes:
    """The bytes of the matrix file; counts that the folder does not hold are made from its cells."""
    votes = np.full((len(folder.participants), len(folder.matrix_columns)), np.nan)
    place = {statement: position for position, statement in enumerate(folder.matrix_columns)}
    votes[:, [place[statement] for statement in folder.statements]] = folder.votes
    written = Counter(comment.author_id for comment in folder.comments)
    cells: dict[str, Sequence[str]] = {
        "participant": folder.participants,
        "xid": [folder.xids.get(participant, "") for participant in folder.participants],
        "group-id": folder.group_ids,
        "n-comments": [str(written[participant]) for participant in folder.participants],
        "n-votes": list(map(str, np.count_nonzero(~np.isnan(votes), axis=1).tolist())),
        "n-agree": list(map(str, np.count_nonzero(votes == 1, axis=1).tolist())),
        "n-disagree": list(map(str, np.count_nonzero(votes == -1, axis=1).tolist())),
        **folder.participant_cells,
    }
    empty = [""] * len(folder.participants)
    words = np.array(["-1", "0", "1", ""])[np.nan_to_num(votes, nan=2).astype(np.int8) + 1]
    fixed = zip(*(cells.get(column, empty) for column in layout.columns), strict=True)
    lines = [",".join(map(cell, (*layout.columns, *folder.matrix_columns)))]
    lines += [",".join((*map(cell, texts), *row.tolist())) for texts, row in zip(fixed, words, strict=True)]
    return join_lines(layout, lines)


def _is_statement(name: str, comment_ids: Collection[str] | None) -> bool:
    if name in PARTICIPANT_COLUMNS:
        return False
    return (name.isascii() and name.isdigit()) or (comment_ids is not None and name in comment_ids)


_Columns = tuple[dict[str, list[str]], NDArray[np.float64]]


def _fast(
    data: bytes, names: tuple[str, ...], statements: tuple[str, ...], fixed: tuple[str, ...], limits: Limits
) -> _Columns | None:
    """Arrow's reader; None where something is unusual, so that the exact reader finds out what."""
    if data.count(b"\n") > limits.rows or data.count(b"\n") * len(names) > limits.cells:
        return None
    types = dict.fromkeys(statements, pa.int8()) | dict.fromkeys(fixed, pa.string())
    try:
        table = arrow_csv.read_csv(
            io.BytesIO(data),
            read_options=arrow_csv.ReadOptions(column_names=list(names), skip_rows=1, block_size=1 << 22),
            parse_options=arrow_csv.ParseOptions(newlines_in_values=True, ignore_empty_lines=False),
            convert_options=arrow_csv.ConvertOptions(column_types=types, null_values=[""], strings_can_be_null=False),
        )
    except pa.ArrowInvalid:
        return None
    votes = np.full((table.num_rows, len(statements)), np.nan)
    for position, name in enumerate(statements):
        votes[:, position] = table[name].to_numpy()
    if votes.size and np.nanmax(np.abs(votes), initial=0) > 1:
        return None
    return {name: table[name].to_pylist() for name in fixed}, votes


def _exact(
    data: bytes,
    file: str,
    names: tuple[str, ...],
    statements: tuple[str, ...],
    fixed: tuple[str, ...],
    limits: Limits,
    refuse: Refusals,
) -> _Columns:
    """Row by row, naming the first cell that is not allowed."""
    kept: list[list[str]] = []
    votes: list[list[float]] = []
    first: dict[str, int] = {}
    places = {name: names.index(name) for name in names}
    for number, row in enumerate(read_rows(data, file, limits)[1:], start=2):
        try:
            if len(row) != len(names):
                found, allowed = f"{len(row)} cells", f"{len(names)}, as in the header"
                raise FormatError(file, row=number, found=found, allowed=allowed)
            participant = row[places["participant"]]
            if not participant.strip() or participant in first:
                found = f"{participant!r} again, as in row {first[participant]}" if participant in first else "nothing"
                raise FormatError(file, row=number, column="participant", found=found, allowed="an id of its own")
            check_lengths({name: row[places[name]] for name in fixed}, file, number)
            cells = [CELLS.get(row[places[name]]) for name in statements]
            for name, value in zip(statements, cells, strict=True):
                if value is None:
                    found = repr(row[places[name]])
                    raise FormatError(file, row=number, column=name, found=found, allowed="1, 0, -1 or nothing")
        except FormatError as problem:
            refuse(problem)
            continue
        first[participant] = number
        kept.append(row)
        votes.append([value for value in cells if value is not None])
    texts = {name: [row[places[name]] for row in kept] for name in fixed}
    return texts, np.array(votes, dtype=np.float64).reshape(len(kept), len(statements))


def _all_different(participants: Sequence[str]) -> bool:
    return len(set(participants)) == len(participants) and all(map(str.strip, participants))


def _short(texts: Mapping[str, Sequence[str]]) -> bool:
    return all(len(cell) <= LONGEST[name] for name in texts.keys() & LONGEST.keys() for cell in texts[name])


def _column_note(further: Sequence[str], file: str) -> list[str]:
    """Columns that are not taken for statements although nothing says that they are none."""
    if not further:
        return []
    return [f"{file}: {', '.join(further[:8])} are taken for facts about participants, as no number names them."]


def _count_notes(texts: Mapping[str, list[str]], votes: NDArray[np.float64], file: str) -> list[str]:
    """Where the file's own counts per participant differ from its cells."""
    notes = []
    counts = {"n-votes": ~np.isnan(votes), "n-agree": votes == 1, "n-disagree": votes == -1}
    for column, marks in counts.items():
        if column in texts:
            wrong = sum(
                text != str(count) for text, count in zip(texts[column], marks.sum(axis=1).tolist(), strict=True)
            )
            if wrong:
                notes.append(
                    f"{file}: {column} differs from the cells of the row for {wrong} of {len(votes)} participants."
                )
    return notes
