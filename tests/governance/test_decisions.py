"""Decisions in the database: what is frozen, what the clock does, and what the votes come to."""

from dataclasses import replace
from datetime import timedelta
from fractions import Fraction

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from accounts.models import Role
from governance import subjects
from governance.actions.bodies import add_seats, end_term, fill_seat, set_up_body
from governance.actions.decisions import open_decision, propose_decision, settle, settle_all, withdraw_decision
from governance.actions.voting import (
    answer_matter,
    cast_ballot,
    declare_interest,
    file_objection,
    file_veto,
    withdraw_matter,
)
from governance.errors import Refused
from governance.models import AuditEntry, Ballot, Decision, SeatClass, Transition, Voted
from governance.procedure import ALLOWED, Choice, State
from governance.queries.audit import check_community
from governance.queries.decisions import standing, with_parts
from tests.factories.accounts import CommunityFactory, MemberFactory
from tests.factories.governance import LENIENT, holders, make_body, make_decision

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
VETOABLE = replace(LENIENT, veto_classes=("reserved",), override=Fraction(3, 5), override_hours=24)
SECRET = replace(LENIENT, secret=True)


def after_closing(decision, **more):
    return decision.closes_at + timedelta(**(more or {"minutes": 1}))


def everybody(decision, choice=Choice.FOR, now=None):
    for member in holders(decision.body):
        cast_ballot(decision=decision, member=member, choice=choice, now=now)


def states(decision):
    return list(decision.transitions.order_by("id").values_list("before", "after"))


def test_a_vote_that_passes_is_adopted_at_its_closing_time_however_late_anybody_looks():
    decision = make_decision()
    everybody(decision)
    assert standing(with_parts(Decision.objects.all()).get(), after_closing(decision, days=9)).state == State.ADOPTED
    settled = settle(decision=decision, now=after_closing(decision, days=9))
    assert (settled.state, settled.ended_at) == (State.ADOPTED, decision.closes_at)
    assert states(decision) == [("draft", "open"), ("open", "adopted")]


def test_settling_twice_changes_nothing_more():
    decision = make_decision()
    everybody(decision)
    now = after_closing(decision)
    assert settle_all(now) == 1
    assert settle_all(now) == 0
    assert Transition.objects.count() == 2


def test_every_change_of_state_stands_in_the_audit_chain():
    decision = make_decision()
    everybody(decision)
    settle(decision=decision, now=after_closing(decision))
    kinds = list(
        AuditEntry.objects.filter(subject_id=str(decision.pk)).order_by("number").values_list("kind", flat=True)
    )
    assert kinds == ["decision.proposed", "decision.open", "decision.adopted"]
    assert set(decision.transitions.values_list("entry__kind", flat=True)) == {"decision.open", "decision.adopted"}
    assert check_community(decision.body.community).holds


def test_too_few_ballots_let_it_lapse():
    decision = make_decision()
    for member in holders(decision.body)[:2]:
        cast_ballot(decision=decision, member=member, choice="for")
    assert settle(decision=decision, now=after_closing(decision)).state == State.LAPSED


def test_a_recusal_lowers_the_quorum_base():
    decision = make_decision()
    first, second, third, fourth, _ = holders(decision.body)
    declare_interest(decision=decision, member=third, text="My employer sells it.", steps_aside=True)
    declare_interest(decision=decision, member=fourth, text="I wrote it.", steps_aside=True)
    for member in (first, second):
        cast_ballot(decision=decision, member=member, choice="for")
    with pytest.raises(Refused, match="recused"):
        cast_ballot(decision=decision, member=third, choice="for")
    settled = settle(decision=decision, now=after_closing(decision))
    assert settled.state == State.ADOPTED
    assert settled.bundle.sha256


def test_vacant_seats_count_where_the_rule_says_so():
    rule = replace(LENIENT, quorum_base="seats")
    decision = make_decision(make_body(n=3, vacant=4), rule=rule)
    everybody(decision)
    assert settle(decision=decision, now=after_closing(decision)).state == State.LAPSED


def test_a_term_that_ends_takes_the_vote_with_it():
    body = make_body()
    member = holders(body)[0]
    end = timezone.now() + timedelta(hours=2)
    member.terms.update(ends_at=end)
    decision = make_decision(body)
    with pytest.raises(Refused, match="term has ended"):
        cast_ballot(decision=decision, member=member, choice="for", now=end + timedelta(minutes=1))


def test_who_takes_a_seat_after_opening_has_no_vote():
    decision = make_decision()
    late = MemberFactory(community=decision.body.community)
    [seat] = add_seats(body=decision.body, seat_class=SeatClass.APPOINTED)
    fill_seat(seat=seat, member=late, starts_at=timezone.now(), ends_at=timezone.now() + DAY)
    with pytest.raises(Refused, match="held no seat"):
        cast_ballot(decision=decision, member=late, choice="for")


def test_the_vote_stays_open_for_as_long_as_the_rule_asks():
    decision = make_decision(open_hours=None, rule=replace(LENIENT, minimum_open_hours=48))
    with pytest.raises(Refused, match="at least 48 hours"):
        open_decision(decision=decision, open_hours=47)


def test_an_objection_waits_for_its_answer():
    decision = make_decision()
    everybody(decision)
    member = MemberFactory(community=decision.body.community)
    objection = file_objection(decision=decision, member=member, reason="Nobody asked the night workers.")
    now = after_closing(decision)
    assert settle(decision=decision, now=now).state == State.CONTESTED
    answer_matter(matter=objection, text="They were asked in May.", by=holders(decision.body)[0], now=now + DAY)
    decision.refresh_from_db()
    assert (decision.state, decision.ended_at) == (State.ADOPTED, now + DAY)


def test_an_objection_that_nobody_answers_in_time_stops_the_decision():
    decision = make_decision()
    everybody(decision)
    member = MemberFactory(community=decision.body.community)
    file_objection(decision=decision, member=member, reason="Nobody asked the night workers.")
    settled = settle(decision=decision, now=after_closing(decision, days=30))
    assert states(decision) == [("draft", "open"), ("open", "contested"), ("contested", "lapsed")]
    assert settled.ended_at == decision.closes_at + timedelta(hours=LENIENT.answer_hours)


def vetoed():
    decision = make_decision(rule=VETOABLE)
    everybody(decision)
    veto = file_veto(decision=decision, member=holders(decision.body)[2], reason="It harms the few.")
    now = after_closing(decision)
    answer_matter(matter=veto, text="The few were asked.", by=holders(decision.body)[0], now=now)
    decision.refresh_from_db()
    assert decision.state == State.OVERRIDE
    return decision, now


def test_a_veto_is_overridden_by_a_second_vote():
    decision, now = vetoed()
    everybody(decision, now=now + timedelta(hours=1))
    assert settle(decision=decision, now=now + timedelta(hours=25)).state == State.ADOPTED
    assert [after for _, after in states(decision)] == ["open", "contested", "override", "adopted"]


def test_a_veto_that_is_not_overridden_holds():
    decision, now = vetoed()
    for member in holders(decision.body)[:2]:
        cast_ballot(decision=decision, member=member, choice="for", now=now)
    assert settle(decision=decision, now=now + timedelta(hours=25)).state == State.REJECTED


def test_a_veto_needs_a_reason_and_a_seat_that_carries_it():
    decision = make_decision(rule=VETOABLE)
    with pytest.raises(Refused, match="Say why"):
        file_veto(decision=decision, member=holders(decision.body)[2], reason=" ")
    with pytest.raises(Refused, match="no right to veto"):
        file_veto(decision=decision, member=holders(decision.body)[0], reason="No.")


def test_a_withdrawn_veto_does_not_stand():
    decision = make_decision(rule=VETOABLE)
    everybody(decision)
    member = holders(decision.body)[2]
    veto = file_veto(decision=decision, member=member, reason="It harms the few.")
    with pytest.raises(Refused, match="Only who filed it"):
        withdraw_matter(matter=veto, member=holders(decision.body)[0])
    withdraw_matter(matter=veto, member=member)
    assert settle(decision=decision, now=after_closing(decision)).state == State.ADOPTED


def test_an_open_ballot_can_be_changed_until_the_vote_closes():
    decision = make_decision()
    member = holders(decision.body)[0]
    cast_ballot(decision=decision, member=member, choice="for")
    cast_ballot(decision=decision, member=member, choice="against")
    assert list(Ballot.objects.values_list("choice", "elector__member")) == [("against", member.pk)]
    with pytest.raises(Refused, match="not open"):
        cast_ballot(decision=decision, member=member, choice="for", now=after_closing(decision))


@pytest.mark.django_db(transaction=True)
def test_nothing_leads_from_a_voter_to_a_secret_ballot():
    decision = make_decision(rule=SECRET)
    for member, choice in zip(holders(decision.body), ["for", "against", "for", "abstain", "for"], strict=True):
        cast_ballot(decision=decision, member=member, choice=choice)
    ballots = Ballot.objects.filter(decision=decision)
    assert list(ballots.order_by().values_list("elector", "cast_at").distinct()) == [(None, None)]
    assert sorted(ballots.values_list("choice", flat=True)) == ["abstain", "against", "for", "for", "for"]
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(DISTINCT xmin::text) FROM governance_ballot")
        assert cursor.fetchone() == (1,)
        cursor.execute(
            "SELECT column_name FROM information_schema.columns WHERE table_name = 'governance_ballot' ORDER BY 1"
        )
        columns = [name for (name,) in cursor.fetchall()]
    assert columns == ["cast_at", "choice", "decision_id", "elector_id", "id", "round"]
    assert Voted.objects.filter(decision=decision).count() == 5
    assert {field.name for field in Voted._meta.get_fields()} == {"id", "decision", "elector", "round"}
    with pytest.raises(Refused, match="cannot be found again"):
        cast_ballot(decision=decision, member=holders(decision.body)[0], choice="for")


def test_secret_ballots_do_not_lie_in_the_order_of_voting():
    """The place in the table of the last voter's ballot is anywhere, over many votes."""
    places = set()
    for _ in range(12):
        decision = make_decision(make_body(n=4), rule=SECRET)
        for member, choice in zip(holders(decision.body), ["for", "for", "for", "against"], strict=True):
            cast_ballot(decision=decision, member=member, choice=choice)
        with connection.cursor() as cursor:
            cursor.execute("SELECT choice FROM governance_ballot WHERE decision_id = %s ORDER BY ctid", [decision.pk])
            places.add([choice for (choice,) in cursor.fetchall()].index("against"))
    assert len(places) > 1


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE governance_decision SET text = 'Something else'",
        'UPDATE governance_decision SET rule = rule || \'{"quorum": "1/100"}\'',
        "UPDATE governance_decision SET closes_at = closes_at + interval '1 day'",
        "UPDATE governance_decision SET opened_at = NULL",
        "UPDATE governance_decision SET vacant = 0, title = 'Other'",
        "UPDATE governance_decision SET state = 'override'",
        "UPDATE governance_decision SET state = 'draft'",
        "DELETE FROM governance_decision",
        "INSERT INTO governance_electorrow (decision_id, seat_id, member_id, number, seat_class, reserved_for,"
        " starts_at, ends_at) SELECT decision_id, seat_id, member_id, 99, seat_class, reserved_for, starts_at, ends_at"
        " FROM governance_electorrow LIMIT 1",
        "UPDATE governance_electorrow SET ends_at = ends_at + interval '1 year'",
        "DELETE FROM governance_voted; DELETE FROM governance_ballot; DELETE FROM governance_electorrow",
        "TRUNCATE governance_electorrow CASCADE",
        "UPDATE governance_transition SET after = 'adopted'",
        "DELETE FROM governance_transition",
    ],
)
def test_sql_cannot_change_what_was_frozen(statement):
    decision = make_decision(make_body(vacant=1))
    everybody(decision)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        with pytest.raises(DatabaseError, match="is refused"), transaction.atomic():
            cursor.execute(statement)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE governance_ballot SET choice = 'against'",
        "DELETE FROM governance_ballot",
        "INSERT INTO governance_voted (decision_id, elector_id, round) SELECT decision_id, elector_id, 1 FROM"
        " governance_voted LIMIT 1",
        "UPDATE governance_tallybundle SET sha256 = repeat('0', 64)",
        "UPDATE governance_decision SET state = 'open'",
    ],
)
def test_sql_cannot_change_a_vote_that_is_over(statement):
    decision = make_decision()
    everybody(decision)
    settle(decision=decision, now=after_closing(decision))
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        with pytest.raises(DatabaseError, match="is refused"), transaction.atomic():
            cursor.execute(statement)


def test_sql_cannot_put_a_name_on_a_secret_ballot():
    decision = make_decision(rule=SECRET)
    everybody(decision)
    with pytest.raises(DatabaseError, match="names nobody"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE governance_ballot SET cast_at = now(), elector_id = (SELECT min(id) FROM governance_electorrow)"
        )


def test_the_trigger_and_the_procedure_know_the_same_ways():
    decision = make_decision(make_body(n=1), open_hours=None)
    for before in State:
        for after in State:
            if before == after:
                continue
            with connection.cursor() as cursor:
                cursor.execute("SET session_replication_role = replica")
                cursor.execute(
                    "UPDATE governance_decision SET state = %s, opened_at = now(), closes_at = now() WHERE id = %s",
                    [before, decision.pk],
                )
                cursor.execute("RESET session_replication_role")
            try:
                with transaction.atomic():
                    Decision.objects.filter(pk=decision.pk).update(state=after)
                passed = True
            except DatabaseError:
                passed = False
            assert passed == (after in ALLOWED[before]), (before, after)


def test_withdrawing_needs_a_reason_and_ends_the_vote():
    decision = make_decision()
    with pytest.raises(Refused, match="Say why"):
        withdraw_decision(decision=decision, reason="")
    assert withdraw_decision(decision=decision, reason="The data are not ready.").state == State.WITHDRAWN


def test_the_room_that_owns_the_subject_is_told_how_it_ended():
    told = []
    subjects.register(
        subjects.Kind(
            "leaf", "Leaf", lambda *a: [], lambda *a: None, decided=lambda what, end: told.append((what, end))
        )
    )
    leaf = subjects.Reference("leaf", "3", "A leaf", "/leaf/3/", "b" * 64)
    decision = make_decision(subject=leaf)
    everybody(decision)
    settle(decision=decision, now=after_closing(decision))
    assert told == [(leaf, "adopted")]


def test_nobody_can_be_asked_where_nobody_holds_a_seat():
    body = set_up_body(community=CommunityFactory(), name="Empty", mandate="Nothing.")
    decision = propose_decision(body=body, title="T", text="X", rule=LENIENT)
    with pytest.raises(Refused, match="Nobody holds a seat"):
        open_decision(decision=decision, open_hours=24)


def test_a_seat_is_held_by_one_person_for_a_limited_number_of_terms():
    body = make_body(n=0, vacant=2, most_terms=1)
    first, second = body.seats.order_by("number")
    member = MemberFactory(community=body.community)
    now = timezone.now()
    fill_seat(seat=first, member=member, starts_at=now - 9 * DAY, ends_at=now - DAY)
    with pytest.raises(Refused, match="held 1 of at most 1 terms"):
        fill_seat(seat=second, member=member, starts_at=now, ends_at=now + DAY)
    other = MemberFactory(community=body.community)
    term = fill_seat(seat=first, member=other, starts_at=now - DAY, ends_at=now + DAY)
    with pytest.raises(Refused, match="Somebody holds this seat"):
        fill_seat(seat=first, member=MemberFactory(community=body.community), starts_at=now, ends_at=now + DAY)
    end_term(term=term, reason="Moved away.", now=now)
    fill_seat(seat=first, member=MemberFactory(community=body.community), starts_at=now, ends_at=now + DAY)
    assert body.seats.filter(terms__in=type(term).objects.running(now)).count() == 1


def test_a_draft_is_seen_by_stewards_and_the_bodys_members_only():
    decision = make_decision(open_hours=None)
    community = decision.body.community
    seen = {
        "member": Decision.objects.visible_to(MemberFactory(community=community).user).exists(),
        "steward": Decision.objects.visible_to(MemberFactory(community=community, roles=[Role.STEWARD]).user).exists(),
        "holder": Decision.objects.visible_to(holders(decision.body)[0].user).exists(),
    }
    assert seen == {"member": False, "steward": True, "holder": True}
