"""Dense panels: drawn by lot, asked first, aggregated as dense."""

import pytest
from django.urls import reverse

from accounts.models import Role, Use
from aggregation import sources
from aggregation.pipelines.outcome import silent
from aggregation.pipelines.slate import compute
from aggregation.sources import NotGiven
from deliberation import actions
from deliberation.actions.panels import close_panel, draw_panel
from deliberation.errors import Refused
from deliberation.models import Participation
from deliberation.queries.statements import next_statement
from tests.factories.accounts import DemographicAnswerFactory, MemberFactory, QuestionFactory
from tests.factories.deliberation import ConversationFactory, StatementFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def place():
    """A conversation with ten statements; eight people voted on one of them each."""
    conversation = ConversationFactory()
    statements = [StatementFactory(conversation=conversation, number=number) for number in range(10)]
    members = [MemberFactory(community=conversation.community) for _ in range(8)]
    for member in members:
        actions.cast_vote(member=member, statement=statements[0], value=1)
    return conversation, statements, members


def draw(conversation, **more):
    asked = {"numbers": [2, 4, 6], "size": 4, "seed": 3, "drawn_by": None}
    return draw_panel(conversation=conversation, **(asked | more))


def test_the_same_seed_draws_the_same_people(place):
    conversation, _, _ = place
    first, second, third = draw(conversation), draw(conversation), draw(conversation, seed=4)
    seats = [list(panel.seats.values_list("member", flat=True)) for panel in (first, second, third)]
    assert seats[0] == seats[1] != seats[2]
    assert [panel.number for panel in (first, second, third)] == [1, 2, 3]
    assert first.drawn_from == 8


def test_what_cannot_be_drawn_or_asked_is_refused(place):
    conversation, _, _ = place
    with pytest.raises(Refused, match="9 people cannot be drawn: from 3 to the 8"):
        draw(conversation, size=9)
    with pytest.raises(Refused, match="People cannot vote on 99"):
        draw(conversation, numbers=[2, 99])


def test_people_of_a_panel_see_the_shortlist_first_until_it_is_closed(place):
    conversation, _, members = place
    panel = draw(conversation)
    drawn = panel.seats.first().member
    outside = next(m for m in members if not panel.seats.filter(member=m).exists())
    asked = set()
    for _ in range(3):
        statement = next_statement(conversation, drawn)
        asked.add(statement.number)
        actions.cast_vote(member=drawn, statement=statement, value=1)
    assert asked == {2, 4, 6}
    assert panel.seats.with_progress().get(member=drawn).voted == 3
    other = panel.seats.last().member
    close_panel(panel=panel)
    assert {next_statement(conversation, other).number for _ in range(40)} > {2, 4, 6}
    assert {next_statement(conversation, outside).number for _ in range(40)} > {2, 4, 6}


def test_a_slate_from_a_panel_is_certified_as_dense(place):
    conversation, statements, _ = place
    user = MemberFactory(community=conversation.community, roles=[Role.RESEARCHER]).user
    panel = draw(conversation)

    def material():
        return sources.find_material(user, "conversation", conversation.slug)

    assert [question.key for question in material().questions()] == ["agreement", "panel-1"]
    with pytest.raises(NotGiven, match="Nobody of the panel has voted on the whole shortlist"):
        material().votes("panel-1")
    done = [seat.member for seat in panel.seats.all()][:3]
    for place_, member in enumerate(done):
        for number in (2, 4, 6):
            actions.cast_vote(member=member, statement=statements[number], value=1 if number == 2 * place_ + 2 else -1)
    votes = material().votes("panel-1")
    numbers = Participation.objects.filter(member__in=done).order_by("number").values_list("number", flat=True)
    assert votes.people.ids == tuple(str(number) for number in numbers)
    assert votes.candidates == ("2", "4", "6")
    found = compute(votes, {"rule": "mes", "k": 2, "missing": "refuse", "selection": {}}, seed=0, tell=silent).result
    assert {one["scope"] for one in found["certificates"]} == {"dense"}


def test_organisers_draw_and_follow_a_panel_in_the_browser(place, client):
    import uuid

    conversation, _, members = place
    organiser = MemberFactory(community=conversation.community, roles=[Role.RESEARCHER])
    address = reverse("deliberation:panels", args=[conversation.slug])
    client.force_login(members[0].user)
    assert client.get(address).status_code == 404
    client.force_login(organiser.user)
    sent = {"key": str(uuid.uuid4()), "numbers": "2, 4 6", "size": "4", "seed": "1"}
    assert "choose statements that are shown" in client.post(address, sent | {"numbers": "77"}).content.decode()
    answer = client.post(address, sent | {"key": str(uuid.uuid4())})
    page = client.get(answer["Location"]).content.decode()
    assert "0 people of 4 have voted on the whole shortlist" in page
    assert "Panel 1" in client.get(address).content.decode()
    close = reverse("deliberation:panel-close", args=[conversation.slug, 1])
    assert client.post(close).status_code == 302
    assert conversation.panels.get().closed_at is not None


def test_each_group_has_its_share_of_the_seats(place):
    conversation, statements, members = place
    for number, member in enumerate(members):
        for statement in statements[1:6]:
            actions.cast_vote(member=member, statement=statement, value=1 if number < 6 else -1)
    demographics = {member: "many" if number < 6 else "few" for number, member in enumerate(members)}
    question = QuestionFactory(
        questionnaire__community=conversation.community,
        name="crowd",
        text="Which crowd?",
        options=[{"code": "many", "text": "many"}, {"code": "few", "text": "few"}],
    )
    for member, code in demographics.items():
        DemographicAnswerFactory(member=member, question=question, codes=[code], uses=[Use.ANALYSIS])
    for seed in range(5):
        panel = draw(conversation, seed=seed, strata=["crowd"])
        drawn = [demographics[seat.member] for seat in panel.seats.all()]
        assert (drawn.count("many"), drawn.count("few")) == (3, 1)
        assert panel.strata == [{"key": "crowd", "title": "Which crowd?"}]
    with pytest.raises(Refused, match="not grouped by shoe size"):
        draw(conversation, strata=["shoe size"])
