"""Commands that found communities and make links."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from accounts.actions import find_entry_link, use_entry_link
from accounts.models import Community, Role
from tests.factories.accounts import CommunityFactory, UserFactory

pytestmark = pytest.mark.django_db


def run(*args: str, **options: object) -> list[str]:
    out = StringIO()
    call_command(*args, stdout=out, **options)
    return out.getvalue().split()


def test_a_community_is_founded_with_its_admin() -> None:
    user = UserFactory(email="ada@example.org")
    assert run("create_community", "Our parks", admin="Ada@example.org", private=True) == ["our-parks"]
    community = Community.objects.get(slug="our-parks")
    assert (community.is_public, community.members.get().user, community.members.get().roles) == (
        False,
        user,
        [Role.ADMIN],
    )
    assert run("create_community", "Our parks") == ["our-parks-2"]
    with pytest.raises(CommandError, match="already"):
        run("create_community", "X", slug="our-parks")
    with pytest.raises(CommandError, match="Nobody has the address"):
        run("create_community", "X", admin="nobody@example.org")


def test_links_are_printed_and_open() -> None:
    community = CommunityFactory(slug="parks", open_entry=False)
    addresses = run("make_entry_link", "parks", count=3, days=7)
    assert len(addresses) == 3
    link = find_entry_link(token=addresses[0].rstrip("/").rpartition("/")[2])
    assert use_entry_link(link=link).community == community
    with pytest.raises(CommandError, match="no community"):
        run("make_entry_link", "woods")
    with pytest.raises(CommandError, match="leads_to"):
        run("make_entry_link", "parks", leads_to="https://elsewhere.example/")
