"""A steering body in the demo community, with one decision that is open and one that was adopted over a veto."""

from datetime import datetime, timedelta
from fractions import Fraction

from django.db import transaction
from django.utils import timezone

from accounts.demo import COMMUNITY
from accounts.models import Community, Member
from governance.actions.audit import publish_head
from governance.actions.bodies import add_seats, fill_seat, set_up_body
from governance.actions.decisions import open_decision, propose_decision, settle
from governance.actions.voting import (
    answer_matter,
    cast_ballot,
    declare_interest,
    file_objection,
    file_veto,
    write_comment,
)
from governance.demo.draws import draw_seats, prepare_next
from governance.models import Body, SeatClass, Term
from governance.procedure import Rule

NAME = "Steering body"
MANDATE = (
    "Nine people decide for this community which data and models are released, which rules an assistant should follow,"
    " and what is evaluated first.\n\nThey may not see who answered what, and they may not change what people said."
)
SEATS = (
    (SeatClass.ELECTED, "", 3),
    (SeatClass.SORTITION, "", 4),
    (SeatClass.RESERVED, "People under 25", 1),
    (SeatClass.APPOINTED, "", 1),
)
RULE = Rule(
    quorum=Fraction(1, 2),
    threshold=Fraction(2, 3),
    threshold_base="decisive",
    more_than=False,
    minimum_open_hours=72,
    veto_classes=(SeatClass.RESERVED.value,),
    override=Fraction(2, 3),
    override_hours=72,
)


@transaction.atomic
def load_bodies() -> bool:
    """Make the body and its decisions; False where it stands already or the demo community is missing."""
    community = Community.objects.filter(slug=COMMUNITY).first()
    if community is None or Body.objects.filter(community=community, name=NAME).exists():
        return False
    steward = Member.objects.get(community=community, user__username="demo-steward")
    admin = Member.objects.get(community=community, user__username="demo-admin")
    generated = Member.objects.filter(community=community, is_synthetic=True)
    others = list(generated.exclude(user__username__startswith="demo-").order_by("id")[:5])
    now = timezone.now()
    body = set_up_body(community=community, name=NAME, mandate=MANDATE, by=admin)
    for seat_class, reserved_for, n in SEATS:
        add_seats(
            body=body,
            n=n,
            seat_class=seat_class,
            reserved_for=reserved_for,
            most_terms=2,
            pay_cents=6000,
            currency="EUR",
            by=admin,
        )
    # Three elected, one reserved; four are drawn; the ninth seat is vacant.
    elected = body.seats.filter(seat_class__in=[SeatClass.ELECTED, SeatClass.RESERVED]).order_by("number")
    for seat, member in zip(elected, [steward, *others[:3]], strict=True):
        fill_seat(
            seat=seat,
            member=member,
            starts_at=now - timedelta(days=120),
            ends_at=now + timedelta(days=21 if seat.number == 1 else 245),
            by=admin,
        )
    draw_seats(body, admin=admin, begin=now - timedelta(days=130))
    prepare_next(community, admin)
    people = holders(body)
    _adopted(body, people, admin, objector=others[4], begin=now - timedelta(days=40))
    _open(body, people, commenter=others[4], begin=now - timedelta(days=2))
    publish_head(community=community)
    return True


def holders(body: Body) -> list[Member]:
    """Who holds the seats now, by number."""
    running = Term.objects.running().filter(seat__body=body).select_related("member", "seat")
    return [term.member for term in running.order_by("seat__number")]


def _adopted(body: Body, people: list[Member], admin: Member, *, objector: Member, begin: datetime) -> None:
    """Everything that can happen on the way: a recusal, an objection, a veto and its override."""
    decision = propose_decision(
        body=body,
        title="Assistants say when they do not know",
        text="An assistant should say plainly when it does not know something, and what would help to find out.",
        reasons="All opinion groups agree with it. Against it speaks that too many caveats tire people.",
        evidence=[
            {"title": "What the conversation shows", "address": "/conversations/assistants/results/", "sha256": ""}
        ],
        rule=RULE,
        proposed_by=people[0],
    )
    open_decision(decision=decision, open_hours=168, by=admin, now=begin)
    declare_interest(
        decision=decision,
        member=people[4],
        text="I work for a company that sells assistants.",
        steps_aside=True,
        now=begin + timedelta(hours=5),
    )
    for place, choice in {0: "for", 1: "for", 2: "for", 3: "against", 5: "for"}.items():
        cast_ballot(decision=decision, member=people[place], choice=choice, now=begin + timedelta(hours=6 + place))
    objection = file_objection(
        decision=decision,
        member=objector,
        reason="Nobody has tried how this sounds to people who are looking for help at night.",
        now=begin + timedelta(hours=30),
    )
    veto = file_veto(
        decision=decision,
        member=people[7],
        reason="For young people “I do not know” is often the end of the conversation. Say where to ask instead.",
        now=begin + timedelta(hours=40),
    )
    closed = decision_closes(begin)
    answer_matter(
        matter=objection, text="The text asks to say what would help; it is tried in March.", by=people[0], now=closed
    )
    answer_matter(
        matter=veto,
        text="We share the concern. A second principle on naming real help is being drafted.",
        by=people[0],
        now=closed + timedelta(hours=20),
    )
    for member in (*people[:4], people[5]):
        cast_ballot(decision=decision, member=member, choice="for", now=closed + timedelta(hours=30))
    settle(decision=decision)


def decision_closes(begin: datetime) -> datetime:
    """When the adopted decision's vote closed."""
    return begin + timedelta(hours=168)


def _open(body: Body, people: list[Member], *, commenter: Member, begin: datetime) -> None:
    """A secret vote that is going on; the demo steward has not voted yet."""
    decision = propose_decision(
        body=body,
        title="Publish the answers of the conversation on assistants",
        text="The votes of the conversation on assistants are published without names, with groups of five or more.",
        reasons="Researchers ask for them. Against it speaks that small groups might be recognised.",
        evidence=[{"title": "The conversation", "address": "/conversations/assistants/", "sha256": ""}],
        rule=Rule(
            quorum=RULE.quorum,
            threshold=RULE.threshold,
            more_than=False,
            minimum_open_hours=72,
            veto_classes=RULE.veto_classes,
            override=RULE.override,
            secret=True,
        ),
        proposed_by=people[1],
    )
    open_decision(decision=decision, open_hours=336, by=people[1], now=begin)
    for member, choice in zip(people[1:4], ("for", "against", "for"), strict=True):
        cast_ballot(decision=decision, member=member, choice=choice, now=begin + timedelta(hours=8))
    file_objection(
        decision=decision,
        member=commenter,
        reason="Five is too few in a town as small as ours.",
        now=begin + timedelta(hours=9),
    )
    write_comment(decision=decision, member=people[2], text="Could we see how many cells would be hidden?")
