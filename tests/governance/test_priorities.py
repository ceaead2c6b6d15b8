"""What a community wants studied first: who orders it, and where researchers find it."""

import pytest
from django.test import Client

from accounts.models import Role
from governance.actions.comal import order_studies
from governance.models import AuditEntry
from tests.factories.accounts import CommunityFactory, MemberFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def community():
    found = CommunityFactory()
    steward = MemberFactory(community=found, roles=[Role.STEWARD])
    rows = [{"domain": "Advice on health", "groups": "carers", "why": "Few answered."}, {"domain": "Night buses"}]
    order_studies(community=found, rows=[{"domain": "Schools"}], by=steward)
    order_studies(community=found, rows=rows, by=steward)
    return found


def as_(member):
    client = Client()
    client.force_login(member.user)
    return client


def test_researchers_find_the_order_on_their_home_page_and_above_their_studies(community):
    client = as_(MemberFactory(community=community, roles=[Role.RESEARCHER]))
    assert "/study-order/" in client.get("/").content.decode()
    assert (
        "<h2>What to study first</h2>" in client.get("/study-order/", headers={"HX-Request": "true"}).content.decode()
    )
    for page in (
        client.get("/study-order/", headers={"HX-Request": "true"}).content.decode(),
        client.get("/study-order/").content.decode(),
        client.get("/studies/").content.decode(),
    ):
        assert page.index("Advice on health") < page.index("Night buses")
        assert "ask carers" in page
        assert "Schools" not in page, "the order before is not in force any more"
    assert AuditEntry.objects.filter(kind="priorities.ordered").count() == 2


def test_those_who_run_no_studies_are_not_shown_it(community):
    client = as_(MemberFactory(community=community))
    assert "/study-order/" not in client.get("/").content.decode()
    assert "Advice on health" not in client.get("/study-order/").content.decode()
    assert "Advice on health" not in client.get("/studies/").content.decode()


def test_an_order_is_shown_in_its_own_community_alone(community):
    client = as_(MemberFactory(roles=[Role.RESEARCHER]))
    page = client.get("/study-order/").content.decode()
    assert "has said yet what should be studied first" in page
    assert "Advice on health" not in page
