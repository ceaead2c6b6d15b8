"""Statements that stand for everybody, some of them newly written: generative social choice.

People write statements and vote; a writer adds candidates and judges them. Without a writer every candidate comes from
the pool (extractive).  Shapes: A people of the sample, C statements of the pool, J judgments.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from aggregation.algorithms.slates.balanced import check_bjr, check_cbjr
from aggregation.algorithms.slates.fish import fish_rounds
from aggregation.algorithms.slates.pool import Pool, prose_slate
from aggregation.pipelines.ballots import Table, table_of
from aggregation.pipelines.outcome import Outcome, Tell, cleaned
from aggregation.pipelines.selection import selection_from
from aggregation.sources import Votes

SHOWN = 6
"""Statements of each side that the writer is shown of a person or a crowd."""
LEAST_CALIBRATED = 8


class WriterFailed(Exception):
    """One question to the writer brought nothing; what came before stands."""


class Writer(Protocol):
    """GEN and DISC by somebody who writes, such as a language model."""

    name: str

    def write(self, agreed: Sequence[str], disagreed: Sequence[str], *, words: int, seed: int) -> str:
        """One statement that people would agree with who agree and disagree with these; WriterFailed if none came."""

    def judge(self, agreed: Sequence[str], disagreed: Sequence[str], statement: str) -> float:
        """How much a person would agree, 0 to 1, who agrees and disagrees with these; WriterFailed if none came."""


@dataclass
class Candidates:
    """The pool's statements, then those that the writer added, with everybody's utility for each."""

    texts: list[str]
    utility_AC: NDArray[np.float64]
    origins: list[str]
    failures: list[str] = field(default_factory=list)

    def add(self, text: str, utility_A: NDArray[np.float64]) -> int:
        """Keep a candidate, chosen later or not; its position."""
        self.texts.append(text)
        self.origins.append("written")
        self.utility_AC = np.hstack([self.utility_AC, utility_A[:, None]])
        return len(self.texts) - 1


@dataclass(frozen=True)
class Calibration:
    """How the writer's judgments compare with votes that it was not shown, and the line that corrects them.

    Attributes
    ----------
    n : judgments compared
    correlation, mean_error : Pearson's, and the mean absolute difference before the correction; None for too few
    intercept, slope : corrected utility = intercept + slope · judgment, within 0 and 1; slope 0 where judgments tell
        nothing
    """

    n: int
    correlation: float | None
    mean_error: float | None
    intercept: float
    slope: float

    def corrected(self, judgment: float) -> float:
        """A judgment on the scale of votes."""
        return float(np.clip(self.intercept + self.slope * judgment, 0, 1))


def compute(
    arrays: Votes, parameters: Mapping[str, Any], *, seed: int, tell: Tell, writer: Writer | None = None
) -> Outcome:
    """Run the process on a sample of the people.

    Raises
    ------
    ValueError
        If nobody is left or fewer people than places.
    """
    rng = np.random.default_rng(seed)
    table = table_of(arrays, selection_from(parameters), grouping=parameters["grouping"])
    if table.said_PC is None:
        raise ValueError("Statements are written from votes, and there are none.")
    utility_PC = table.value_PC()
    people = np.sort(rng.permutation(len(table.people))[: int(parameters["sample"])])
    candidates = Candidates(list(table.texts), utility_PC[people], ["pool"] * len(table.texts))
    warnings = list(table.warnings)
    judge = None
    if writer is not None:
        tell(0.05, "Comparing the writer's judgments with votes it is not shown")
        judge = _Judge(writer, table, people, candidates)
        judge.calibrate(int(parameters["held_out"]), rng)
        if judge.calibration.slope == 0:
            warnings.append("the writer's judgments tell nothing about votes; what it wrote counts as liked on average")
    prose = parameters["process"] == "prose"
    seats = _prose if prose else _fish
    chosen, seat_A, rounds = seats(candidates, judge, parameters, tell)
    warnings += list(dict.fromkeys(candidates.failures))
    cost_C = np.array([max(len(text.split()), 1) for text in candidates.texts], dtype=np.float64)
    given_A = candidates.utility_AC[np.arange(len(people)), np.array(chosen, dtype=np.intp)[seat_A]] if chosen else None
    certificate = None
    if given_A is not None:
        found = (
            check_cbjr(candidates.utility_AC, given_A, cost_C, float(parameters["budget"]))
            if prose
            else check_bjr(candidates.utility_AC, given_A, len(chosen))
        )
        certificate = {
            "axiom": found.axiom,
            "scope": "imputed",
            "holds": found.holds,
            "violations": [
                {
                    "text": candidates.texts[v.candidate],
                    "supporters": v.supporters,
                    "needed": v.needed,
                    "level": v.level,
                }
                for v in found.violations
            ],
        }
    result = {
        "people": len(table.people),
        "sample": len(people),
        "writer": None if writer is None else writer.name,
        "calibration": None if judge is None else vars(judge.calibration),
        "slate": [_row(place, chosen, seat_A, candidates, table, people) for place in dict.fromkeys(chosen)],
        "certificate": certificate,
        "rounds": rounds,
        "candidates": [
            {"text": text, "origin": origin, "mean": candidates.utility_AC[:, place].mean(), "chosen": place in chosen}
            for place, (text, origin) in enumerate(zip(candidates.texts, candidates.origins, strict=True))
            if origin == "written" or place in chosen
        ],
        "groups": [
            {"group": name, "people": int((table.group_P[people] == g).sum())} for g, name in enumerate(table.groups)
        ],
    }
    return Outcome(cleaned(result), tuple(warnings))


class _Judge:
    """Writes and judges for the people of the sample, on the scale of votes."""

    def __init__(self, writer: Writer, table: Table, people: NDArray[np.intp], candidates: Candidates) -> None:
        self.writer, self.texts, self.candidates = writer, table.texts, candidates
        said = table.said_PC
        assert said is not None
        self.said_AC = said[people]
        self.calibration = Calibration(0, None, None, float(candidates.utility_AC.mean()), 0.0)

    def calibrate(self, held_out: int, rng: np.random.Generator) -> None:
        """Judge votes that were cast without showing them, and fit the line."""
        judged, cast = [], []
        for person in range(len(self.said_AC)):
            given = np.flatnonzero(np.abs(self.said_AC[person]) == 1)
            for statement in rng.permutation(given)[:held_out].tolist():
                try:
                    sides = self._sides(self.said_AC[person], without=statement)
                    judged.append(self.writer.judge(*sides, self.texts[statement]))
                except WriterFailed as reason:
                    self.candidates.failures.append(str(reason))
                    continue
                cast.append(float(self.said_AC[person, statement] == 1))
        self.calibration = calibrate(np.array(judged), np.array(cast), self.calibration.intercept)

    def propose(self, unmatched: NDArray[np.intp], *, words: int, number: int) -> int | None:
        """GEN: have a statement written for these people and judged for all; its position, or None."""
        crowd = self.said_AC[unmatched]
        with np.errstate(invalid="ignore"):
            mean = np.nan_to_num(np.nansum(crowd, axis=0) / np.maximum((~np.isnan(crowd)).sum(axis=0), 3))
        order = np.argsort(-mean, kind="stable")
        agreed = [self.texts[c] for c in order[:SHOWN].tolist() if mean[c] > 0]
        disagreed = [self.texts[c] for c in order[::-1][:SHOWN].tolist() if mean[c] < 0]
        try:
            text = " ".join(self.writer.write(agreed, disagreed, words=words, seed=number).split())
            if not text:
                raise WriterFailed("the writer gave an empty statement")
            if text in self.candidates.texts:
                return self.candidates.texts.index(text)
            utility_A = np.array(
                [
                    self.calibration.corrected(self.writer.judge(*self._sides(row), text))
                    if self.calibration.slope
                    else self.calibration.intercept
                    for row in self.said_AC
                ]
            )
        except WriterFailed as reason:
            self.candidates.failures.append(str(reason))
            return None
        return self.candidates.add(text, utility_A)

    def _sides(self, said_C: NDArray[np.float64], without: int = -1) -> tuple[list[str], list[str]]:
        known = [c for c in np.flatnonzero(np.abs(said_C) == 1).tolist() if c != without]
        agreed = [self.texts[c] for c in known if said_C[c] == 1][:SHOWN]
        return agreed, [self.texts[c] for c in known if said_C[c] == -1][:SHOWN]


def calibrate(judged_J: NDArray[np.float64], cast_J: NDArray[np.float64], mean: float) -> Calibration:
    """The least-squares line from judgments to votes; no slope where there is none, or it falls."""
    n = len(judged_J)
    error = float(np.abs(judged_J - cast_J).mean()) if n else None
    if n < LEAST_CALIBRATED or np.ptp(judged_J) == 0 or np.ptp(cast_J) == 0:
        return Calibration(n, None, error, float(cast_J.mean()) if n >= LEAST_CALIBRATED else mean, 0.0)
    correlation = float(np.corrcoef(judged_J, cast_J)[0, 1])
    slope, intercept = (float(x) for x in np.polyfit(judged_J, cast_J, 1))
    if slope <= 0:
        return Calibration(n, correlation, error, float(cast_J.mean()), 0.0)
    return Calibration(n, correlation, error, intercept, slope)


Seats = tuple[list[int], NDArray[np.intp], list[dict[str, Any]]]


def _fish(candidates: Candidates, judge: _Judge | None, parameters: Mapping[str, Any], tell: Tell) -> Seats:
    k, tries, n = int(parameters["k"]), int(parameters["tries"]), len(candidates.utility_AC)
    pool = Pool(candidates.utility_AC.copy())
    written: list[int] = []
    numbers = count()

    def generate(unmatched: NDArray[np.intp], r: int) -> list[int]:
        proposed = pool.generate(unmatched, r)
        for _ in range(tries if judge else 0):
            assert judge is not None
            place = judge.propose(unmatched, words=int(parameters["words"]), number=next(numbers))
            if place is not None:
                written.append(place)
        return [*proposed, *written]

    rounds: list[dict[str, Any]] = []
    chosen: list[int] = []
    seat_A = np.full(n, -1, dtype=np.intp)
    for number, one in enumerate(fish_rounds(lambda c: candidates.utility_AC[:, c], generate, n, k)):
        tell(0.2 + 0.7 * (number + 1) / k, f"Round {number + 1} of {k}")
        seat_A[one.matched] = len(chosen)
        chosen.append(one.chosen)
        rounds.append(
            {
                "chosen": candidates.texts[one.chosen],
                "level": one.level,
                "matched": len(one.matched),
                "proposed": [
                    {"text": candidates.texts[c], "origin": candidates.origins[c], "level": level}
                    for c, level in one.proposed
                ],
            }
        )
    return chosen, seat_A, rounds


def _prose(candidates: Candidates, judge: _Judge | None, parameters: Mapping[str, Any], tell: Tell) -> Seats:
    everybody = np.arange(len(candidates.utility_AC))
    if judge is not None:
        for number in range(int(parameters["tries"]) * int(parameters["k"])):
            tell(0.2 + 0.6 * number / (int(parameters["tries"]) * int(parameters["k"])), "Writing statements")
            part = everybody[number :: int(parameters["k"])] if number else everybody
            judge.propose(part, words=int(parameters["words"]) // (1 + number % 2), number=number)
    cost_C = np.array([max(len(text.split()), 1) for text in candidates.texts], dtype=np.float64)
    found = prose_slate(candidates.utility_AC, cost_C, float(parameters["budget"]))
    rounds = [
        {
            "chosen": candidates.texts[one.chosen],
            "level": one.level,
            "matched": len(one.matched),
            "proposed": [
                {"text": candidates.texts[c], "origin": candidates.origins[c], "level": level}
                for c, level in one.proposed
            ],
        }
        for one in found.rounds
    ]
    return list(found.chosen), found.seat_V, rounds


def _row(
    place: int,
    chosen: list[int],
    seat_A: NDArray[np.intp],
    candidates: Candidates,
    table: Table,
    people: NDArray[np.intp],
) -> dict[str, Any]:
    seats = [seat for seat, candidate in enumerate(chosen) if candidate == place]
    mine = np.isin(seat_A, seats)
    group_A = table.group_P[people]
    return {
        "text": candidates.texts[place],
        "origin": candidates.origins[place],
        "seats": len(seats),
        "stands_for": int(mine.sum()),
        "value": candidates.utility_AC[mine, place].mean() if mine.any() else None,
        "groups": [
            {"group": name, "stands_for": int((mine & (group_A == g)).sum())} for g, name in enumerate(table.groups)
        ],
    }
