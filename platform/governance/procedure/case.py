"""One decision as the procedure sees it: what was frozen at opening, and what has happened since."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType

from governance.procedure.rule import Rule


class Choice(StrEnum):
    """What a ballot says."""

    FOR = "for"
    AGAINST = "against"
    ABSTAIN = "abstain"


@dataclass(frozen=True)
class Elector:
    """Who may vote: a seat, with the term of who held it when the decision was opened; times with a zone."""

    seat: int
    seat_class: str
    starts_at: datetime
    ends_at: datetime

    def is_in_term(self, now: datetime) -> bool:
        """Whether the term runs at that moment."""
        return self.starts_at <= now < self.ends_at


@dataclass(frozen=True)
class Round:
    """The ballots of one vote.

    Attributes
    ----------
    voted : seats that have cast a ballot
    named : choices by seat, in an open vote
    secret : choices without seats, in a secret vote; their order says nothing
    """

    voted: frozenset[int] = frozenset()
    named: Mapping[int, Choice] = field(default_factory=lambda: MappingProxyType({}))
    secret: tuple[Choice, ...] = ()

    @property
    def choices(self) -> tuple[Choice, ...]:
        """Every choice, by whomever."""
        return (*self.named.values(), *self.secret)


@dataclass(frozen=True)
class Objection:
    """A reasoned objection by a member of the community; it waits for a written answer unless it is withdrawn."""

    filed_at: datetime
    answered_at: datetime | None = None
    withdrawn_at: datetime | None = None

    @property
    def stands(self) -> bool:
        """Whether it was not withdrawn."""
        return self.withdrawn_at is None

    @property
    def waits(self) -> bool:
        """Whether it still needs an answer."""
        return self.stands and self.answered_at is None


@dataclass(frozen=True)
class Veto(Objection):
    """A veto: besides an answer it needs to be withdrawn or overridden."""

    seat: int = 0


@dataclass(frozen=True)
class Case:
    """Everything that the outcome follows from.

    Attributes
    ----------
    rule, electors, vacant, opened_at, closes_at : frozen at opening; vacant counts the seats that nobody held then
    recused : seats whose holders recused themselves
    first, second : the vote, and the vote on overriding vetoes
    override_opened_at : when the second vote began
    """

    rule: Rule
    electors: tuple[Elector, ...]
    opened_at: datetime
    closes_at: datetime
    vacant: int = 0
    recused: frozenset[int] = frozenset()
    first: Round = Round()
    second: Round = Round()
    objections: tuple[Objection, ...] = ()
    vetoes: tuple[Veto, ...] = ()
    override_opened_at: datetime | None = None

    @property
    def eligible(self) -> frozenset[int]:
        """Seats that may vote: the electorate without the recused."""
        return frozenset(elector.seat for elector in self.electors) - self.recused

    def elector(self, seat: int) -> Elector | None:
        """The elector of that seat."""
        return next((elector for elector in self.electors if elector.seat == seat), None)

    @property
    def answers_due_at(self) -> datetime:
        """Until when objections and vetoes have to be answered."""
        return self.closes_at + timedelta(hours=self.rule.answer_hours)

    @property
    def override_closes_at(self) -> datetime | None:
        """When the second vote closes."""
        if self.override_opened_at is None:
            return None
        return self.override_opened_at + timedelta(hours=self.rule.override_hours)
