"""What an opinion map's stored result says, statement by statement and group by group, in the order a page asks for."""

# Shapes: S statements, G groups.

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from aggregation.algorithms.opinion.counts import wilson_interval
from aggregation.algorithms.privacy.suppression import suppress_small_cells
from frontend.groups import group_look

Result = Mapping[str, Any]
SORTS = ("shared", "dividing", "uncertain")


@dataclass(frozen=True)
class Tally:
    """Votes on one statement, and the 95 % interval of the share that agrees (Wilson, 1927).

    ``hidden`` says that there are votes, too few to be told; the counts are then 0.
    """

    agree: int
    passes: int
    disagree: int
    low: float
    high: float
    hidden: bool = False

    @property
    def seen(self) -> int:
        """Everybody who voted on it."""
        return self.agree + self.passes + self.disagree

    @property
    def share(self) -> float | None:
        """The share that agrees."""
        return self.agree / self.seen if self.seen else None

    @property
    def mean(self) -> float:
        """Mean vote from -1 to 1 with one vote of each kind added (Agresti and Caffo, 2000)."""
        return (self.agree - self.disagree) / (self.seen + 3)


@dataclass(frozen=True)
class Group:
    """One opinion group: ``index`` gives its letter, colour and shape."""

    id: str
    index: int
    size: int

    @property
    def letter(self) -> str:
        """What pages call it."""
        return group_look(self.index).letter


@dataclass(frozen=True)
class StatementRow:
    """One statement with what everybody in a group, and each group, says of it.

    ``consensus`` is group-informed; None where too few of a group have voted for it to be told.
    """

    number: int
    text: str
    everyone: Tally
    by_group: tuple[tuple[Group, Tally], ...]
    consensus: float | None

    @property
    def difference(self) -> float:
        """How far the two furthest groups are apart: half the difference of their mean votes, 0 to 1."""
        means = [tally.mean for _, tally in self.by_group if not tally.hidden]
        return (max(means) - min(means)) / 2 if means else 0.0


@dataclass(frozen=True)
class Standpoint:
    """A statement that tells a group from the others: how many of it say so, and how many of the rest."""

    number: int
    text: str
    agrees: bool
    count: int
    seen: int
    count_rest: int
    seen_rest: int


@dataclass(frozen=True)
class Division:
    """A statement on which two groups stand far apart."""

    number: int
    text: str
    agreeing: Group
    disagreeing: Group
    agreeing_tally: Tally
    disagreeing_tally: Tally
    opposed: bool


@dataclass(frozen=True)
class Candidate:
    """One number of groups that was tried: how well apart they lie, and how often they come out again."""

    k: int
    silhouette: float
    stability: float | None
    shown: bool


def groups_of(result: Result) -> list[Group]:
    """The groups in the order of the run; a letter that pages cannot draw is refused by the look."""
    return [Group(str(g["id"]), g.get("place", place), int(g["size"])) for place, g in enumerate(result["groups"])]


def statement_rows(result: Result, texts: Mapping[int, str]) -> list[StatementRow]:
    """Every statement that is shown and was in the map, by number."""
    groups = groups_of(result)
    votes = result["votes_by_group"]
    numbers = [number for number in sorted(texts) if groups and str(number) in votes[groups[0].id]]
    counts = np.array(
        [[[votes[g.id][str(n)][key] for key in ("agree", "disagree", "seen")] for g in groups] for n in numbers],
        dtype=np.int64,
    ).reshape(len(numbers), len(groups), 3)
    counts = np.concatenate([counts.sum(axis=1, keepdims=True), counts], axis=1)
    low, high = wilson_interval(counts[..., 0], counts[..., 2])
    rows = []
    for place, number in enumerate(numbers):
        tallies = [
            Tally(
                agree,
                seen - agree - disagree,
                disagree,
                float(low[place, of]),
                float(high[place, of]),
                hidden=of > 0 and "hidden" in votes[groups[of - 1].id][str(number)],
            )
            for of, (agree, disagree, seen) in enumerate(counts[place].tolist())
        ]
        rows.append(
            StatementRow(
                number=number,
                text=texts[number],
                everyone=tallies[0],
                by_group=tuple(zip(groups, tallies[1:], strict=True)),
                consensus=result["group_informed_consensus"].get(str(number)),
            )
        )
    return rows


def in_order(rows: Sequence[StatementRow], sort: str) -> list[StatementRow]:
    """Rows by group-informed consensus, by how far groups are apart, or by how many surely pass; ties by number."""
    if sort == "dividing":
        return sorted(rows, key=lambda row: (-row.difference, row.number))
    if sort == "uncertain":
        passes = np.array([row.everyone.passes for row in rows], dtype=np.int64)
        surely, _ = wilson_interval(passes, np.array([row.everyone.seen for row in rows], dtype=np.int64))
        return [rows[place] for place in np.argsort(-surely, kind="stable").tolist()]
    return sorted(rows, key=lambda row: (row.consensus is None, -(row.consensus or 0.0), row.number))


def standpoints(result: Result, rows: Mapping[int, StatementRow]) -> list[tuple[Group, list[Standpoint]]]:
    """What each group stands for, against the rest."""
    found = []
    for group in groups_of(result):
        lines = []
        for one in result["representative"].get(group.id, ()):
            row = rows.get(int(one["statement"]))
            if row is None:
                continue
            agrees = one["direction"] == "agree"
            of_all = row.everyone.agree if agrees else row.everyone.disagree
            lines.append(
                Standpoint(
                    number=row.number,
                    text=row.text,
                    agrees=agrees,
                    count=one["count"],
                    seen=one["seen"],
                    count_rest=of_all - one["count"],
                    seen_rest=row.everyone.seen - one["seen"],
                )
            )
        found.append((group, lines))
    return found


def shared_by_most(result: Result, rows: Mapping[int, StatementRow], side: str) -> list[StatementRow]:
    """Statements that a sure majority of everybody agrees (or disagrees) with."""
    numbers = [int(one["statement"]) for one in result["consensus"][side]]
    return [rows[number] for number in numbers if number in rows]


def divisions(result: Result, rows: Mapping[int, StatementRow]) -> list[Division]:
    """What divides, surest first."""
    found = []
    for one in result["dividing"]:
        row = rows.get(int(one["statement"]))
        if row is None:
            continue
        tallies = {group.id: (group, tally) for group, tally in row.by_group}
        agreeing, disagreeing = tallies[one["agreeing_group"]], tallies[one["disagreeing_group"]]
        found.append(
            Division(row.number, row.text, agreeing[0], disagreeing[0], agreeing[1], disagreeing[1], one["opposed"])
        )
    return found


def candidates(result: Result) -> list[Candidate]:
    """Every number of groups that was tried."""
    return [
        Candidate(int(k), silhouette, result["stability"].get(k), int(k) == result["k"])
        for k, silhouette in sorted(result["silhouettes"].items(), key=lambda item: int(item[0]))
    ]


def overlap(imported: Result, computed: Result, *, least: int) -> list[tuple[Group, list[int | None], int | None]]:
    """For each imported group: how many of its people are in each computed one, and how many in none.

    None stands for fewer people than ``least``, and for what would give their number away.
    """
    where = {member: place for place, group in enumerate(computed["groups"]) for member in group["members"]}
    counts = np.zeros((len(imported["groups"]), len(computed["groups"]) + 1), dtype=np.int64)
    for row, stored in enumerate(imported["groups"]):
        for member in stored["members"]:
            counts[row, where.get(member, -1)] += 1
    hidden = suppress_small_cells(counts, k=least).hidden[:-1, :-1]
    told = [
        [None if is_hidden else count for count, is_hidden in zip(line, marks, strict=True)]
        for line, marks in zip(counts.tolist(), hidden.tolist(), strict=True)
    ]
    return [(group, line[:-1], line[-1]) for group, line in zip(groups_of(imported), told, strict=True)]
