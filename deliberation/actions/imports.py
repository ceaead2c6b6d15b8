"""Taking in a Polis export: every statement, vote, vote event, group and moderation of the folder gets its row."""

# Shapes: P participants, C statements with a vote, E vote events.

import base64
import json
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

import numpy as np
from django.db import connection, transaction
from django.utils import timezone
from numpy.typing import NDArray
from psycopg import sql

from accounts.models import Community, Member
from deliberation.actions.conversations import free_slug
from deliberation.actions.imported_people import EPOCH, import_people, numbers_of
from deliberation.actions.wishes import wish_for_map
from deliberation.formats import PolisFolder, VoteEvents
from deliberation.formats.polis_votes import unlisted
from deliberation.models import Conversation, ImportedFolder, Statement

Report = Callable[[float, str], None]
VOTE_COLUMNS = ("conversation_id", "member_id", "statement_id", "value", "is_important", "cast_at")
EVENT_COLUMNS = (*VOTE_COLUMNS, "is_imported", "datetime_text")


def say_nothing(share: float, message: str) -> None:
    """Report to nobody."""


@transaction.atomic
def import_conversation(
    *,
    community: Community,
    folder: PolisFolder,
    sha256: str = "",
    title: str = "",
    created_by: Member | None = None,
    upload: str = "",
    report: Report = say_nothing,
) -> Conversation:
    """Make a closed conversation of a Polis export; people get pseudonyms of their own, and no way in.

    Parameters
    ----------
    sha256 : hash of the files, kept so that anyone can tell which they were
    title : used where summary.csv names no topic
    upload : name of the stored archive, where there is one; each comes in once
    report : told the share done and what is being done
    """
    summary = dict(folder.summary)
    title = (summary.get("topic") or title or "Imported conversation")[:300]
    now = timezone.now()
    conversation = Conversation.objects.create(
        community=community,
        slug=free_slug(title),
        title=title,
        description=summary.get("conversation-description", ""),
        status=Conversation.Status.CLOSED,
        created_by=created_by,
        closed_at=now,
    )
    report(0.1, "Giving everyone a pseudonym")
    members = import_people(conversation, folder)
    report(0.3, "Storing the statements")
    statements = _import_statements(conversation, folder, members, now)
    report(0.4, "Storing the votes")
    _import_votes(conversation, folder, members, statements, now)
    if folder.events is not None:
        report(0.7, "Storing the history of votes")
        _import_events(conversation, folder, members, statements)
    _keep_the_rest(conversation, folder, sha256, upload)
    wish_for_map(conversation, requested_by=created_by)
    report(1.0, "Imported")
    return conversation


def _import_statements(
    conversation: Conversation, folder: PolisFolder, members: dict[str, Member], now: datetime
) -> dict[str, Statement]:
    ids = [*(comment.id for comment in folder.comments), *unlisted(folder)]
    numbers = dict(zip(ids, numbers_of(ids), strict=True))
    fresh = []
    said = {""}
    for place, comment in enumerate(folder.comments):
        kept: dict[str, Any] = {"place": place, "agrees": comment.agrees, "disagrees": comment.disagrees}
        kept |= {"state": comment.moderated, "meta": comment.is_meta}
        key = Statement.key_of(comment.body) if comment.body.strip() else ""
        if str(numbers[comment.id]) != comment.id:
            kept["id"] = comment.id
        if comment.author_id not in members and comment.author_id:
            kept["author-id"] = comment.author_id
        if comment.timestamp is None:
            kept["no_timestamp"] = True
        if comment.datetime and folder.dialect.clock is None:
            kept["datetime"] = comment.datetime
        if comment.extra:
            kept["extra"] = dict(comment.extra)
        moment = now if comment.timestamp is None else EPOCH + timedelta(milliseconds=comment.timestamp)
        fresh.append(
            Statement(
                conversation=conversation,
                number=numbers[comment.id],
                text=comment.body,
                text_key="" if key in said else key,
                author=members.get(comment.author_id),
                state=comment.moderated,
                is_seed=comment.is_seed,
                is_meta=comment.is_meta,
                created_at=moment,
                imported=kept,
            )
        )
        said.add(key)
    # Voted on without standing in comments.csv: a statement whose words are not known.
    for column in ids[len(folder.comments) :]:
        kept = {"not_listed": True} | ({} if str(numbers[column]) == column else {"id": column})
        fresh.append(Statement(conversation=conversation, number=numbers[column], text="", imported=kept))
    return dict(zip(ids, Statement.objects.bulk_create(fresh, batch_size=1000), strict=True))


def _import_votes(
    conversation: Conversation,
    folder: PolisFolder,
    members: dict[str, Member],
    statements: dict[str, Statement],
    now: datetime,
) -> None:
    people, columns = np.nonzero(~np.isnan(folder.votes))
    member_ids = np.array([members[participant].pk for participant in folder.participants], dtype=np.int64)[people]
    statement_ids = np.array([statements[column].pk for column in folder.statements], dtype=np.int64)[columns]
    values = folder.votes[people, columns].astype(int)
    moments, important = _last_moments(folder, members, statements, member_ids, statement_ids, now)
    pk = conversation.pk
    copy_into(
        "deliberation_vote",
        VOTE_COLUMNS,
        (
            (pk, member, statement, value, mark, moment)
            for member, statement, value, mark, moment in zip(
                member_ids.tolist(), statement_ids.tolist(), values.tolist(), important, moments, strict=True
            )
        ),
    )


def _last_moments(
    folder: PolisFolder,
    members: dict[str, Member],
    statements: dict[str, Statement],
    member_ids: NDArray[np.int64],
    statement_ids: NDArray[np.int64],
    now: datetime,
) -> tuple[list[datetime], list[bool]]:
    """When each cell of the matrix was last voted on, and whether it was marked important then."""
    events = folder.events
    if events is None:
        return [now] * len(member_ids), [False] * len(member_ids)
    order = np.argsort(events.timestamps, kind="stable")
    last: dict[tuple[int, int], int] = dict(
        zip(zip(*_event_ids(events, members, statements, order), strict=True), order.tolist(), strict=True)
    )
    places = [last.get(pair) for pair in zip(member_ids.tolist(), statement_ids.tolist(), strict=True)]
    stamps = events.timestamps.tolist()
    marks = events.important.tolist() if events.important is not None else None
    moments = [now if place is None else EPOCH + timedelta(milliseconds=stamps[place]) for place in places]
    return moments, [bool(marks and place is not None and marks[place]) for place in places]


def _import_events(
    conversation: Conversation, folder: PolisFolder, members: dict[str, Member], statements: dict[str, Statement]
) -> None:
    events = folder.events
    assert events is not None
    pk = conversation.pk
    words: Sequence[str] = [""] * len(events)
    if events.datetimes is not None and folder.dialect.clock is None:
        words = events.datetimes.tolist()
    important = [False] * len(events) if events.important is None else events.important.tolist()
    member_ids, statement_ids = _event_ids(events, members, statements, np.arange(len(events)))
    extra: list[str | None] = [None] * len(events)
    if events.extra:
        further = zip(*(texts.tolist() for texts in events.extra.values()), strict=True)
        extra = [json.dumps(dict(zip(events.extra, cells, strict=True))) for cells in further]
    copy_into(
        "deliberation_voteevent",
        (*EVENT_COLUMNS, "extra"),
        (
            (pk, member, statement, value, mark, EPOCH + timedelta(milliseconds=stamp), True, text, more)
            for member, statement, value, mark, stamp, text, more in zip(
                member_ids,
                statement_ids,
                events.votes.tolist(),
                important,
                events.timestamps.tolist(),
                words,
                extra,
                strict=True,
            )
        ),
    )


def _event_ids(
    events: VoteEvents, members: dict[str, Member], statements: dict[str, Statement], order: NDArray[np.intp]
) -> tuple[list[int], list[int]]:
    """Member and statement ids of the events, in the order asked for."""
    voters = [members[voter].pk for voter in events.voter_ids[order].tolist()]
    return voters, [statements[comment].pk for comment in events.comment_ids[order].tolist()]


def _keep_the_rest(conversation: Conversation, folder: PolisFolder, sha256: str, upload: str) -> None:
    ImportedFolder.objects.create(
        conversation=conversation,
        sha256=sha256,
        upload=upload,
        dialect=folder.dialect.to_json(),
        summary=[list(row) for row in folder.summary],
        matrix_columns=list(folder.matrix_columns),
        participant_columns=list(folder.participant_cells),
        tables={
            name: {"layout": vars(table.layout), "rows": [list(row) for row in table.rows]}
            for name, table in folder.tables.items()
        },
        other_files={name: base64.b64encode(data).decode() for name, data in folder.other_files.items()},
        notes=list(folder.notes),
    )


def copy_into(table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Write many rows by COPY, within the transaction."""
    command = sql.SQL("COPY {} ({}) FROM STDIN").format(
        sql.Identifier(table), sql.SQL(", ").join(map(sql.Identifier, columns))
    )
    with connection.cursor() as cursor, cursor.copy(command) as copy:
        for row in rows:
            copy.write_row(row)
