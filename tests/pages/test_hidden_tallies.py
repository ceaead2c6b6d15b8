"""No page, file or REST answer of any room tells how a vote goes before it has closed: every route, as every role."""

import re

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from accounts.models import Role, User
from governance.actions.voting import cast_ballot
from governance.models import Ballot
from tests.factories.governance import holders
from tests.pages.outcomes import arguments, sign_in
from tests.pages.routes import Route, all_routes
from tests.pages.world import make_world

pytestmark = pytest.mark.django_db
TOKENS = re.compile(rb'csrf|nonce|name="key"|X-CSRFToken|data-answer')

MOMENTS = re.compile(rb'<updated>[^<]*</updated>|"as_of": ?"[^"]*"')


def body_of(response: HttpResponse) -> list[bytes]:
    """What was answered, without the tokens that change with every request."""
    content = b"".join(response.streaming_content) if response.streaming else response.content
    content = MOMENTS.sub(b"", content)
    return [line for line in content.splitlines() if not TOKENS.search(line)]


def read(route: Route, clients: dict[str, Client], place: object) -> dict[str, tuple[int, list[bytes]]]:
    """What each viewer is told."""
    address = reverse(route.name, kwargs=arguments(route, place))
    told = {}
    for name, client in clients.items():
        response = client.get(address)
        told[name] = (response.status_code, body_of(response))
    return told


def client_of(user: User | None) -> Client:
    client = Client(raise_request_exception=False)
    if user is not None:
        sign_in(client, user)
    return client


def test_no_route_says_anything_else_when_the_votes_are_others():
    """Every route is read with one outcome ahead and then with the other; what follows the votes would tell."""
    world = make_world()
    place = world.own
    *voters, watcher = holders(place.decision.body)
    for member in voters:
        cast_ballot(decision=place.decision, member=member, choice="for")
    # Somebody with every role and a seat, who has not voted, sees all that anybody in the community does.
    watcher.roles = list(Role.values)
    watcher.save(update_fields=["roles"])
    clients = {
        "visitor": client_of(None),
        "watcher": client_of(watcher.user),
        "staff": client_of(world.people["staff"]),
    }
    ballots = Ballot.objects.filter(decision=place.decision)
    routes = {route.name: route for route in all_routes() if route.name not in {"health", "api-schema"}}
    # What a voter sees is their own ballot: the comparison has to notice that one.
    own = {"voter": client_of(voters[0].user)}
    mine = read(routes["governance:decision"], own, place)
    before = {name: read(route, clients, place) for name, route in routes.items()}
    assert ballots.update(choice="against") == len(voters) == 4
    assert read(routes["governance:decision"], own, place) != mine
    after = {name: read(route, clients, place) for name, route in routes.items()}
    differ = {name for name in routes if before[name] != after[name]}
    ballots.update(choice="for")
    back = {name: read(routes[name], clients, place) for name in differ}
    assert [name for name in differ if back[name] == before[name]] == [], "these say how the vote goes"
    governing = {name for name in routes if name.startswith(("governance:", "api-decision", "api-audit", "api-body"))}
    assert not differ & governing, "every page of governance was compared"
    assert len(differ) < 20, "what shows something new at each visit is the exception"


def test_no_table_and_no_foreign_key_leads_from_a_voter_to_a_secret_ballot():
    """Read off the database: of a ballot only its decision is a key, and nothing points at a ballot."""
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT conrelid::regclass::text, confrelid::regclass::text FROM pg_constraint
               WHERE contype = 'f' AND ('governance_ballot'::regclass IN (conrelid, confrelid)
                                        OR 'governance_voted'::regclass IN (conrelid, confrelid))"""
        )
        keys = sorted(cursor.fetchall())
    assert keys == [
        ("governance_ballot", "governance_decision"),
        # Set in open votes alone: a trigger refuses it in a secret one.
        ("governance_ballot", "governance_electorrow"),
        ("governance_voted", "governance_decision"),
        ("governance_voted", "governance_electorrow"),
    ]
