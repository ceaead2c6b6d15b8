"""Nobody reads or does what they should not: every route, every role, own and foreign objects."""

import pytest
from django.db import transaction

from tests.pages.expectations import EXPECTED, Access
from tests.pages.outcomes import ask, outcome
from tests.pages.routes import OTHERS, all_routes
from tests.pages.world import ROLES, World, make_world

# Without the mark on some test pytest-django makes no test database.
pytestmark = pytest.mark.django_db

ROUTES = {route.name: route for route in all_routes()}


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker):
    """One world for all routes; what a request writes is rolled back."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield make_world()
        transaction.set_rollback(True)


def found(world: World, name: str, method: str) -> Access:
    """What each role finds, as the table writes it; an address that takes nothing is the same everywhere."""
    own = _row(world, name, method, world.own)
    return Access(own, _row(world, name, method, world.foreign) if ROUTES[name].parameters else own)


def _row(world: World, name: str, method: str, place: object) -> str:
    words = []
    for role in ROLES:
        before = transaction.savepoint()
        words.append(outcome(ask(ROUTES[name], method, world.people[role], place)))
        transaction.savepoint_rollback(before)
    return words[0] if len(set(words)) == 1 else " ".join(words)


def test_every_route_has_an_expectation_and_every_expectation_a_route():
    assert set(EXPECTED) == set(ROUTES)


@pytest.mark.parametrize("name", sorted(ROUTES))
def test_each_role_finds_what_it_should(world, django_db_blocker, name):
    get, post = EXPECTED[name]
    with django_db_blocker.unblock():
        assert (found(world, name, "GET"), found(world, name, "POST")) == (get, post)


def test_a_role_without_a_foreign_membership_never_gets_in_there():
    """Read off the table itself: on foreign objects only the foreign admin and site staff may get in."""
    for name, accesses in EXPECTED.items():
        if not ROUTES[name].parameters or set(ROUTES[name].parameters) & {"role", "token"}:
            continue
        for access in accesses:
            words = access.foreign.split()
            outsiders = words[:6] if len(words) > 1 else words
            assert "in" not in outsiders, (name, access)


@pytest.mark.parametrize("role", ["anonymous", "participant", "admin"])
def test_the_site_administration_is_for_staff(client, world, role):
    if world.people[role]:
        client.force_login(world.people[role])
    response = client.get("/admin/")
    assert response.status_code == 302
    assert "login" in response["Location"]
    assert "admin:" in OTHERS
