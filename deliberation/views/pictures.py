"""The pictures of the results page, from what a map's result says."""

from collections.abc import Mapping, Sequence
from math import hypot

import numpy as np

from deliberation.queries.result_rows import Candidate, Result, StatementRow, groups_of
from deliberation.queries.results import places_of
from frontend.figures import (
    Figure,
    GroupCounts,
    StatementPlace,
    opinion_map,
    silhouettes,
    stability,
    statement_bars,
)
from frontend.map_picture import Place

STABLE_FROM = 0.8
#: More crosses on one map are not told apart; those furthest from the centre say most.
MOST_STATEMENTS = 150
TITLES = {
    "shared": "How each group votes, most shared first",
    "dividing": "How each group votes, most dividing first",
    "uncertain": "How each group votes, most unsure first",
}


def map_figure(
    result: Result,
    texts: Mapping[int, str],
    *,
    title: str,
    second: Mapping[str, Place] | None,
    own: str | None,
    notes: Mapping[int, str] | None,
) -> Figure | None:
    """People, group outlines, one's own place and (in the first layout) statements; None where nobody has a place."""
    people, you = places_of(result, second=second, own=own)
    if not people:
        return None
    return opinion_map(
        np.array([(x, y) for x, y, _ in people]),
        [group for _, _, group in people],
        title=title,
        you=you,
        statements=_statements(result, texts) if second is None else (),
        notes=notes,
    )


def _statements(result: Result, texts: Mapping[int, str]) -> list[StatementPlace]:
    places = {int(number): place for number, place in result.get("statement_places", {}).items()}
    far = sorted((n for n in places if n in texts), key=lambda n: (-hypot(*places[n]), n))
    return [StatementPlace(texts[number], *places[number]) for number in far[:MOST_STATEMENTS]]


def bars_figure(rows: Sequence[StatementRow], sort: str) -> Figure | None:
    """The statements of one page: everyone in a group, then each group."""
    if not rows:
        return None
    blocks = []
    for row in rows:
        tallies = [("Everyone", row.everyone), *((f"Group {group.letter}", tally) for group, tally in row.by_group)]
        bars = [
            GroupCounts(f"{label}: too few" if t.hidden else label, t.agree, t.passes, t.disagree)
            for label, t in tallies
            if len(tallies) != 2 or label == "Everyone"
        ]
        blocks.append((row.text, bars))
    return statement_bars(blocks, title=TITLES[sort])


def silhouette_figure(tried: Sequence[Candidate]) -> Figure | None:
    """How well apart the groups lie, for every number of groups that was tried; None where none of them is shown."""
    shown = next((one.k for one in tried if one.shown), None)
    return None if shown is None else silhouettes([(one.k, one.silhouette) for one in tried], chosen=shown)


def stability_figure(tried: Sequence[Candidate]) -> Figure | None:
    """How alike the groups come out of other samples, for every number of groups that was tried."""
    measured = [(one.k, one.stability, None, None) for one in tried if one.stability is not None]
    return stability(measured, threshold=STABLE_FROM) if measured else None


def titled(result: Result, *, imported: bool) -> str:
    """What the map shows, as a sentence."""
    n = len(groups_of(result))
    if imported:
        return f"The imported data has {n} groups of people" if n != 1 else "The imported data has one group of people"
    return f"People fall into {n} groups by how they vote" if n > 1 else "So far people form one group"
