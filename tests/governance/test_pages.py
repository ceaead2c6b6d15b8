"""The pages of bodies and decisions: what people do there, and what nobody sees before a vote has closed."""

import json
import uuid
from dataclasses import replace
from datetime import timedelta
from fractions import Fraction

import pytest
from django.utils import timezone

from accounts.models import Role, Submission
from governance.actions.decisions import open_decision, settle
from governance.actions.voting import cast_ballot
from governance.models import AuditEntry, Ballot, Body, Decision, Interest, Term, Veto
from governance.procedure import Rule, State
from polyphony import verify_tally
from tests.factories.accounts import CommunityFactory, MemberFactory
from tests.factories.governance import holders, make_body, make_decision
from tests.governance.test_decisions import SECRET, VETOABLE, after_closing, everybody

pytestmark = pytest.mark.django_db


def send(client, address, **given):
    return client.post(address, {"key": str(uuid.uuid4()), **given}, follow=True)


def test_a_member_votes_and_changes_the_vote(client):
    decision = make_decision()
    client.force_login(holders(decision.body)[0].user)
    address = decision.get_absolute_url()
    assert "Your vote is in the box" in send(client, f"{address}vote/", choice="for").content.decode()
    page = send(client, f"{address}vote/", choice="against").content.decode()
    assert "You voted <strong>against</strong>" in page
    assert list(Ballot.objects.values_list("choice", flat=True)) == ["against"]


def test_the_same_key_votes_once(client):
    decision = make_decision(rule=SECRET)
    client.force_login(holders(decision.body)[0].user)
    sent = {"key": str(uuid.uuid4()), "choice": "for"}
    for _ in range(2):
        client.post(f"{decision.get_absolute_url()}vote/", sent)
    assert Ballot.objects.count() == 1


def test_the_kept_reply_of_a_secret_vote_does_not_tell_the_choice(client):
    """Two who voted differently leave the same hash, so that it cannot be guessed from the three choices."""
    decision = make_decision(rule=SECRET)
    for member, choice in zip(holders(decision.body), ["for", "against"], strict=False):
        client.force_login(member.user)
        send(client, f"{decision.get_absolute_url()}vote/", choice=choice)
    kept = Submission.objects.all()
    assert kept.values("body_sha256").distinct().count() == 1
    assert {json.dumps(one.reply) for one in kept} == {'{"made": null}'}


@pytest.mark.parametrize("rule", [SECRET, VETOABLE])
def test_nobody_sees_how_a_vote_goes_before_it_closes(client, rule, caplog, mailoutbox):
    """Five voters, of whom four are for it: no page or answer differs from what it says with other votes."""
    decision = make_decision(rule=rule)
    people = holders(decision.body)
    viewers = [None, people[4], MemberFactory(community=decision.body.community, roles=[Role.ADMIN, Role.AUDITOR])]
    addresses = [
        decision.get_absolute_url(),
        decision.body.get_absolute_url(),
        "/decisions/",
        "/inbox/waiting/",
        f"/communities/{decision.body.community.slug}/audit/",
        f"/communities/{decision.body.community.slug}/audit/chain.json",
        f"/communities/{decision.body.community.slug}/governance/",
    ]

    def seen():
        pages = []
        for viewer in viewers:
            client.logout()
            if viewer:
                client.force_login(viewer.user)
            pages += [scrub(client.get(address).content.decode()) for address in addresses]
        return pages

    before = seen()
    for member, choice in zip(people[:4], ["for", "for", "against", "abstain"], strict=True):
        cast_ballot(decision=decision, member=member, choice=choice)
    assert seen() == before
    assert client.get(f"{decision.get_absolute_url()}tally.json").status_code == 404
    assert not mailoutbox
    assert not [record for record in caplog.records if "for" in record.getMessage().split()]


def scrub(page):
    """A page without the tokens that change with every request."""
    lines = page.splitlines()
    return [line for line in lines if not any(word in line for word in ("csrf", "nonce", 'name="key"', "X-CSRFToken"))]


def test_the_page_shows_the_result_once_the_time_is_over_without_any_worker(client):
    decision = make_decision(now=timezone.now() - timedelta(hours=23, minutes=59), open_hours=24)
    everybody(decision)
    assert "The result" not in client.get(decision.get_absolute_url()).content.decode()
    late = make_decision(now=timezone.now() - timedelta(days=2), open_hours=24)
    everybody(late, now=timezone.now() - timedelta(days=2))
    page = client.get(late.get_absolute_url()).content.decode()
    assert "Adopted." in page
    assert "5 for, 0 against, 0 abstained" in page
    assert Decision.objects.get(pk=late.pk).state == State.OPEN


def test_the_tally_is_downloaded_and_verified_by_the_downloaded_verifier(client, tmp_path):
    decision = make_decision(now=timezone.now() - timedelta(days=2), open_hours=24)
    everybody(decision, now=timezone.now() - timedelta(days=2))
    data = client.get(f"{decision.get_absolute_url()}tally.json").content
    assert verify_tally.verify(data)["result"]["state"] == "adopted"
    code = b"".join(client.get("/verify_tally.py").streaming_content)
    compile(code, "verify_tally.py", "exec")


def test_the_whole_way_from_a_body_to_an_override(client):
    """An admin sets up a body; a decision is vetoed, the veto answered and overridden; the public page shows it."""
    community = CommunityFactory()
    admin = MemberFactory(community=community, roles=[Role.ADMIN])
    client.force_login(admin.user)
    send(client, f"/communities/{community.slug}/bodies/new/", name="Panel on assistants", mandate="It decides.")
    body = Body.objects.get()
    send(client, f"/bodies/{body.slug}/seats/", n=4, seat_class="elected")
    send(client, f"/bodies/{body.slug}/seats/", n=1, seat_class="reserved", reserved_for="Night workers")
    people = [MemberFactory(community=community) for _ in range(5)]
    for seat, member in zip(body.seats.order_by("number"), people, strict=True):
        send(client, f"/bodies/{body.slug}/seats/fill/", seat=seat.pk, member=member.pseudonym, months=12)
    send(
        client,
        f"/bodies/{body.slug}/decisions/new/",
        title="Assistants say when they do not know",
        text="An assistant says plainly when it does not know something.",
        quorum="1/2",
        quorum_base="eligible",
        threshold="2/3",
        threshold_base="decisive",
        minimum_open_hours=24,
        veto_classes=["reserved"],
        override="3/5",
    )
    decision = Decision.objects.get()
    address = decision.get_absolute_url()
    send(client, f"{address}open/", open_hours=24)
    for member in people[:3]:
        client.force_login(member.user)
        send(client, f"{address}vote/", choice="for")
    client.force_login(people[3].user)
    send(client, f"{address}interest/", text="I sell assistants.", steps_aside="on")
    client.force_login(people[4].user)
    send(client, f"{address}veto/", reason="It was not tried at night.")
    assert (Interest.objects.get().is_recused, Veto.objects.count()) == (True, 1)
    client.force_login(admin.user)
    send(client, f"{address}veto/{Veto.objects.get().pk}/answer/", text="It was tried in May.")
    settled = settle(decision=decision, now=after_closing(decision := Decision.objects.get()))
    assert settled.state == State.OVERRIDE
    for member in people[:3]:
        cast_ballot(decision=decision, member=member, choice="for", now=after_closing(decision, minutes=2))
    assert settle(decision=decision, now=after_closing(decision, days=4)).state == State.ADOPTED
    client.logout()
    page = client.get(address).content.decode()
    for words in (
        "Adopted.",
        "It was not tried at night.",
        "It was tried in May.",
        "stepped aside",
        "3 for, 0 against",
    ):
        assert words in page


def test_the_inbox_names_what_waits(client):
    decision = make_decision()
    member = holders(decision.body)[0]
    member.terms.update(ends_at=timezone.now() + timedelta(days=7))
    client.force_login(member.user)
    page = client.get("/inbox/").content.decode()
    assert "Publish the data set" in page
    assert "Your seat 1 ends" in page
    cast_ballot(decision=decision, member=member, choice="for")
    assert "Publish the data set" not in client.get("/inbox/").content.decode()


def test_who_has_no_seat_cannot_vote(client):
    decision = make_decision()
    client.force_login(MemberFactory(community=decision.body.community).user)
    page = send(client, f"{decision.get_absolute_url()}vote/", choice="for").content.decode()
    assert "You held no seat" in page
    assert not Ballot.objects.exists()


def test_evidence_needs_a_title_and_an_address(client):
    body = make_body()
    client.force_login(holders(body)[0].user)
    page = send(client, f"/bodies/{body.slug}/decisions/new/", title="T", text="X", evidence="nothing")
    assert "has no title followed by an address" in page.content.decode()


def test_a_draft_is_changed_until_the_vote_is_opened(client):
    decision = make_decision(open_hours=None, rule=replace(VETOABLE, secret=True, minimum_open_hours=72))
    client.force_login(holders(decision.body)[0].user)
    address = f"{decision.get_absolute_url()}change/"
    form = client.get(address).context["form"]
    same = {name: form[name].value() for name in form.fields if name not in {"key", "secret"}}
    same = {name: value for name, value in same.items() if value is not None}
    send(client, address, **same | {"text": "The data set is published in May.", "threshold": "2/3"})
    changed = Decision.objects.get()
    assert changed.text == "The data set is published in May."
    rule = Rule.from_json(changed.rule)
    assert (rule.threshold, rule.more_than, rule.secret) == (Fraction(2, 3), False, False)
    assert (rule.veto_classes, rule.override_hours) == (("reserved",), 24)
    assert AuditEntry.objects.filter(kind="decision.changed", subject_id=str(decision.pk)).exists()
    open_decision(decision=changed, open_hours=72)
    assert client.get(address).status_code == 404


def test_a_seat_that_is_drawn_by_lot_is_not_filled_by_hand(client):
    body = make_body(n=0, vacant=2)
    elected, drawn = body.seats.order_by("number")
    member = MemberFactory(community=body.community)
    client.force_login(MemberFactory(community=body.community, roles=[Role.ADMIN]).user)
    for seat in (drawn, elected):
        send(client, f"/bodies/{body.slug}/seats/fill/", seat=seat.pk, member=member.pseudonym, months=12)
    assert list(Term.objects.values_list("seat", flat=True)) == [elected.pk]
