"""Telling about oneself, one question a page."""

import pytest
from django.test import Client

from accounts.actions import add_questionnaire
from accounts.models import DemographicAnswer
from accounts.questionnaires import MINIMAL, PRISM_LIKE
from tests.factories.accounts import MemberFactory

pytestmark = pytest.mark.django_db
ADDRESS = "/me/questionnaires/about-you/"


@pytest.fixture
def person(client: Client) -> Client:
    member = MemberFactory()
    add_questionnaire(community=member.community, text=MINIMAL)
    client.force_login(member.user)
    return client


def test_a_person_walks_through_and_looks_over_their_answers(person: Client) -> None:
    started = person.post(ADDRESS, {"uses": ["quotas"]})
    assert started.headers["Location"] == f"{ADDRESS}age/"
    page = person.get(f"{ADDRESS}age/")
    assert page.context["form"].initial["uses"] == ["quotas"]
    nothing = person.post(f"{ADDRESS}age/", {"uses": ["quotas"]})
    assert nothing.status_code == 400
    assert 'href="#id_choice_0"' in nothing.content.decode()
    assert (
        person.post(f"{ADDRESS}age/", {"choice": "25_34", "uses": ["quotas"]}).headers["Location"].endswith("gender/")
    )
    wordless = person.post(f"{ADDRESS}gender/", {"choice": "_own_words"})
    assert "Write how you describe it" in wordless.content.decode()
    answered = person.post(f"{ADDRESS}gender/", {"choice": "_own_words", "own_words": "enby"})
    assert answered.headers["Location"].endswith("region/")
    assert person.post(f"{ADDRESS}region/", {"choice": "_declined"}).headers["Location"] == ADDRESS
    overview = person.get(ADDRESS).content.decode()
    for words in ("25 to 34", "enby", "You prefer not to say", "That was all"):
        assert words in overview
    person.post(f"{ADDRESS}age/?change", {"choice": "65_plus"})
    person.post(f"{ADDRESS}gender/take-back/")
    kept = DemographicAnswer.objects.order_by("question__position").values_list("status", "raw", "uses")
    assert list(kept) == [("answered", "65 or older", []), ("withdrawn", "", []), ("declined", "", [])]


def test_the_last_answer_leads_back_to_the_page_that_asked_for_it(person: Client) -> None:
    assert "Back to" not in person.get(f"{ADDRESS}?next=/studies/x/start/").content.decode()
    person.post(ADDRESS, {"uses": ["quotas"]})
    for name in ("age", "gender"):
        assert person.post(f"{ADDRESS}{name}/", {"choice": "_declined"}).headers["Location"].startswith(ADDRESS)
    assert person.post(f"{ADDRESS}region/", {"choice": "_declined"}).headers["Location"] == "/studies/x/start/"
    assert person.post(f"{ADDRESS}region/?change", {"choice": "_declined"}).headers["Location"] == ADDRESS


def test_it_leads_to_no_other_site(person: Client) -> None:
    person.get(f"{ADDRESS}?next=https://elsewhere.example/")
    for name in ("age", "gender"):
        person.post(f"{ADDRESS}{name}/", {"choice": "_declined"})
    assert person.post(f"{ADDRESS}region/", {"choice": "_declined"}).headers["Location"] == ADDRESS


def test_answers_that_contradict_themselves_are_sent_back(person: Client, client: Client) -> None:
    member = MemberFactory()
    add_questionnaire(community=member.community, text=PRISM_LIKE)
    client.force_login(member.user)
    address = "/me/questionnaires/about-you-in-more-detail/"
    both = client.post(f"{address}employment/", {"choices": ["student"], "declined": "on"})
    assert both.status_code == 400
    assert "Take one of them away" in both.content.decode()
    assert client.post(f"{address}employment/", {"choices": ["home", "unheard-of"]}).status_code == 400
    assert client.post(f"{address}religion/", {"own_words": "  "}).status_code == 400
    assert client.post(f"{address}religion/", {"declined": "on"}).status_code == 302


def test_questions_that_are_not_asked_here_are_not_there(person: Client) -> None:
    assert person.get(f"{ADDRESS}shoe-size/").status_code == 404
    assert person.get("/me/questionnaires/unheard-of/").status_code == 404
    assert person.post(f"{ADDRESS}age/take-back/").status_code == 404
    stranger = Client()
    assert stranger.get(ADDRESS).headers["Location"].startswith("/door/")
    stranger.force_login(MemberFactory().user)
    assert stranger.get(ADDRESS).status_code == 404
