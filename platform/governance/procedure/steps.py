"""What follows from the clock: a decision closes, waits, goes to a second vote and ends by its rule, at its time.

Nothing has to run at that time. Whoever looks later finds the same state, with the moment at which it came about.
"""

from dataclasses import dataclass, replace
from datetime import datetime

from governance.procedure.case import Case
from governance.procedure.count import count, overrides
from governance.procedure.states import State


@dataclass(frozen=True)
class Step:
    """One transition that the clock made, and why, in words that pages show."""

    before: State
    after: State
    at: datetime
    reason: str


def next_step(case: Case, state: State, now: datetime) -> Step | None:
    """The next transition that has come about by ``now``, or None."""
    if state == State.OPEN and now >= case.closes_at:
        return _close(case)
    if state == State.CONTESTED:
        return _settle(case, now)
    if state == State.OVERRIDE and case.override_closes_at is not None and now >= case.override_closes_at:
        if overrides(case):
            return Step(state, State.ADOPTED, case.override_closes_at, "The vetoes were overridden.")
        return Step(state, State.REJECTED, case.override_closes_at, "The vetoes were not overridden.")
    return None


def advance(case: Case, state: State, now: datetime) -> tuple[Case, State, list[Step]]:
    """Take every step that has come about by ``now``; the case gains the begin of its second vote on the way."""
    steps: list[Step] = []
    while (step := next_step(case, state, now)) is not None:
        steps.append(step)
        state = step.after
        if state == State.OVERRIDE:
            case = replace(case, override_opened_at=step.at)
    return case, state, steps


def _close(case: Case) -> Step:
    counted, at = count(case), case.closes_at
    if not counted.quorum_met:
        words = f"{counted.cast} of {counted.quorum_base} took part; {counted.quorum_needed} were needed."
        return Step(State.OPEN, State.LAPSED, at, words)
    if not counted.threshold_met:
        words = f"{counted.for_} of {counted.threshold_base} were for it; {counted.threshold_needed} were needed."
        return Step(State.OPEN, State.REJECTED, at, words)
    waiting = sum(objection.waits for objection in case.objections)
    standing = sum(veto.stands for veto in case.vetoes)
    if waiting or standing:
        words = f"Enough were for it; unanswered objections: {waiting}, vetoes: {standing}."
        return Step(State.OPEN, State.CONTESTED, at, words)
    return Step(State.OPEN, State.ADOPTED, at, "Quorum and threshold were met, and nothing stands against it.")


def _settle(case: Case, now: datetime) -> Step | None:
    """A passed text whose objections and vetoes are answered, withdrawn, or overdue."""
    matters = (*case.objections, *case.vetoes)
    if any(matter.waits for matter in matters):
        if now < case.answers_due_at:
            return None
        words = "An objection or a veto was not answered in time."
        return Step(State.CONTESTED, State.LAPSED, case.answers_due_at, words)
    moments = [moment for matter in matters for moment in (matter.answered_at, matter.withdrawn_at) if moment]
    at = max([case.closes_at, *moments])
    if any(veto.stands for veto in case.vetoes):
        return Step(State.CONTESTED, State.OVERRIDE, at, "Every veto has its answer; a vote decides on overriding.")
    return Step(State.CONTESTED, State.ADOPTED, at, "Every objection has its answer, and no veto stands.")
