"""Making a Polis export from what a conversation holds, so that its files add up; and changing its dialect."""

# Shapes: P participants, S comments, C statements with at least one vote, E vote events.

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from deliberation.formats.dialect import Dialect
from deliberation.formats.polis import REJECTED, Comment, PolisFolder, VoteEvents
from deliberation.formats.polis_votes import (
    event_tallies,
    first_vote_order,
    id_key,
    matrix_tallies,
    positions,
    strangers,
    unlisted,
    vote_matrix,
    voted_columns,
)
from deliberation.formats.tables import Table


def build_folder(
    dialect: Dialect,
    *,
    comments: Sequence[Comment],
    participants: Sequence[str],
    events: VoteEvents | None = None,
    votes: NDArray[np.float64] | None = None,
    group_ids: Mapping[str, str] | None = None,
    xids: Mapping[str, str] | None = None,
    summary: Sequence[tuple[str, str]] = (),
    tables: Mapping[str, Table] | None = None,
    count_tallies: bool = True,
) -> PolisFolder:
    """A folder whose counts follow from its votes.

    Parameters
    ----------
    comments : statements; their ``agrees`` and ``disagrees`` are counted anew unless ``count_tallies`` is false
    participants : ids in the order of the matrix file
    events : every vote cast, in any order, also by voters who are no participants; they are written by comment, voter
        and moment, as Polis does
    votes : array of shape (P, S) of current votes, columns as ``comments``; without it the latest events count
    group_ids, xids : participant id -> group id or foreign id, for those that have one
    count_tallies : agrees and disagrees over all events, or over ``votes`` where there are no events

    Raises
    ------
    ValueError
        Where there are neither events nor votes, shapes do not fit, ids stand twice, or an event is of an unknown
        comment.
    """
    ids = [comment.id for comment in comments]
    for name, known in (("comments", ids), ("participants", list(participants))):
        if len(set(known)) != len(known):
            raise ValueError(f"{name}: {len(known)} ids should be different, {len(set(known))} are")
    if events is not None:
        events = _in_file_order(events, participants, ids)
        votes = vote_matrix(events, participants, ids) if votes is None else votes
    if votes is None:
        raise ValueError("either events or votes should be given")
    if votes.shape != (len(participants), len(ids)):
        raise ValueError(
            f"votes.shape={votes.shape} should be (participants, comments)={(len(participants), len(ids))}"
        )
    if count_tallies:
        agrees, disagrees = matrix_tallies(votes) if events is None else event_tallies(events, ids)
        comments = [
            replace(comment, agrees=int(agree), disagrees=int(disagree))
            for comment, agree, disagree in zip(comments, agrees, disagrees, strict=True)
        ]
    order = sorted(range(len(ids)), key=lambda place: id_key(ids[place]))
    voted = voted_columns(votes)
    statements = [place for place in order if voted[place]]
    out = {comment.id for comment in comments if comment.moderated == REJECTED or comment.is_meta}
    groups = group_ids or {}
    return PolisFolder(
        dialect=dialect,
        summary=tuple(summary),
        comments=tuple(comments),
        participants=list(participants),
        xids=dict(xids or {}),
        group_ids=[groups.get(participant, "") for participant in participants],
        statements=[ids[place] for place in statements],
        votes=votes[:, statements],
        events=events,
        first_vote_order=first_vote_order(participants, events),
        moderated_out=[ids[place] for place in statements if ids[place] in out],
        matrix_columns=tuple(ids[place] for place in (order if dialect.every_comment_in_matrix else statements)),
        tables=dict(tables or {}),
    )


def in_dialect(folder: PolisFolder, dialect: Dialect) -> PolisFolder:
    """The same conversation in another dialect; its tallies, votes and groups stay, further files are left behind."""
    missing = [Comment(id=statement, body="") for statement in unlisted(folder)]
    comments = [replace(comment, datetime="") for comment in (*folder.comments, *missing)]
    columns = positions(np.array(folder.statements, dtype=np.str_), [comment.id for comment in comments])
    votes = np.full((len(folder.participants), len(comments)), np.nan)
    votes[:, columns] = folder.votes
    events = folder.events
    if events is not None:
        events = replace(events, datetimes=None)
    return build_folder(
        dialect,
        comments=comments,
        participants=folder.participants,
        events=events,
        votes=votes,
        group_ids=dict(zip(folder.participants, folder.group_ids, strict=True)),
        xids=folder.xids,
        summary=folder.summary,
        count_tallies=not folder.comments,
    )


def summary_rows(
    *,
    topic: str,
    url: str,
    description: str,
    voters: int,
    voters_in_conversation: int,
    commenters: int,
    comments: int,
    groups: int,
    views: int | None = None,
) -> tuple[tuple[str, str], ...]:
    """The rows of summary.csv in their order; ``views`` only stands in the dialect of the open data sets."""
    rows = [("topic", topic), ("url", url)]
    rows += [("views", str(views))] if views is not None else []
    counts = {
        "voters": voters,
        "voters-in-conv": voters_in_conversation,
        "commenters": commenters,
        "comments": comments,
        "groups": groups,
    }
    rows += [(key, str(count)) for key, count in counts.items()]
    return (*rows, ("conversation-description", description))


def _in_file_order(events: VoteEvents, participants: Sequence[str], comment_ids: Sequence[str]) -> VoteEvents:
    """Events by comment, voter and moment; of equal moments the given order stays."""
    everyone = [*participants, *strangers(events, participants)]
    voters, comments = positions(events.voter_ids, everyone), positions(events.comment_ids, comment_ids)
    unknown = events.comment_ids[comments < 0]
    if len(unknown):
        raise ValueError(f"{len(unknown)} events are of an unknown comment, the first {str(unknown[0])!r}")
    order = np.lexsort((events.timestamps, _ranks(everyone)[voters], _ranks(comment_ids)[comments]))
    return events.part(order)


def _ranks(ids: Sequence[str]) -> NDArray[np.intp]:
    """The place of each id when they are sorted by number."""
    ranks = np.empty(len(ids), dtype=np.intp)
    ranks[sorted(range(len(ids)), key=lambda place: id_key(ids[place]))] = np.arange(len(ids))
    return ranks
