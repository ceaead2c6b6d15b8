"""What newer Polis servers compute into an export: consensus and importance of each comment, and votes by group."""

# Shapes: P participants, C statements with at least one vote, G groups.

from collections import Counter
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from deliberation.formats.dialect import Dialect
from deliberation.formats.polis import PolisFolder
from deliberation.formats.polis_build import in_dialect
from deliberation.formats.polis_votes import id_key
from deliberation.formats.tables import Layout, Table

CONSENSUS, IMPORTANCE = "group-informed-consensus", "importance"
GROUPS_FILE = "comment-groups.csv"
KINDS = ("votes", "agrees", "disagrees", "passes")


def in_newer_dialect(folder: PolisFolder, *, importance: bool) -> PolisFolder:
    """The conversation as a newer server exports it, with what such a server computes from it.

    ``group-informed-consensus`` and ``comment-groups.csv`` are there where people have groups; both count each
    participant's latest vote.

    Parameters
    ----------
    importance : whether votes could be marked important; ``importance`` then counts the votes that are
    """
    grouped = any(folder.group_ids)
    dialect = Dialect.newer(
        votes=folder.events is not None, xids=bool(folder.xids), importance=importance, consensus=grouped
    )
    written = in_dialect(folder, dialect)
    extra: dict[str, dict[str, str]] = {comment.id: {} for comment in written.comments}
    if grouped:
        for statement, value in group_informed_consensus(written).items():
            extra[statement][CONSENSUS] = repr(value)
    if importance:
        marked = marked_important(written)
        for statement, cells in extra.items():
            cells[IMPORTANCE] = str(marked[statement])
    # What the source itself says of importance stands.
    kept = {c.id: {k: v for k, v in c.extra.items() if k != CONSENSUS} for c in written.comments}
    comments = tuple(replace(c, extra={**extra[c.id], **kept[c.id]}) for c in written.comments)
    tables = {GROUPS_FILE: comment_groups(written)} if grouped else {}
    return replace(written, comments=comments, tables=tables)


def group_informed_consensus(folder: PolisFolder) -> dict[str, float]:
    """For every comment, the product over groups of (agrees + 1) / (votes + 2); rejected and meta ones included.

    References
    ----------
    Small et al. (2021). Polis: Scaling deliberation by mapping high dimensional opinion spaces.
    """
    groups, counts = votes_by_group(folder)
    place = {statement: column for column, statement in enumerate(folder.statements)}
    nobody = 0.5 ** len(groups)
    smoothed = np.prod((counts[:, :, 1] + 1) / (counts[:, :, 0] + 2), axis=0)
    return {c.id: float(smoothed[place[c.id]]) if c.id in place else nobody for c in folder.comments}


def votes_by_group(folder: PolisFolder) -> tuple[list[str], NDArray[np.int64]]:
    """The groups' ids in order, and counts of shape (G, C, 4): latest votes, agrees, disagrees, passes."""
    groups = sorted({group for group in folder.group_ids if group}, key=id_key)
    labels = np.array(folder.group_ids, dtype=np.str_)
    counts = np.zeros((len(groups), len(folder.statements), len(KINDS)), dtype=np.int64)
    for row, group in enumerate(groups):
        votes = folder.votes[labels == group]
        for column, mask in enumerate((~np.isnan(votes), votes == 1, votes == -1, votes == 0)):
            counts[row, :, column] = mask.sum(axis=0)
    return groups, counts


def comment_groups(folder: PolisFolder) -> Table:
    """comment-groups.csv: each comment's votes in all groups together and in each; people in no group are in none."""
    groups, counts = votes_by_group(folder)
    columns = [f"total-{kind}" for kind in KINDS]
    columns += [f"group-{_letter(place)}-{kind}" for place in range(len(groups)) for kind in KINDS]
    place = {statement: column for column, statement in enumerate(folder.statements)}
    rows = []
    for comment in folder.comments:
        of = (
            counts[:, place[comment.id]] if comment.id in place else np.zeros((len(groups), len(KINDS)), dtype=np.int64)
        )
        cells = [*of.sum(axis=0).tolist(), *of.ravel().tolist()]
        rows.append((comment.id, comment.body, *map(str, cells)))
    return Table(Layout(GROUPS_FILE, ("comment-id", "comment", *columns), quoted=("comment",)), tuple(rows))


def _letter(place: int) -> str:
    """a, b, …, z, aa, ab, …"""
    return (_letter(place // 26 - 1) if place >= 26 else "") + chr(ord("a") + place % 26)


def marked_important(folder: PolisFolder) -> Counter[str]:
    """How many people marked their latest vote on each comment as important."""
    events = folder.events
    if events is None or events.important is None:
        return Counter()
    latest: dict[tuple[str, str], bool] = {}
    for at in np.argsort(events.timestamps, kind="stable").tolist():
        latest[str(events.voter_ids[at]), str(events.comment_ids[at])] = bool(events.important[at])
    return Counter(comment for (_, comment), important in latest.items() if important)
