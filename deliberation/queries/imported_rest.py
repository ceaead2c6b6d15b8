"""What an import left behind that has no rows of its own, and what of it still holds once the conversation went on."""

import base64
from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import Any

from deliberation.formats import PolisFolder
from deliberation.formats.polis_newer import (
    CONSENSUS,
    GROUPS_FILE,
    IMPORTANCE,
    comment_groups,
    group_informed_consensus,
    marked_important,
)
from deliberation.formats.tables import Layout, Table
from deliberation.models import Conversation, ImportedFolder, Participation, Statement, VoteEvent

# What Polis computes from the votes: true of the folder as it came, and of nothing later.
COMPUTED_TABLES = ("stats-history.csv", "participant-importance.csv", "comment-clusters.csv", GROUPS_FILE)
COMPUTED_CELLS = frozenset(("n-comments", "n-votes", "n-agree", "n-disagree"))


def participant_id(person: Participation) -> str:
    """The participant's id in exported files."""
    return str(person.imported.get("id", person.number))


def statement_id(statement: Statement) -> str:
    """The statement's id in exported files."""
    return str(statement.imported.get("id", statement.number))


def has_moved(
    conversation: Conversation,
    everyone: Sequence[Participation],
    statements: Sequence[Statement],
    counted: Collection[int],
) -> bool:
    """Whether an imported conversation went on: people, votes or statements came or went, or were moderated.

    Parameters
    ----------
    counted : ids of the members whose votes count
    """
    return (
        any(_is_news(person) or person.member_id not in counted for person in everyone)
        or any(_is_changed(statement) for statement in statements)
        or VoteEvent.objects.filter(conversation=conversation, is_imported=False).exists()
    )


def _is_news(person: Participation) -> bool:
    return "erased" in person.imported or not {"cells", "only_in_votes"} & person.imported.keys()


def _is_changed(statement: Statement) -> bool:
    kept = statement.imported
    if "not_listed" in kept:
        return bool(statement.state)
    before = kept.get("state", statement.state), kept.get("meta", statement.is_meta)
    return "place" not in kept or (statement.state, statement.is_meta) != before


def with_the_rest(
    built: PolisFolder,
    imported: ImportedFolder,
    people: Sequence[Participation],
    statements: Sequence[Statement],
    *,
    gone: Collection[str],
    touched: bool,
) -> PolisFolder:
    """The export with the columns, tables and files of the import; what was computed is computed anew or left out.

    Parameters
    ----------
    people : those with a row in the matrix file, in its order
    gone : ids of participants who are left out
    touched : whether the conversation went on since
    """
    unlisted = {statement_id(statement) for statement in statements if "not_listed" in statement.imported}
    known = set(imported.matrix_columns)
    fresh = [column for column in built.matrix_columns if column not in known and _has_column(column, built, unlisted)]
    tables = {name: _table(kept, gone) for name, kept in imported.tables.items()}
    xids = next((table for name, table in tables.items() if name == _xids_file(built)), None)
    listed = {} if xids is None else dict(zip(xids.column("participant"), xids.column("xid"), strict=True))
    whole = replace(
        built,
        comments=tuple(comment for comment in built.comments if comment.id not in unlisted),
        matrix_columns=(*imported.matrix_columns, *fresh),
        participant_cells=_cells(imported.participant_columns, people, touched=touched),
        xids={participant: xid for participant, xid in listed.items() if xid} | dict(built.xids),
        tables=tables,
        other_files={name: base64.b64decode(data) for name, data in imported.other_files.items()},
        notes=tuple(imported.notes),
    )
    return _computed_anew(whole) if touched else whole


def _has_column(column: str, built: PolisFolder, unlisted: Collection[str]) -> bool:
    return column not in unlisted or column in built.statements


def _xids_file(built: PolisFolder) -> str:
    layout = built.dialect.layouts.get("xids")
    return layout.name if layout else ""


def _cells(columns: Sequence[str], people: Sequence[Participation], *, touched: bool) -> dict[str, tuple[str, ...]]:
    """Columns of the matrix file as they came; once touched only those that nobody counts, empty for new people."""
    return {
        name: tuple(person.imported["cells"][place] if "cells" in person.imported else "" for person in people)
        for place, name in enumerate(columns)
        if not (touched and name in COMPUTED_CELLS)
    }


def _computed_anew(folder: PolisFolder) -> PolisFolder:
    """The folder with consensus, importance and votes by group of now; other computed tables are left out."""
    extra: dict[str, dict[str, str]] = {}
    if any(folder.group_ids):
        extra[CONSENSUS] = {comment: repr(value) for comment, value in group_informed_consensus(folder).items()}
    if folder.events is not None and folder.events.important is not None:
        marked = marked_important(folder)
        extra[IMPORTANCE] = {comment.id: str(marked[comment.id]) for comment in folder.comments}
    columns = folder.dialect.layouts["comments"].columns if folder.dialect.has("comments") else ()
    comments = tuple(
        replace(
            comment,
            extra=dict(comment.extra) | {name: extra[name][comment.id] for name in extra if name in columns},
        )
        for comment in folder.comments
    )
    tables = {name: table for name, table in folder.tables.items() if not name.endswith(COMPUTED_TABLES)}
    for name, table in folder.tables.items():
        if name.endswith(GROUPS_FILE) and any(folder.group_ids):
            made = comment_groups(replace(folder, comments=comments))
            tables[name] = replace(made, layout=replace(table.layout, columns=made.layout.columns))
    return replace(folder, comments=comments, tables=tables)


def _table(kept: dict[str, Any], gone: Collection[str]) -> Table:
    """A further table, without the rows of participants who are left out."""
    layout = kept["layout"] | {"columns": tuple(kept["layout"]["columns"]), "quoted": tuple(kept["layout"]["quoted"])}
    rows = [tuple(row) for row in kept["rows"]]
    if gone and "participant" in layout["columns"]:
        place = layout["columns"].index("participant")
        rows = [row for row in rows if row[place] not in gone]
    return Table(Layout(**layout), tuple(rows))
