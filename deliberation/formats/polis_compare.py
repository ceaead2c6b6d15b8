"""Whether two Polis exports say the same, whatever their dialects."""

from collections import Counter

import numpy as np

from deliberation.formats.polis import PolisFolder, VoteEvents

XIDS = ("xids.csv", "xid.csv")
#: Columns of the matrix file that a writer makes where a folder does not hold them.
MADE = frozenset(("xid", "n-comments", "n-votes", "n-agree", "n-disagree"))


def differences(one: PolisFolder, other: PolisFolder, *, moments: bool = True) -> list[str]:
    """What two exports of a conversation do not have in common, a short line each; empty where nothing is lost.

    Participants, cells of the matrix, vote events, groups, foreign ids, moderation, texts, tallies, further columns,
    summary and further tables are compared; the order of rows is not, except within a pair of voter and comment.
    Empty cells of further columns say nothing, nor do counts per participant where one side leaves them to be counted.

    Parameters
    ----------
    moments : compare moments exactly; otherwise in whole seconds, which is all that the newer dialect keeps
    """
    unit = 1 if moments else 1000
    parts: dict[str, tuple[object, object]] = {
        "participants": (Counter(one.participants), Counter(other.participants)),
        "group ids": (_groups(one), _groups(other)),
        "xids": (dict(one.xids), dict(other.xids)),
        "statements": (Counter(one.statements), Counter(other.statements)),
        "moderated out": (sorted(one.moderated_out), sorted(other.moderated_out)),
        "comments": (_comments(one, unit), _comments(other, unit)),
        "columns of comments": (_comment_columns(one), _comment_columns(other)),
        "columns of participants": (_participant_columns(one, other), _participant_columns(other, one)),
        "summary": (one.summary, other.summary),
        "tables": (_tables(one, other), _tables(other, one)),
        "other files": (dict(one.other_files), dict(other.other_files)),
    }
    if not _same_cells(one, other):
        parts["cells"] = _cells(one), _cells(other)
    if not _same_events(one.events, other.events, unit):
        parts["vote events"] = _events(one.events, unit), _events(other.events, unit)
        parts["order of re-votes"] = _histories(one.events), _histories(other.events)
    if any(events is not None and events.extra for events in (one.events, other.events)):
        parts["columns of votes"] = _vote_columns(one.events, unit), _vote_columns(other.events, unit)
    return [_told(name, left, right) for name, (left, right) in parts.items() if left != right]


def _told(name: str, left: object, right: object) -> str:
    if isinstance(left, Counter) and isinstance(right, Counter):
        return f"{name}: {(left - right).total()} only in the first, {(right - left).total()} only in the second"
    if isinstance(left, dict) and isinstance(right, dict):
        apart = sorted(str(key) for key in left.keys() | right.keys() if left.get(key) != right.get(key))
        return f"{name}: {len(apart)} differ ({', '.join(apart[:5])})"
    return f"{name} differ"


def _same_cells(one: PolisFolder, other: PolisFolder) -> bool:
    """Whether the matrices are equal row by row and column by column, which spares comparing cell by cell."""
    same_places = one.participants == other.participants and one.statements == other.statements
    return same_places and np.array_equal(one.votes, other.votes, equal_nan=True)


def _same_events(one: VoteEvents | None, other: VoteEvents | None, unit: int) -> bool:
    """Whether the events are equal in the same order, which spares counting them."""
    if one is None or other is None:
        return one is other
    marks = [np.zeros(len(e), dtype=np.bool_) if e.important is None else e.important for e in (one, other)]
    return (
        np.array_equal(one.timestamps // unit, other.timestamps // unit)
        and np.array_equal(one.comment_ids, other.comment_ids)
        and np.array_equal(one.voter_ids, other.voter_ids)
        and np.array_equal(one.votes, other.votes)
        and np.array_equal(marks[0], marks[1])
    )


def _cells(folder: PolisFolder) -> dict[tuple[str, str], int]:
    rows, columns = np.nonzero(~np.isnan(folder.votes))
    votes = folder.votes[rows, columns].astype(int).tolist()
    pairs = zip(rows.tolist(), columns.tolist(), votes, strict=True)
    return {(folder.participants[row], folder.statements[column]): vote for row, column, vote in pairs}


def _groups(folder: PolisFolder) -> dict[str, str]:
    pairs = zip(folder.participants, folder.group_ids, strict=True)
    return {participant: group for participant, group in pairs if group}


def _comments(folder: PolisFolder, unit: int) -> dict[str, tuple[object, ...]]:
    return {
        comment.id: (
            comment.body,
            comment.author_id,
            None if comment.timestamp is None else comment.timestamp // unit,
            comment.agrees,
            comment.disagrees,
            comment.moderated,
            comment.is_meta,
            comment.is_seed,
        )
        for comment in folder.comments
    }


def _comment_columns(folder: PolisFolder) -> dict[str, dict[str, str]]:
    """Column -> comment id -> cell."""
    found: dict[str, dict[str, str]] = {}
    for comment in folder.comments:
        for column, text in comment.extra.items():
            if text:
                found.setdefault(column, {})[comment.id] = text
    return found


def _participant_columns(folder: PolisFolder, other: PolisFolder) -> dict[str, dict[str, str]]:
    """Column -> participant id -> cell."""
    shared = {
        column: cells
        for column, cells in folder.participant_cells.items()
        if column not in MADE or column in other.participant_cells
    }
    told = {
        column: {participant: text for participant, text in zip(folder.participants, cells, strict=True) if text}
        for column, cells in shared.items()
    }
    return {column: cells for column, cells in told.items() if cells}


def _vote_columns(events: VoteEvents | None, unit: int) -> dict[str, Counter[tuple[object, ...]]]:
    """Column -> moment, comment, voter and cell."""
    found: dict[str, Counter[tuple[object, ...]]] = {}
    if events is None:
        return found
    for column, texts in events.extra.items():
        moments, comments = (events.timestamps // unit).tolist(), events.comment_ids.tolist()
        rows = zip(moments, comments, events.voter_ids.tolist(), texts.tolist(), strict=True)
        told: Counter[tuple[object, ...]] = Counter(row for row in rows if row[-1])
        if told:
            found[column] = told
    return found


def _tables(folder: PolisFolder, other: PolisFolder) -> dict[str, object]:
    """Rows of the further tables; xids.csv, which may be made anew, where both keep it, columns in any order."""
    found: dict[str, object] = {}
    for name, table in folder.tables.items():
        if not name.endswith(XIDS):
            found[name] = table.rows
        elif name in other.tables:
            found[name] = Counter(tuple(sorted(zip(table.layout.columns, row, strict=True))) for row in table.rows)
    return found


def _events(events: VoteEvents | None, unit: int) -> Counter[tuple[object, ...]] | None:
    if events is None:
        return None
    important = [False] * len(events) if events.important is None else events.important.tolist()
    moments, votes = (events.timestamps // unit).tolist(), events.votes.tolist()
    return Counter(zip(moments, events.comment_ids.tolist(), events.voter_ids.tolist(), votes, important, strict=True))


def _histories(events: VoteEvents | None) -> dict[tuple[str, str], list[int]] | None:
    """The votes of each pair in the order of their moments, pairs with one vote left out."""
    if events is None:
        return None
    found: dict[tuple[str, str], list[int]] = {}
    order = np.argsort(events.timestamps, kind="stable")
    voters, comments = events.voter_ids[order].tolist(), events.comment_ids[order].tolist()
    votes = events.votes[order].tolist()
    for voter, comment, vote in zip(voters, comments, votes, strict=True):
        found.setdefault((voter, comment), []).append(vote)
    return {pair: history for pair, history in found.items() if len(history) > 1}
