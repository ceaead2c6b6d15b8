"""A conversation as a Polis export, in the dialect it came in or in either of the two."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
from django.db.models import Exists, OuterRef, Q, QuerySet
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
from deliberation.formats.vote_events import OWN
from deliberation.models import Conversation, ImportedFolder, OpinionMap, Participation, Statement, Vote, VoteEvent
from deliberation.queries.imported_rest import has_moved, participant_id, statement_id, with_the_rest
from deliberation.queries.votes import counted_people

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
COUNTED = ("voters", "voters-in-conv", "commenters", "comments", "groups")
# As what an export may be asked for, and how pages word it.
DIALECTS = {
    "source": "As it was imported",
    "open-data": "As Polis publishes open data",
    "newer": "As newer Polis servers write it",
}


def polis_folder(conversation: Conversation, *, dialect: str = "source", site_url: str = "") -> PolisFolder:
    """Everything people gave in a conversation, as the value that the writers take.

    Those who were banned or took back their consent are left out with their votes, as they are of every computation.

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
    everyone = list(Participation.objects.filter(conversation=conversation).order_by("id"))
    counted = set(counted_people(conversation).values_list("member_id", flat=True))
    names = {person.member_id: participant_id(person) for person in everyone if person.member_id in counted}
    voted = set(Vote.objects.filter(conversation=conversation).values_list("member_id", flat=True))
    people = [person for person in everyone if person.member_id in names and _has_row(person, voted)]
    statements = list(Statement.objects.filter(conversation=conversation))
    statements.sort(key=lambda statement: (statement.imported.get("place", len(statements)), statement.number))
    touched = imported is not None and has_moved(conversation, everyone, statements, counted)
    events = None
    if own.has("votes"):
        ids = {statement.pk: statement_id(statement) for statement in statements}
        events = _events(conversation, ids, names, own if imported else None)
    built = build_folder(
        own,
        comments=_comments(statements, names, conversation, exact_clock=own.clock is not None),
        participants=[names[person.member_id] for person in people],
        events=events,
        votes=_votes(conversation, people, statements),
        group_ids=_groups(conversation, people, names, imported),
        xids={names[person.member_id]: person.xid for person in people if person.xid},
        count_tallies=touched and (events is not None or len(names) < len(everyone)),
    )
    if imported is not None:
        gone = {participant_id(person) for person in everyone if person.member_id not in names}
        built = with_the_rest(built, imported, people, statements, gone=gone, touched=touched)
    built = replace(built, summary=_summary(conversation, imported, built, site_url, touched=touched))
    if dialect == "open-data":
        return in_dialect(built, Dialect.open_data(votes=built.events is not None, xid=bool(built.xids)))
    return built if dialect == "source" else in_newer_dialect(built, importance=_can_mark(built))


def _has_row(person: Participation, voted: set[int]) -> bool:
    """Whether the matrix has a row for someone: not for those whom an import knows from votes.csv alone."""
    return not person.imported.get("only_in_votes") or person.member_id in voted


def _can_mark(folder: PolisFolder) -> bool:
    """Whether the votes say which of them people marked as important."""
    return folder.events is not None and folder.events.important is not None


def _comments(
    statements: list[Statement], names: dict[int, str], conversation: Conversation, *, exact_clock: bool
) -> list[Comment]:
    """Rows of comments.csv; agrees and disagrees count every event, as Polis does."""
    tallies = _tallies(conversation, names)
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


def _tallies(conversation: Conversation, names: dict[int, str]) -> dict[int, tuple[int, int]]:
    """Agreements and disagreements cast here, every event of a standing vote counted."""
    counts: dict[int, tuple[int, int]] = {}
    cast = _standing(conversation).filter(is_imported=False).values_list("member_id", "statement_id", "value")
    for member, statement, value in cast:
        if member in names:
            agrees, disagrees = counts.get(statement, (0, 0))
            counts[statement] = (agrees + (value == 1), disagrees + (value == -1))
    return counts


def _standing(conversation: Conversation) -> QuerySet[VoteEvent]:
    """Events with a value whose pair of member and statement has a vote now, or that came with the import."""
    now = Vote.objects.filter(member=OuterRef("member"), statement=OuterRef("statement"))
    return VoteEvent.objects.filter(Q(Exists(now)) | Q(is_imported=True), conversation=conversation).exclude(value=None)


def _events(
    conversation: Conversation, ids: dict[int, str], names: dict[int, str], dialect: Dialect | None
) -> VoteEvents:
    """Every standing vote of the people who have a name; ``dialect`` is that of an import, if there was one."""
    columns = ("member_id", "statement_id", "value", "cast_at", "is_important", "datetime_text", "extra")
    listed = _standing(conversation).order_by("id").values_list(*columns)
    rows = [row for row in listed if row[0] in names]
    members, statements, values, moments, marks, words, extra = zip(*rows, strict=True) if rows else ((),) * 7
    with_marks = dialect is None or dialect.has("votes", "important")
    further = [] if dialect is None else [name for name in dialect.layouts["votes"].columns if name not in OWN]
    return VoteEvents(
        timestamps=np.array([_milliseconds(moment) for moment in moments], dtype=np.int64),
        comment_ids=np.array([ids[statement] for statement in statements], dtype=np.str_),
        voter_ids=np.array([names[member] for member in members], dtype=np.str_),
        votes=np.array(values, dtype=np.int8),
        datetimes=np.array(words, dtype=np.str_) if rows and all(words) else None,
        important=np.array(marks, dtype=np.bool_) if with_marks else None,
        extra={name: np.array([(cells or {}).get(name, "") for cells in extra], dtype=object) for name in further},
    )


def _votes(conversation: Conversation, people: list[Participation], statements: list[Statement]) -> NDArray[np.float64]:
    rows = {person.member_id: place for place, person in enumerate(people)}
    columns = {statement.pk: place for place, statement in enumerate(statements)}
    votes = np.full((len(people), len(statements)), np.nan)
    cells = Vote.objects.filter(conversation=conversation).order_by().values_list("member_id", "statement_id", "value")
    for member, statement, value in cells.iterator(chunk_size=50_000):
        if member in rows:
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
    conversation: Conversation, imported: ImportedFolder | None, folder: PolisFolder, site_url: str, *, touched: bool
) -> tuple[tuple[str, str], ...]:
    """The rows of summary.csv: those of the import, with the words of now, and the counts of now once it went on."""
    newest = OpinionMap.objects.filter(conversation=conversation).select_related("run").first()
    voters = int(np.count_nonzero(np.any(~np.isnan(folder.votes), axis=1)))
    fresh = summary_rows(
        topic=conversation.title,
        url=site_url + reverse("deliberation:conversation", args=[conversation.slug]),
        description=conversation.description,
        views=voters,
        voters=voters,
        voters_in_conversation=newest.run.result["in_conversation"] if newest else 0,
        commenters=len({comment.author_id for comment in folder.comments if comment.author_id}),
        comments=len(folder.comments),
        groups=len({group for group in folder.group_ids if group}),
    )
    if imported is None:
        return fresh
    now = dict(fresh)
    kept: dict[str, str] = dict(imported.summary)
    changes: dict[str, str] = {key: now[key] for key in COUNTED if touched}
    if kept.get("topic", "")[:300] not in {"", conversation.title}:
        changes["topic"] = conversation.title
    if kept.get("conversation-description", "") != conversation.description:
        changes["conversation-description"] = conversation.description
    return tuple((key, changes.get(key, value)) for key, value in kept.items())


def _milliseconds(moment: datetime) -> int:
    """Milliseconds since 1970, exactly: a float would lose some."""
    return (moment - EPOCH) // timedelta(milliseconds=1)
