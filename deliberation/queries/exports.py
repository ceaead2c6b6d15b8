"""A conversation as a Polis export, in the dialect it came in or in either of the two."""

import base64
from datetime import datetime
from typing import Any

import numpy as np
from django.urls import reverse
from numpy.typing import NDArray

from deliberation.formats import (
    Comment,
    Dialect,
    PolisFolder,
    VoteEvents,
    build_folder,
    in_dialect,
    in_newer_dialect,
    summary_rows,
)
from deliberation.formats.tables import Layout, Table
from deliberation.models import Conversation, ImportedFolder, OpinionMap, Participation, Statement, Vote, VoteEvent

# As what an export may be asked for, and how pages word it.
DIALECTS = {
    "source": "As it was imported",
    "open-data": "As Polis publishes open data",
    "newer": "As newer Polis servers write it",
}


def polis_folder(conversation: Conversation, *, dialect: str = "source", site_url: str = "") -> PolisFolder:
    """Everything people gave in a conversation, as the value that the writers take.

    An imported conversation that nobody has touched since gives back its folder; what has come since is counted in.
    A vote that was taken back leaves the export together with its history, so that files and counts agree.

    Parameters
    ----------
    dialect : one of ``DIALECTS``; "source" is the dialect of the import, or the open data sets' for a conversation
        that began here

    Raises
    ------
    ValueError
        If the dialect is not known.
    """
    if dialect not in DIALECTS:
        raise ValueError(f"dialect={dialect!r} should be one of {', '.join(DIALECTS)}")
    imported = ImportedFolder.objects.filter(conversation=conversation).first()
    own = Dialect.from_json(imported.dialect) if imported else Dialect.open_data(xid=False)
    people = list(Participation.objects.filter(conversation=conversation).order_by("id"))
    voted = set(Vote.objects.filter(conversation=conversation).values_list("member_id", flat=True))
    people = [person for person in people if not person.imported.get("only_in_votes") or person.member_id in voted]
    statements = list(Statement.objects.filter(conversation=conversation))
    statements.sort(key=lambda statement: (statement.imported.get("place", len(statements)), statement.number))
    ids = {statement.pk: statement_id(statement) for statement in statements}
    everyone = Participation.objects.filter(conversation=conversation).values_list("member_id", "number", "imported")
    names = {member: str(kept.get("id", number)) for member, number, kept in everyone}
    events = _events(conversation, ids, names, with_marks=own.has("votes", "important") or not imported)
    listed = [statement for statement in statements if not statement.imported.get("not_listed")]
    built = build_folder(
        own,
        comments=_comments(statements, names, conversation, exact_clock=own.clock is not None),
        participants=[names[person.member_id] for person in people],
        events=events if own.has("votes") and (events is not None or not imported) else None,
        votes=_votes(conversation, people, statements),
        group_ids=_groups(conversation, people, names, imported),
        xids={names[person.member_id]: person.xid for person in people if person.xid},
        summary=_summary(conversation, imported, len(people), len(listed), site_url),
        count_tallies=False,
    )
    if imported is not None:
        built = _with_the_rest(built, imported, people, listed, conversation)
    if dialect == "open-data":
        return in_dialect(built, Dialect.open_data(votes=built.events is not None, xid=bool(built.xids)))
    return built if dialect == "source" else in_newer_dialect(built, importance=_can_mark(built))


def _can_mark(folder: PolisFolder) -> bool:
    """Whether the votes say which of them people marked as important."""
    return folder.events is not None and folder.events.important is not None


def statement_id(statement: Statement) -> str:
    """The statement's id in exported files."""
    return str(statement.imported.get("id", statement.number))


def _comments(
    statements: list[Statement], names: dict[int, str], conversation: Conversation, *, exact_clock: bool
) -> list[Comment]:
    """Rows of comments.csv; agrees and disagrees count every event, as Polis does."""
    tallies = _tallies(conversation)
    comments = []
    for statement in statements:
        kept = statement.imported
        agrees, disagrees = tallies.get(statement.pk, (0, 0))
        author = names.get(statement.author_id or 0, "") or kept.get("author-id", "")
        comments.append(
            Comment(
                id=statement_id(statement),
                body=statement.text,
                author_id=author,
                timestamp=None if kept.get("no_timestamp") else _milliseconds(statement.created_at),
                datetime="" if exact_clock else kept.get("datetime", ""),
                agrees=kept.get("agrees", 0) + agrees,
                disagrees=kept.get("disagrees", 0) + disagrees,
                moderated=statement.state,
                is_meta=statement.is_meta,
                is_seed=statement.is_seed,
                extra=kept.get("extra", {}),
            )
        )
    return comments


def _tallies(conversation: Conversation) -> dict[int, tuple[int, int]]:
    """Agreements and disagreements cast here, every event of a standing vote counted."""
    counts: dict[int, tuple[int, int]] = {}
    for statement, value in _standing(conversation).filter(is_imported=False).values_list("statement_id", "value"):
        agrees, disagrees = counts.get(statement, (0, 0))
        counts[statement] = (agrees + (value == 1), disagrees + (value == -1))
    return counts


def _standing(conversation: Conversation) -> Any:
    """Events with a value whose pair of member and statement has a vote now, or that came with the import."""
    from django.db.models import Exists, OuterRef, Q

    now = Vote.objects.filter(member=OuterRef("member"), statement=OuterRef("statement"))
    return VoteEvent.objects.filter(Q(Exists(now)) | Q(is_imported=True), conversation=conversation).exclude(value=None)


def _events(
    conversation: Conversation, ids: dict[int, str], names: dict[int, str], *, with_marks: bool
) -> VoteEvents | None:
    columns = ("member_id", "statement_id", "value", "cast_at", "is_important", "datetime_text")
    rows = list(_standing(conversation).order_by("id").values_list(*columns))
    if not rows:
        return None
    members, statements, values, moments, marks, words = zip(*rows, strict=True)
    return VoteEvents(
        timestamps=np.array([_milliseconds(moment) for moment in moments], dtype=np.int64),
        comment_ids=np.array([ids[statement] for statement in statements], dtype=np.str_),
        voter_ids=np.array([names[member] for member in members], dtype=np.str_),
        votes=np.array(values, dtype=np.int8),
        datetimes=np.array(words, dtype=np.str_) if all(words) else None,
        important=np.array(marks, dtype=np.bool_) if with_marks else None,
    )


def _votes(conversation: Conversation, people: list[Participation], statements: list[Statement]) -> NDArray[np.float64]:
    rows = {person.member_id: place for place, person in enumerate(people)}
    columns = {statement.pk: place for place, statement in enumerate(statements)}
    votes = np.full((len(people), len(statements)), np.nan)
    cells = Vote.objects.filter(conversation=conversation).order_by().values_list("member_id", "statement_id", "value")
    for member, statement, value in cells.iterator(chunk_size=50_000):
        votes[rows[member], columns[statement]] = value
    return votes


def _groups(
    conversation: Conversation, people: list[Participation], names: dict[int, str], imported: ImportedFolder | None
) -> dict[str, str]:
    """The imported grouping where there is one, else the newest computed one."""
    if imported is not None:
        return {names[person.member_id]: person.imported_group for person in people if person.imported_group}
    newest = OpinionMap.objects.filter(conversation=conversation).select_related("run").first()
    if newest is None:
        return {}
    return {str(member): str(group["id"]) for group in newest.run.result["groups"] for member in group["members"]}


def _summary(
    conversation: Conversation, imported: ImportedFolder | None, voters: int, comments: int, site_url: str
) -> tuple[tuple[str, str], ...]:
    if imported is not None:
        return tuple((key, value) for key, value in imported.summary)
    newest = OpinionMap.objects.filter(conversation=conversation).select_related("run").first()
    return summary_rows(
        topic=conversation.title,
        url=site_url + reverse("deliberation:conversation", args=[conversation.slug]),
        description=conversation.description,
        views=voters,
        voters=voters,
        voters_in_conversation=newest.run.result["in_conversation"] if newest else 0,
        commenters=conversation.statements.exclude(author=None).values("author").distinct().count(),
        comments=comments,
        groups=newest.run.result["k"] if newest else 0,
    )


def _with_the_rest(
    built: PolisFolder,
    imported: ImportedFolder,
    people: list[Participation],
    listed: list[Statement],
    conversation: Conversation,
) -> PolisFolder:
    """What has no rows of its own; counts of the source stand only while nothing has come since."""
    from dataclasses import replace

    ids = {statement_id(statement) for statement in listed}
    untouched = not VoteEvent.objects.filter(conversation=conversation, is_imported=False).exists()
    cells = {}
    if untouched and all("cells" in person.imported for person in people):
        for place, name in enumerate(imported.participant_columns):
            cells[name] = tuple(person.imported["cells"][place] for person in people)
    fresh = [column for column in built.matrix_columns if column not in set(imported.matrix_columns)]
    return replace(
        built,
        comments=tuple(comment for comment in built.comments if comment.id in ids),
        matrix_columns=(*imported.matrix_columns, *fresh),
        participant_cells=cells,
        tables={name: _table(kept) for name, kept in imported.tables.items()},
        other_files={name: base64.b64decode(data) for name, data in imported.other_files.items()},
        notes=tuple(imported.notes),
    )


def _table(kept: dict[str, Any]) -> Table:
    layout = kept["layout"] | {"columns": tuple(kept["layout"]["columns"]), "quoted": tuple(kept["layout"]["quoted"])}
    return Table(Layout(**layout), tuple(tuple(row) for row in kept["rows"]))


def _milliseconds(moment: datetime) -> int:
    """Milliseconds since 1970, exactly: a float would lose some."""
    return (int(moment.timestamp()) * 1000) + moment.microsecond // 1000
