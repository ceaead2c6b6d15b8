"""No path leads to `adopted` without quorum, threshold, time, answers, valid terms and recusals: a state machine.

The machine keeps a log of its own of what was allowed, and judges every adoption from the log alone.
"""

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from fractions import Fraction

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from governance.errors import Refused
from governance.procedure import (
    ALLOWED,
    ENDED,
    Choice,
    Elector,
    Rule,
    State,
    advance,
    answer,
    cast,
    object_to,
    open_case,
    recuse,
    veto,
    withdraw_objection,
)

BEGIN = datetime(2026, 3, 1, 12, tzinfo=UTC)
CLASSES = ("elected", "sortition", "reserved")
SEATS = 6
STEPS, EXAMPLES = 60, 200
taken: Counter[str] = Counter()

shares = st.sampled_from([Fraction(1, 3), Fraction(1, 2), Fraction(3, 5), Fraction(2, 3), Fraction(3, 4), Fraction(1)])
rules = st.builds(
    Rule,
    quorum=shares,
    quorum_base=st.sampled_from(["eligible", "seats"]),
    threshold=shares.filter(lambda share: share < 1),
    threshold_base=st.sampled_from(["decisive", "cast", "eligible"]),
    more_than=st.booleans(),
    minimum_open_hours=st.sampled_from([1, 24, 72]),
    veto_classes=st.sets(st.sampled_from(CLASSES)).map(lambda names: tuple(sorted(names))),
    override=shares,
    override_hours=st.sampled_from([1, 24]),
    answer_hours=st.sampled_from([1, 48]),
    secret=st.booleans(),
)
seats = st.integers(0, SEATS + 1)
favour = st.sampled_from([Choice.FOR, Choice.FOR, Choice.FOR, Choice.AGAINST, Choice.ABSTAIN])


class DecisionMachine(RuleBasedStateMachine):
    """Everything people may try, in any order and at any hour; refusals are expected."""

    def __init__(self) -> None:
        super().__init__()
        self.case, self.state, self.now = None, State.DRAFT, BEGIN
        self.log: list[tuple[str, object, datetime]] = []
        self.votes: dict[int, dict[int, Choice]] = {1: {}, 2: {}}
        self.states = [State.DRAFT]

    def teardown(self) -> None:
        taken[self.state] += 1

    def tick(self) -> None:
        taken["steps"] += 1
        self.case, self.state, steps = advance(self.case, self.state, self.now)
        self.states += [step.after for step in steps]
        assert all(step.at <= self.now for step in steps)

    @initialize(
        chosen=rules,
        terms=st.lists(st.sampled_from([-30, 2, 50, 400, 900, 900, 900]), min_size=SEATS, max_size=SEATS),
        vacant=st.integers(0, 3),
        open_for=st.sampled_from([1, 23, 24, 72, 100]),
    )
    def open(self, chosen: Rule, terms: list[int], vacant: int, open_for: int) -> None:
        electors = [
            Elector(seat, CLASSES[seat % 3], BEGIN - timedelta(days=300), BEGIN + timedelta(hours=hours))
            for seat, hours in enumerate(terms)
        ]
        in_office = [elector for elector in electors if elector.ends_at > BEGIN]
        lasting = [replace(electors[0], ends_at=BEGIN + timedelta(days=90))]
        for candidates, hours in ((electors, open_for), (in_office, open_for), (in_office, 72), (lasting, 72)):
            closes_at = BEGIN + timedelta(hours=hours)
            try:
                self.case = open_case(
                    rule=chosen, electors=candidates, vacant=vacant, opened_at=BEGIN, closes_at=closes_at
                )
            except Refused:
                continue
            self.state = State.OPEN
            self.states.append(State.OPEN)
            self.frozen = (chosen, tuple(candidates), vacant, BEGIN, closes_at)
            return

    @rule(hours=st.sampled_from([0, 0, 1, 1, 5, 24, 72]), minutes=st.sampled_from([0, 0, 59]))
    def wait(self, hours: int, minutes: int) -> None:
        self.now += timedelta(hours=hours, minutes=minutes)
        self.tick()

    @rule(seat=seats, choice=favour)
    def vote(self, seat: int, choice: Choice) -> None:
        self.tick()
        before = self.state
        try:
            self.case = cast(self.case, self.state, seat, choice, self.now)
        except Refused:
            return
        self.log.append(("vote", (seat, before), self.now))
        self.votes[1 if before == State.OPEN else 2][seat] = choice

    @rule(choice=favour)
    def everybody_votes(self, choice: Choice) -> None:
        for seat in range(SEATS):
            self.vote(seat, choice)

    @rule(seat=seats)
    def step_aside(self, seat: int) -> None:
        self.tick()
        try:
            self.case = recuse(self.case, self.state, seat, self.now)
        except Refused:
            return
        self.log.append(("recuse", seat, self.now))

    @rule(seat=seats, reason=st.sampled_from(["", " ", " ", "It harms the few."]))
    def file_veto(self, seat: int, reason: str) -> None:
        self.tick()
        try:
            self.case = veto(self.case, self.state, seat, reason, self.now)
        except Refused:
            return
        assert reason.strip()
        self.log.append(("veto", seat, self.now))

    @rule(reason=st.sampled_from(["", "", "Nobody asked the neighbours."]))
    def file_objection(self, reason: str) -> None:
        self.tick()
        try:
            self.case = object_to(self.case, self.state, reason, self.now)
        except Refused:
            return
        self.log.append(("object", len(self.case.objections) - 1, self.now))

    @rule(
        kind=st.sampled_from(["objections", "vetoes"]),
        place=st.integers(0, 5),
        move=st.sampled_from(["answer", "answer", "withdraw"]),
        text=st.sampled_from(["", "We asked them in May.", "We asked them in May."]),
    )
    def respond(self, kind: str, place: int, move: str, text: str) -> None:
        self.tick()
        matters = list(getattr(self.case, kind))
        if place >= len(matters):
            return
        try:
            if move == "answer":
                matters[place] = answer(self.case, self.state, matters[place], text, self.now)
            else:
                matters[place] = withdraw_objection(self.case, self.state, matters[place], self.now)
        except Refused:
            return
        self.case = replace(self.case, **{kind: tuple(matters)})
        self.log.append((f"{move} {kind}", place, self.now))
        self.tick()

    @rule()
    def everything_is_answered(self) -> None:
        for kind in ("objections", "vetoes"):
            for place in range(len(getattr(self.case, kind))):
                self.respond(kind, place, "answer", "We asked them in May.")

    @rule(vetoing=seats, aside=seats, late=st.booleans())
    def go_all_the_way(self, vetoing: int, aside: int, late: bool) -> None:
        """What a body does that wants it: without such help few random walks come to an override."""
        self.step_aside(aside)
        self.file_veto(vetoing, "It harms the few.")
        self.everybody_votes(Choice.FOR)
        self.now = max(self.now, self.frozen[-1])
        self.tick()
        self.everything_is_answered()
        if late:
            self.now += timedelta(hours=self.frozen[0].override_hours)
        self.everybody_votes(Choice.FOR)
        self.now += timedelta(hours=self.frozen[0].override_hours)
        self.tick()

    @invariant()
    def only_the_ways_of_the_table_were_taken(self) -> None:
        for before, after in zip(self.states, self.states[1:], strict=False):
            assert after in ALLOWED[before]

    @invariant()
    def what_was_frozen_stays(self) -> None:
        if self.case is not None:
            case = self.case
            assert (case.rule, case.electors, case.vacant, case.opened_at, case.closes_at) == self.frozen

    @invariant()
    def an_end_is_an_end(self) -> None:
        assert self.states[-1] == self.state
        assert not set(self.states[:-1]) & ENDED

    @invariant()
    def adopted_only_as_the_rule_says(self) -> None:
        if self.state == State.ADOPTED:
            judge_adoption(self)


def judge_adoption(machine: DecisionMachine) -> None:
    """Judge from the log and the frozen rule, without the code under test."""
    chosen, electors, vacant, opened_at, closes_at = machine.frozen
    log = machine.log
    recused = {seat for kind, seat, _ in log if kind == "recuse"}
    terms = {elector.seat: elector for elector in electors}
    assert closes_at - opened_at >= timedelta(hours=chosen.minimum_open_hours)
    assert machine.now >= closes_at
    for kind, what, at in log:
        if kind == "vote":
            seat, state = what
            assert seat in terms
            assert seat not in recused
            assert terms[seat].starts_at <= at < terms[seat].ends_at
            assert state == State.OVERRIDE or opened_at <= at < closes_at
        if kind == "veto":
            assert terms[what].seat_class in chosen.veto_classes
    first = list(machine.votes[1].values())
    in_favour, against = first.count(Choice.FOR), first.count(Choice.AGAINST)
    voters = len(terms) - len(recused)
    assert len(first) >= chosen.quorum * (voters + (vacant if chosen.quorum_base == "seats" else 0))
    assert len(first) >= 1
    base = {"decisive": in_favour + against, "cast": len(first), "eligible": voters}[chosen.threshold_base]
    assert in_favour > chosen.threshold * base if chosen.more_than else in_favour >= chosen.threshold * base
    assert in_favour >= 1
    n_objections = sum(kind == "object" for kind, _, _ in log)
    settled = {what for kind, what, _ in log if kind in {"answer objections", "withdraw objections"}}
    assert settled == set(range(n_objections))
    n_vetoes = sum(kind == "veto" for kind, _, _ in log)
    withdrawn = {what for kind, what, _ in log if kind == "withdraw vetoes"}
    standing = set(range(n_vetoes)) - withdrawn
    assert standing <= {what for kind, what, _ in log if kind == "answer vetoes"}
    if standing:
        taken["overridden"] += 1
        again = list(machine.votes[2].values())
        assert State.OVERRIDE in machine.states
        assert again.count(Choice.FOR) >= chosen.override * voters


def test_no_path_leads_past_the_rules_and_many_are_gone() -> None:
    """Enough steps, and enough of them to adoptions, also over vetoes, so that silence means something."""
    taken.clear()
    run_state_machine_as_test(
        DecisionMachine,
        settings=settings(
            max_examples=EXAMPLES,
            stateful_step_count=STEPS,
            suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
            derandomize=True,
            database=None,
        ),
    )
    assert taken["steps"] >= 10_000
    assert taken[State.ADOPTED] >= 20, taken
    assert taken["overridden"] >= 5, taken
