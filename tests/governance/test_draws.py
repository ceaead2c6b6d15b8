"""Panels by lot: what is committed to stays, the command line draws the same, and the drawn get seats."""

import json
import uuid
from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from accounts.actions.erasure import erase_member
from accounts.models import Member, Role
from governance.actions.draws import begin_draw, commit_pool, draw_panel, enter_seed, set_quotas, withdraw_draw
from governance.actions.notices import send_digests
from governance.actions.panels import answer_draw, draw_replacements, next_replacement, seat_panel
from governance.draw_files import FILES, command, file_of
from governance.errors import Refused
from governance.lots import Limit
from governance.models import AuditEntry, Draw, Opening, SeatClass, Term
from governance.queries.audit import check_community
from governance.queries.draws import Feature, Value, features_for, groups_of, members_for, panel_now
from tests.factories.accounts import CommunityFactory, ConsentFactory, ConsentTextFactory, MemberFactory
from tests.factories.draws import SEED, committed, drafted, drawn, silent
from tests.factories.governance import make_body
from tests.polyphony.commands import result_of

pytestmark = pytest.mark.django_db
LIMITS = [
    Limit("gender", "female", 3, 3),
    Limit("gender", "male", 3, 3),
    Limit("age", "18_24", 2, 3),
    Limit("age", "65_plus", 1, 2),
]


def numbers(draw):
    return sorted(one.place.name for one in panel_now(draw))


def meets(draw):
    rows = [one.place.features for one in panel_now(draw)]
    counts = [sum(row[one.feature] == one.value for row in rows) for one in LIMITS]
    return len(rows) == draw.seats and all(
        one.least <= count <= one.most for one, count in zip(LIMITS, counts, strict=True)
    )


def on_the_command_line(draw, folder, *more):
    """What `polyphony sortition` makes of the page's own files and command."""
    for name in FILES:
        (folder / name).write_text(file_of(draw, name))
    words = command(draw, "gone.csv" in more)
    assert words.startswith("polyphony sortition pool.csv --seats 6 --quotas quotas.csv --seed-text '")
    asked = ["sortition", folder / "pool.csv", "--seats", draw.seats, "--quotas", folder / "quotas.csv"]
    asked += ["--seed-text", draw.seed_text, *(part for name in more for part in ("--gone", folder / name))]
    return result_of(folder, *asked)


def test_the_page_and_the_command_line_draw_the_same_panel(tmp_path):
    draw = drawn(limits=LIMITS)
    assert meets(draw)
    told_ = on_the_command_line(draw, tmp_path)
    assert told_["panel"] == numbers(draw)
    assert told_["commitment"] == draw.commitment
    assert told_["selection_probabilities"] == dict(draw.pool.values_list("name", "chance"))


def test_a_draft_is_called_otherwise_until_its_pool_is_committed_to(client):
    draw = drafted()
    admin = MemberFactory(community=draw.community, roles=[Role.ADMIN])
    client.force_login(admin.user)
    address = reverse("governance:draw-rename", args=[draw.pk])
    sent = {"key": str(uuid.uuid4()), "title": "Panel on all buses", "purpose": "It decides."}
    client.post(address, sent)
    draw.refresh_from_db()
    assert (draw.title, draw.purpose) == ("Panel on all buses", "It decides.")
    entry = AuditEntry.objects.filter(kind="draw.renamed").get()
    assert json.loads(entry.opening.text)["payload"] == {
        "before": "Panel on night buses",
        "title": "Panel on all buses",
    }
    now = timezone.now()
    commit_pool(draw=draw, seed_source="The next lottery", seed_from=now + timedelta(hours=1), now=now)
    client.post(address, sent | {"key": str(uuid.uuid4()), "title": "Panel on trams"})
    draw.refresh_from_db()
    assert draw.title == "Panel on all buses"


def test_replacements_meet_the_quotas_and_come_out_the_same_on_the_command_line(tmp_path):
    draw = drawn(limits=LIMITS)
    for number in (1, 2):
        for one in panel_now(draw)[:2]:
            answer_draw(place=one, accepts=False)
        # Somebody who was not drawn leaves in between, and can no longer be.
        outside = draw.pool.filter(drawn=None, gone_in=None).first()
        Member.objects.filter(pk=outside.member_id).update(left_at=timezone.now())
        assert next_replacement(draw) == number
        assert len(draw_replacements(draw=draw, number=number, report=silent)) == 2
        assert meets(draw)
        outside.refresh_from_db()
        assert outside.gone_in == number
    told_ = on_the_command_line(draw, tmp_path, "gone.csv")
    assert told_["panel_now"] == numbers(draw)
    assert [len(new) for new in told_["replacements"]] == [2, 2]


def test_a_replacement_is_drawn_once_and_only_where_somebody_is_gone():
    draw = drawn(limits=LIMITS)
    with pytest.raises(Refused, match="takes part or has still to answer"):
        draw_replacements(draw=draw, number=1, report=silent)
    answer_draw(place=panel_now(draw)[0], accepts=False)
    assert draw_replacements(draw=draw, number=1, report=silent)
    assert draw_replacements(draw=draw, number=1, report=silent) == ()
    gone = draw.panel.exclude(place__gone_in=None).get()
    with pytest.raises(Refused, match="Somebody else was drawn"):
        answer_draw(place=gone, accepts=True)


def test_a_second_run_draws_nothing_new():
    draw = drawn(limits=LIMITS)
    before = numbers(draw)
    assert numbers(draw_panel(draw=draw, report=silent)) == before
    assert draw.panel.count() == 6


def test_the_seed_is_taken_once_and_not_before_its_time():
    draw = committed(limits=LIMITS)
    with pytest.raises(Refused, match="too early"):
        enter_seed(draw=draw, seed_text=SEED, now=draw.seed_from - timedelta(seconds=1))
    with pytest.raises(Refused, match="no seed"):
        draw_panel(draw=draw, report=silent)
    enter_seed(draw=draw, seed_text=SEED)
    with pytest.raises(Refused, match="written down already"):
        enter_seed(draw=draw, seed_text="a better one")


def test_the_time_of_the_seed_is_still_to_come_at_the_commitment():
    with pytest.raises(Refused, match="still to come"):
        commit_pool(draw=drafted(), seed_source="Yesterday's numbers", seed_from=timezone.now() - timedelta(days=1))


def test_quotas_that_no_panel_meets_are_named_and_nothing_is_committed_to():
    draw = drafted(limits=LIMITS)
    set_quotas(
        draw=draw,
        limits=[Limit("gender", "female", 6, 6), Limit("gender", "male", 0, 6), Limit("age", "65_plus", 5, 6)],
    )
    with pytest.raises(Refused, match=r"age=65_plus .* 8 in the pool; gender=female .* 12 in the pool"):
        commit_pool(draw=draw, seed_source="Dice", seed_from=timezone.now() + timedelta(days=1))
    draw.refresh_from_db()
    assert (draw.state, draw.pool.count()) == (Draw.State.DRAFT, 0)
    with pytest.raises(Refused, match="at least 7 are asked for, but there are 6 seats"):
        set_quotas(draw=draw, limits=[Limit("age", "18_24", 4, 6), Limit("age", "65_plus", 3, 6)])


def test_the_pool_holds_active_members_who_agreed_without_those_who_run_the_community():
    community = CommunityFactory()
    text = ConsentTextFactory(community=community)
    people = [MemberFactory(community=community) for _ in range(3)]
    MemberFactory(community=community)  # has not agreed
    others = [
        MemberFactory(community=community, roles=[Role.STEWARD]),
        MemberFactory(community=community, banned=True),
        MemberFactory(community=community, gone=True),
    ]
    for member in (*people, *others):
        ConsentFactory(member=member, text=text)
    draw = begin_draw(community=community, title="T", purpose="P", seats=1)
    assert members_for(draw) == people
    holder = make_body(community, n=1).seats.get().terms.get().member
    ConsentFactory(member=holder, text=text)
    holder.roles = []
    holder.save()
    assert members_for(draw) == people
    draw.without_seats = False
    assert members_for(draw) == [*people, holder]


def test_only_answers_that_may_be_used_for_quotas_are_used():
    draw = drafted(people=6, limits=LIMITS)
    answers = draw.questionnaire.questions.get(name="gender").answers.order_by("member")
    answers.filter(pk=answers.first().pk).update(uses=["release"])
    features = features_for(draw, members_for(draw))
    assert [row["gender"] for row in features.values()] == ["not_told", "male", "female", "male", "female", "male"]
    assert {row["region"] for row in features.values()} == {"not_told"}


def test_every_step_stands_in_the_audit_chain_without_names():
    draw = drawn(limits=LIMITS)
    answer_draw(place=panel_now(draw)[0], accepts=False)
    draw_replacements(draw=draw, number=1, report=silent)
    answer_draw(place=panel_now(draw)[0], accepts=True)
    entries = AuditEntry.objects.filter(subject_type="draw", subject_id=str(draw.pk)).order_by("number")
    verbs = ["begun", "committed", "seeded", "drawn", "declined", "replaced", "accepted"]
    assert [entry.kind for entry in entries] == [f"draw.{verb}" for verb in verbs]
    said = "".join(Opening.objects.filter(entry__in=entries).values_list("text", flat=True))
    assert not [one for one in Member.objects.all() if one.pseudonym in said]
    assert check_community(draw.community).holds


def test_those_who_accepted_get_seats_with_a_term():
    draw = drawn(limits=LIMITS)
    body = make_body(draw.community, n=0)
    vacant = body.seats.create(number=1, seat_class=SeatClass.SORTITION)
    panel = panel_now(draw)
    for one in panel[:4]:
        answer_draw(place=one, accepts=True)
    answer_draw(place=panel[4], accepts=False)
    terms = seat_panel(draw=draw, body=body, months=6, pay_cents=6000)
    assert len(terms) == 4
    assert {term.member for term in terms} == {one.place.member for one in panel[:4]}
    assert terms[0].seat == vacant
    assert {(seat.seat_class, seat.pay_cents) for seat in body.seats.exclude(pk=vacant.pk)} == {("sortition", 6000)}
    assert {term.ends_at - term.starts_at for term in terms} == {timedelta(days=180)}
    with pytest.raises(Refused, match="Nobody who accepted waits"):
        seat_panel(draw=draw, body=body, months=6)
    draw_replacements(draw=draw, number=1, report=silent)
    new = draw.panel.get(number=1)
    answer_draw(place=new, accepts=True)
    [term] = seat_panel(draw=draw, body=body, months=6)
    assert (term.member, Term.objects.filter(seat__body=body).count()) == (new.place.member, 5)
    with pytest.raises(Refused, match="hold seats"):
        withdraw_draw(draw=draw, reason="A mistake.")


def test_erasure_cuts_the_tie_and_the_place_is_drawn_again(tmp_path):
    draw = drawn(limits=LIMITS)
    one = panel_now(draw)[0]
    erase_member(member=one.place.member)
    one.place.refresh_from_db()
    assert one.place.member is None
    assert draw_replacements(draw=draw, number=1, report=silent)
    assert on_the_command_line(draw, tmp_path, "gone.csv")["panel_now"] == numbers(draw)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE governance_draw SET seats = seats + 1",
        "UPDATE governance_draw SET commitment = repeat('0', 64)",
        "UPDATE governance_draw SET seed_from = seed_from - interval '1 minute'",
        "UPDATE governance_draw SET seed_text = 'a better one'",
        "UPDATE governance_draw SET drawn_at = now()",
        "UPDATE governance_drawquota SET least = 0",
        "DELETE FROM governance_drawquota",
        "INSERT INTO governance_drawquota (draw_id, feature, value, least, most)"
        " SELECT id, 'region', 'uk', 0, 1 FROM governance_draw",
        'UPDATE governance_poolplace SET features = features || \'{"gender": "male"}\'',
        "UPDATE governance_poolplace SET chance = 1",
        "UPDATE governance_poolplace SET name = 'x'",
        "UPDATE governance_poolplace SET member_id = (SELECT max(id) FROM accounts_member) WHERE name = 'p1'",
        "INSERT INTO governance_poolplace (draw_id, name, features) SELECT id, 'x', '{}' FROM governance_draw",
        "DELETE FROM governance_panelplace",
        "UPDATE governance_panelplace SET number = 7",
        "TRUNCATE governance_panelplace",
    ],
)
def test_sql_cannot_change_what_was_committed_to(statement):
    MemberFactory(community=drawn(people=8, seats=2, limits=[Limit("gender", "female", 1, 1)]).community)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        with pytest.raises(DatabaseError, match="is refused"), transaction.atomic():
            cursor.execute(statement)


def test_groups_that_are_too_small_stand_together():
    pool = [type("Place", (), {"features": {"x": code}, "chance": 0.1})() for code in "aaaaaabbbbbbbccd"]
    feature = Feature("x", "X?", (Value("a", "A", 6), Value("b", "B", 7), Value("c", "C", 2), Value("d", "D", 1)))
    groups = groups_of([feature], pool, 5)["X?"]
    assert [(one.words, one.people, len(one.chances)) for one in groups] == [("A, C, D", 9, 9), ("B", 7, 7)]


def test_a_pool_of_everybody_without_quotas_gives_equal_chances():
    draw = drawn(people=10, seats=2)
    assert list(draw.pool.values_list("chance", flat=True)) == [pytest.approx(0.2)] * 10


def test_the_api_tells_numbers_and_neither_names_nor_what_people_told(client):
    draw = drawn(limits=LIMITS)
    told = client.get(f"/api/v1/draws/{draw.pk}/").json()
    assert told["commitment"] == draw.commitment
    assert sorted(one["person"] for one in told["panel"]) == numbers(draw)
    assert not set(told["panel"][0]) & {"member", "features", "chance"}
    assert client.get("/api/v1/draws/").json()["count"] == 1
    assert client.get(f"/draws/{draw.pk}/pool.csv").status_code == 404


def test_who_was_drawn_finds_the_question_in_the_inbox_and_in_the_weekly_mail(client, mailoutbox):
    draw = drawn(limits=LIMITS)
    one = panel_now(draw)[0]
    client.force_login(one.place.member.user)
    assert "You were drawn: do you take part?" in client.get("/inbox/").content.decode()
    send_digests()
    assert {mail.to[0] for mail in mailoutbox} == {other.place.member.user.email for other in panel_now(draw)}
    address = f"/draws/{draw.pk}/places/{one.pk}/answer/"
    client.post(address, {"key": str(uuid.uuid4()), "answer": "accept"})
    one.refresh_from_db()
    assert one.answer == "accepted"
    assert "You were drawn" not in client.get("/inbox/").content.decode()
    others = f"/draws/{draw.pk}/places/{panel_now(draw)[1].pk}/answer/"
    assert client.post(others, {"key": str(uuid.uuid4()), "answer": "decline"}).status_code == 404


def test_the_inbox_of_an_admin_names_draws_that_can_go_on(client):
    draw = committed(limits=LIMITS)
    client.force_login(MemberFactory(community=draw.community, roles=[Role.ADMIN]).user)
    assert "Draw the panel" in client.get("/inbox/").content.decode()
    draw = draw_panel(draw=enter_seed(draw=draw, seed_text=SEED), report=silent)
    assert draw.title not in client.get("/inbox/").content.decode()
    answer_draw(place=panel_now(draw)[0], accepts=False)
    assert "Draw for who declined" in client.get("/inbox/").content.decode()
    draw_replacements(draw=draw, number=1, report=silent)
    assert draw.title not in client.get("/inbox/").content.decode()


def test_what_was_never_committed_to_is_seen_by_admins_only():
    draw = drafted(people=2, seats=1)
    admin = MemberFactory(community=draw.community, roles=[Role.ADMIN]).user
    steward = MemberFactory(community=draw.community, roles=[Role.STEWARD]).user
    for given_up in (False, True):
        if given_up:
            withdraw_draw(draw=draw, reason="A mistake.")
        assert [Draw.objects.visible_to(user).count() for user in (admin, steward)] == [1, 0]
    other = committed(draw.community, people=2, seats=1)
    withdraw_draw(draw=other, reason="The lottery was called off.")
    assert list(Draw.objects.visible_to(steward)) == [other]
