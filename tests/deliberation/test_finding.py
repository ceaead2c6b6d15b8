"""Where people find conversations: the home page, their community's page, and the list of all."""

import pytest
from django.test import Client
from django.urls import reverse

from deliberation.models import Conversation
from tests.factories.accounts import CommunityFactory, MemberFactory
from tests.factories.deliberation import ConversationFactory

pytestmark = pytest.mark.django_db
HTMX = {"headers": {"HX-Request": "true"}}


def fragment(name: str, *arguments: str, client: Client | None = None) -> str:
    response = (client or Client()).get(reverse(name, args=arguments), **HTMX)
    assert response.status_code == 200
    return response.content.decode()


def test_the_home_page_leads_to_what_is_open():
    community = CommunityFactory(is_public=True)
    for status in Conversation.Status:
        ConversationFactory(community=community, title=f"It is {status}", status=status)
    assert reverse("deliberation:open-now") in Client().get("/").content.decode()
    shown = fragment("deliberation:open-now")
    assert "It is open" in shown
    assert "It is closed" not in shown
    assert "It is draft" not in shown
    assert "<html" not in shown


def test_without_a_script_the_fragments_are_pages():
    community = CommunityFactory(is_public=True)
    conversation = ConversationFactory(community=community)
    for address in (reverse("deliberation:open-now"), reverse("deliberation:of-community", args=[community.slug])):
        page = Client().get(address).content.decode()
        assert "<h1>" in page
        assert conversation.get_absolute_url() in page


def test_a_community_shows_its_own_conversations_open_ones_first():
    community = CommunityFactory(is_public=True)
    ConversationFactory(community=community, title="Opened first", status=Conversation.Status.OPEN)
    ConversationFactory(community=community, title="Over by now", status=Conversation.Status.CLOSED)
    ConversationFactory(community=CommunityFactory(is_public=True), title="Somebody else's")
    shown = fragment("deliberation:of-community", community.slug)
    assert shown.index("Opened first") < shown.index("Over by now")
    assert "Somebody else" not in shown
    page = Client().get(reverse("accounts:community", args=[community.slug])).content.decode()
    assert reverse("deliberation:of-community", args=[community.slug]) in page


def test_what_is_private_is_found_by_members_alone():
    conversation = ConversationFactory(community=CommunityFactory(is_public=False), title="Among ourselves")
    member = Client()
    member.force_login(MemberFactory(community=conversation.community).user)
    assert "Among ourselves" in fragment("deliberation:open-now", client=member)
    assert "Among ourselves" not in fragment("deliberation:open-now")
    address = reverse("deliberation:of-community", args=[conversation.community.slug])
    assert Client().get(address).status_code == 404


def test_nothing_open_says_what_to_do():
    community = CommunityFactory(is_public=True)
    assert "No conversation is open now" in fragment("deliberation:open-now")
    assert "Nothing has been opened here yet" in fragment("deliberation:of-community", community.slug)
