"""A conversation as long tables: one row per participant, per statement and per vote (Wickham, 2014, "Tidy data")."""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from deliberation.formats.bounds import check_lengths, check_moment
from deliberation.formats.dialect import Dialect
from deliberation.formats.errors import FormatError
from deliberation.formats.polis import ACCEPTED, REJECTED, UNMODERATED, Comment, PolisFolder, VoteEvents
from deliberation.formats.polis_build import build_folder
from deliberation.formats.polis_votes import positions, strangers, unlisted
from deliberation.formats.tables import FOLDER_LIMITS, Layout, Limits, Table, read_table, write_rows

SUMMARY = ("key", "value")
PARTICIPANTS = ("participant", "external_id", "group")
STATEMENTS = ("statement", "author", "timestamp", "agrees", "disagrees", "moderation", "meta", "seed", "text")
VOTES = ("participant", "statement", "vote", "timestamp", "important", "current")
UNTIMED = ("participant", "statement", "vote", "current")
MODERATION = {REJECTED: "rejected", UNMODERATED: "unmoderated", ACCEPTED: "accepted"}
WORDS = {1: "agree", 0: "pass", -1: "disagree"}

STATES = {word: state for state, word in MODERATION.items()} | {"": UNMODERATED}
ANSWERS = {word: vote for vote, word in WORDS.items()} | {str(vote): vote for vote in WORDS}
YES = {"true": 1, "false": 0, "": 0}
CURRENT = {"true": 2, "": 1, "false": 0}


def write_tidy(folder: PolisFolder) -> dict[str, bytes]:
    """The files summary.csv, participants.csv, statements.csv and votes.csv.

    votes.csv has a row per vote event, ``current`` marking the vote that counts; a vote known only from the matrix has
    no timestamp, and without events there is no such column. Timestamps are milliseconds since 1970. Statements and
    participants that only votes know have rows too.
    """
    statements = [
        (
            comment.id,
            comment.author_id,
            "" if comment.timestamp is None else str(comment.timestamp),
            str(comment.agrees),
            str(comment.disagrees),
            MODERATION[comment.moderated],
            _word(comment.is_meta),
            _word(comment.is_seed),
            comment.body,
        )
        for comment in (*folder.comments, *(Comment(statement, "") for statement in unlisted(folder)))
    ]
    people = [*folder.participants, *strangers(folder.events, folder.participants)]
    groups = dict(zip(folder.participants, folder.group_ids, strict=True))
    participants = [(person, folder.xids.get(person, ""), groups.get(person, "")) for person in people]
    return {
        "summary.csv": write_rows(Layout("summary.csv", SUMMARY), folder.summary),
        "participants.csv": write_rows(Layout("participants.csv", PARTICIPANTS), participants),
        "statements.csv": write_rows(Layout("statements.csv", STATEMENTS), statements),
        "votes.csv": _write_votes(folder),
    }


def read_tidy(
    files: Mapping[str, bytes], dialect: Dialect | None = None, limits: Limits = FOLDER_LIMITS
) -> PolisFolder:
    """A conversation from its tidy files; votes.csv is enough, the others add what they say.

    Parameters
    ----------
    dialect : how to write it as a Polis export; without it that of the open data sets

    Raises
    ------
    FormatError
        At the first cell that is not allowed.
    """
    if "votes.csv" not in files:
        raise FormatError("votes.csv", found="no such file", allowed="a table with participant, statement and vote")
    votes = _read(files, "votes.csv", VOTES[:3], limits)
    summary = _optional(files, "summary.csv", SUMMARY, limits)
    people = _optional(files, "participants.csv", PARTICIPANTS[:1], limits)
    texts = _optional(files, "statements.csv", STATEMENTS[:1], limits)
    comments = _comments(texts) if texts else [Comment(s, "") for s in dict.fromkeys(votes.column("statement"))]
    participants = people.column("participant") if people else list(dict.fromkeys(votes.column("participant")))
    statements = [comment.id for comment in comments]
    _check_ids("statements.csv", "statement", statements, votes)
    _check_ids("participants.csv", "participant", participants, votes)
    current, events = _read_votes(votes, participants, statements)
    xids = _pairs(people, "external_id")
    return build_folder(
        dialect or Dialect.open_data(votes=events is not None, xid=bool(xids)),
        comments=comments,
        participants=participants,
        events=events,
        votes=current,
        group_ids=_pairs(people, "group"),
        xids=xids,
        summary=tuple((key, text) for key, text in summary.rows) if summary else (),
        count_tallies=texts is None or not {"agrees", "disagrees"} <= set(texts.layout.columns),
    )


def _word(yes: bool) -> str:
    return "true" if yes else "false"


def _write_votes(folder: PolisFolder) -> bytes:
    """votes.csv; the columns that say something of events stand only where there are some."""
    columns = VOTES if folder.events is not None else UNTIMED
    places = [VOTES.index(column) for column in columns]
    return write_rows(Layout("votes.csv", columns), ([row[place] for place in places] for row in _vote_rows(folder)))


def _vote_rows(folder: PolisFolder) -> list[tuple[str, ...]]:
    """Events in their order, then the votes that only the matrix knows."""
    people, columns = np.nonzero(~np.isnan(folder.votes))
    left = {
        (folder.participants[person], folder.statements[column]): int(folder.votes[person, column])
        for person, column in zip(people.tolist(), columns.tolist(), strict=True)
    }
    rows: list[tuple[str, ...]] = []
    if (events := folder.events) is not None:
        marks = [""] * len(events) if events.important is None else [_word(mark) for mark in events.important.tolist()]
        moments, votes = events.timestamps.tolist(), events.votes.tolist()
        pairs = list(zip(events.voter_ids.tolist(), events.comment_ids.tolist(), strict=True))
        current = [False] * len(events)
        # From the latest event backwards, the first that says what the matrix says is the current one.
        for place in np.lexsort((np.arange(len(events)), events.timestamps))[::-1].tolist():
            if left.get(pairs[place]) == votes[place]:
                current[place] = True
                del left[pairs[place]]
        rows += [
            (*pair, WORDS[vote], str(moment), mark, _word(counts))
            for pair, vote, moment, mark, counts in zip(pairs, votes, moments, marks, current, strict=True)
        ]
    return rows + [(*pair, WORDS[vote], "", "", "true") for pair, vote in left.items()]


def _optional(files: Mapping[str, bytes], name: str, needs: tuple[str, ...], limits: Limits) -> Table | None:
    return _read(files, name, needs, limits) if name in files else None


def _read(files: Mapping[str, bytes], name: str, needs: tuple[str, ...], limits: Limits) -> Table:
    table = read_table(files[name], name, needs=needs, limits=limits)
    for row, cells in table.numbered():
        check_lengths(dict(zip(table.layout.columns, cells, strict=True)), name, row)
    return table


def _pairs(people: Table | None, column: str) -> dict[str, str]:
    if people is None or column not in people.layout.columns:
        return {}
    return {p: text for p, text in zip(people.column("participant"), people.column(column), strict=True) if text}


def _check_ids(file: str, column: str, ids: Sequence[str], votes: Table) -> None:
    first: dict[str, int] = {}
    for row, identity in enumerate(ids, start=2):
        if identity in first:
            found = f"{identity!r} again, as in row {first[identity]}"
            raise FormatError(file, row=row, column=column, found=found, allowed="each id once")
        first[identity] = row
    for row, identity in enumerate(votes.column(column), start=2):
        if identity not in first:
            raise FormatError("votes.csv", row=row, column=column, found=repr(identity), allowed=f"an id of {file}")


def _codes(table: Table, column: str, words: Mapping[str, int]) -> list[int]:
    """A column of known words as numbers; zeros where the table has no such column."""
    if column not in table.layout.columns:
        return [0] * len(table.rows)
    texts = table.column(column)
    for row, text in enumerate(texts, start=2):
        if text not in words:
            allowed = "one of " + ", ".join(word for word in words if word)
            raise FormatError(table.layout.name, row=row, column=column, found=repr(text), allowed=allowed)
    return [words[text] for text in texts]


def _wholes(table: Table, column: str) -> list[int | None]:
    """A column of whole numbers, None where nothing stands."""
    texts = table.column(column) if column in table.layout.columns else [""] * len(table.rows)
    for row, text in enumerate(texts, start=2):
        digits = text.removeprefix("-") if table.layout.name == "votes.csv" else text
        if text and not (digits.isascii() and digits.isdigit() and len(digits) < 19):
            allowed = "a whole number or nothing"
            raise FormatError(table.layout.name, row=row, column=column, found=repr(text), allowed=allowed)
        if text and column == "timestamp":
            check_moment(int(text), table.layout.name, row)
    return [int(text) if text else None for text in texts]


def _texts(table: Table, column: str) -> list[str]:
    return table.column(column) if column in table.layout.columns else [""] * len(table.rows)


def _comments(table: Table) -> list[Comment]:
    rows = zip(
        table.column("statement"),
        _texts(table, "text"),
        _texts(table, "author"),
        _wholes(table, "timestamp"),
        _wholes(table, "agrees"),
        _wholes(table, "disagrees"),
        _codes(table, "moderation", STATES),
        _codes(table, "meta", YES),
        _codes(table, "seed", YES),
        strict=True,
    )
    return [
        Comment(
            id=identity,
            body=text,
            author_id=author,
            timestamp=moment,
            agrees=agrees or 0,
            disagrees=disagrees or 0,
            moderated=state,
            is_meta=bool(meta),
            is_seed=bool(seed),
        )
        for identity, text, author, moment, agrees, disagrees, state, meta, seed in rows
    ]


def _read_votes(
    table: Table, participants: Sequence[str], statements: Sequence[str]
) -> tuple[NDArray[np.float64], VoteEvents | None]:
    """Current votes, array of shape (participants, statements), and the rows with a timestamp as events.

    Of several votes of a pair the one marked current counts, else the latest, else the lowest row; where all of them
    say that they are not current, none does.
    """
    answers = np.array(_codes(table, "vote", ANSWERS), dtype=np.int8)
    told = "current" in table.layout.columns
    current = np.array(_codes(table, "current", CURRENT) if told else [1] * len(answers), dtype=np.int8)
    important = np.array(_codes(table, "important", YES), dtype=np.bool_)
    wholes = _wholes(table, "timestamp")
    timed = np.array([moment is not None for moment in wholes], dtype=np.bool_)
    moments = np.array([moment or 0 for moment in wholes], dtype=np.int64)
    voters = np.array(table.column("participant"), dtype=np.str_)
    comments = np.array(table.column("statement"), dtype=np.str_)
    votes = np.full((len(participants), len(statements)), np.nan)
    order = np.lexsort((np.arange(len(answers)), moments, current))
    counted = np.where(current > 0, answers, np.nan)
    votes[positions(voters, participants)[order], positions(comments, statements)[order]] = counted[order]
    if "timestamp" not in table.layout.columns:
        return votes, None
    return votes, VoteEvents(
        timestamps=moments[timed],
        comment_ids=comments[timed],
        voter_ids=voters[timed],
        votes=answers[timed],
        important=important[timed] if important.any() else None,
    )
