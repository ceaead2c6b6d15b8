"""Reading decisions: the case that the procedure judges, where it stands by the clock, and lists."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Prefetch, Q, QuerySet
from django.utils import timezone

from accounts.models import Community
from governance.models.ballots import Ballot
from governance.models.bodies import Body
from governance.models.decisions import STATES, Decision, ElectorRow
from governance.models.matters import Interest
from governance.procedure import ENDED, Case, Choice, Elector, Objection, Round, Rule, State, Step, Veto, advance
from governance.result import result

PARTS = ("electors", "voted", "ballots", "objections", "vetoes", "interests")


@dataclass(frozen=True)
class Standing:
    """Where a decision stands at a moment.

    Attributes
    ----------
    case : what the outcome follows from; None for a draft
    state : by the clock, whether or not anything has written it down yet
    steps : what the clock made of it and nobody has written down yet
    """

    case: Case | None
    state: State
    steps: tuple[Step, ...] = ()

    @property
    def label(self) -> str:
        """The state as pages say it."""
        return dict(STATES)[self.state.value]

    @property
    def is_voting(self) -> bool:
        """Whether ballots are taken."""
        return self.state in {State.OPEN, State.OVERRIDE}

    @property
    def is_ended(self) -> bool:
        """Whether nothing will change any more."""
        return self.state in ENDED

    @property
    def is_counted(self) -> bool:
        """Whether the first vote has closed, so that its result may be told."""
        counted = {State.CONTESTED, State.OVERRIDE, State.ADOPTED, State.REJECTED, State.LAPSED}
        return self.case is not None and self.state in counted

    @property
    def closes_at(self) -> datetime | None:
        """When what runs now closes: the vote, the time for answers, or the vote on overriding."""
        if self.case is None:
            return None
        moments = {
            State.OPEN: self.case.closes_at,
            State.CONTESTED: self.case.answers_due_at,
            State.OVERRIDE: self.case.override_closes_at,
        }
        return moments.get(self.state)


def case_of(decision: Decision) -> Case | None:
    """The decision as the procedure takes it; None for a draft. Uses what was prefetched (:func:`with_parts`)."""
    if decision.opened_at is None or decision.closes_at is None:
        return None
    electors = list(decision.electors.all())
    numbers = {elector.pk: elector.number for elector in electors}
    return Case(
        rule=Rule.from_json(decision.rule),
        electors=tuple(Elector(row.number, row.seat_class, row.starts_at, row.ends_at) for row in electors),
        vacant=decision.vacant,
        opened_at=decision.opened_at,
        closes_at=decision.closes_at,
        recused=frozenset(numbers[row.elector_id] for row in decision.interests.all() if row.is_recused),
        first=_round(decision, 1, numbers),
        second=_round(decision, 2, numbers),
        objections=tuple(
            Objection(row.filed_at, row.answered_at, row.withdrawn_at) for row in decision.objections.all()
        ),
        vetoes=tuple(
            Veto(row.filed_at, row.answered_at, row.withdrawn_at, seat=numbers[row.elector_id])
            for row in decision.vetoes.all()
        ),
        override_opened_at=decision.override_opened_at,
    )


def _round(decision: Decision, number: int, numbers: dict[int, int]) -> Round:
    ballots: list[Ballot] = [ballot for ballot in decision.ballots.all() if ballot.round == number]
    return Round(
        voted=frozenset(numbers[row.elector_id] for row in decision.voted.all() if row.round == number),
        named={numbers[ballot.elector_id]: Choice(ballot.choice) for ballot in ballots if ballot.elector_id},
        secret=tuple(sorted(Choice(ballot.choice) for ballot in ballots if ballot.elector_id is None)),
    )


def standing(decision: Decision, now: datetime | None = None) -> Standing:
    """Where a decision stands at that moment, from the clock: closing needs no worker."""
    case, stored = case_of(decision), State(decision.state)
    if case is None or stored in ENDED:
        return Standing(case, stored)
    case, state, steps = advance(case, stored, now or timezone.now())
    return Standing(case, state, tuple(steps))


def with_parts(decisions: QuerySet[Decision]) -> QuerySet[Decision]:
    """Decisions with all that :func:`standing` reads."""
    return (
        decisions.select_related("body__community", "proposed_by", "bundle")
        .defer("bundle__data")
        .prefetch_related(
            Prefetch("electors", ElectorRow.objects.select_related("member__user")),
            Prefetch("interests", Interest.objects.select_related("elector__member")),
            "voted",
            "ballots",
            "objections__member",
            "objections__answered_by",
            "vetoes__elector__member",
            "vetoes__answered_by",
        )
    )


def listed_decisions(user: Any, *, body: Body | None = None, community: Community | None = None) -> QuerySet[Decision]:
    """Decisions that the person may see, newest first."""
    decisions = Decision.objects.visible_to(user)
    if body is not None:
        decisions = decisions.filter(body=body)
    if community is not None:
        decisions = decisions.filter(body__community=community)
    return decisions.select_related("body__community").order_by("-created_at", "id")


@dataclass(frozen=True)
class Outcome:
    """A decision with where it stands, and its result in numbers once the vote has closed (None before)."""

    decision: Decision
    now: Standing
    result: dict[str, Any] | None

    @property
    def recused(self) -> int:
        """How many stepped aside."""
        return len(self.now.case.recused) if self.now.case else 0


def outcomes(decisions: QuerySet[Decision], most: int, now: datetime | None = None) -> list[Outcome]:
    """The first so many decisions with what came of them; those that are still prepared are left out."""
    rows = [(one, standing(one, now)) for one in with_parts(decisions.exclude(state=State.DRAFT))[:most]]
    return [
        Outcome(one, stands, result(stands.case, stands.state) if stands.is_counted and stands.case else None)
        for one, stands in rows
    ]


def unsettled(now: datetime | None = None) -> QuerySet[Decision]:
    """Decisions whose clock may have made a step that nobody wrote down."""
    now = now or timezone.now()
    going = [State.OPEN.value, State.CONTESTED.value, State.OVERRIDE.value]
    return Decision.objects.filter(state__in=going, closes_at__lte=now)


def elector_of(decision: Decision, user: Any) -> ElectorRow | None:
    """The person's seat in the electorate."""
    if not getattr(user, "is_authenticated", False):
        return None
    return next((row for row in decision.electors.all() if row.member.user_id == user.pk), None)


def open_to(user: Any, now: datetime | None = None) -> QuerySet[Decision]:
    """Decisions in which the person has a seat and that have not ended."""
    now = now or timezone.now()
    return with_parts(
        Decision.objects.visible_to(user).filter(
            Q(electors__member__user=user), state__in=[State.OPEN, State.CONTESTED, State.OVERRIDE]
        )
    ).order_by("closes_at")


def closing_within(hours: int, now: datetime | None = None) -> QuerySet[Decision]:
    """Open votes that close soon."""
    now = now or timezone.now()
    return with_parts(
        Decision.objects.filter(state=State.OPEN, closes_at__gt=now, closes_at__lte=now + timedelta(hours=hours))
    )
