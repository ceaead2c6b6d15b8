"""The people of a demonstration site."""

from django.contrib.auth.hashers import make_password
from django.db import transaction

from accounts.actions.communities import create_community
from accounts.actions.members import join_community
from accounts.demo import COMMUNITY, DemoPerson
from accounts.models import Community, Member, User


@transaction.atomic
def demo_member(person: DemoPerson) -> Member:
    """The member behind a one-click login; made, with their community, where the demonstration is not loaded."""
    community = Community.objects.filter(slug=person.community).first()
    if community is None:
        name = "Demo community" if person.community == COMMUNITY else "Neighbouring town"
        community = create_community(name=name, slug=person.community, open_entry=True, is_synthetic=True)
    user, _ = User.objects.get_or_create(
        username=person.username,
        defaults={
            "password": make_password(None),
            "is_staff": person.is_staff,
            "is_superuser": person.is_staff,
        },
    )
    return join_community(community=community, user=user, invited=True, roles=person.roles)
