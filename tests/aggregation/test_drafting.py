"""A constitution from a slate: its statements become candidates with the evidence, and then principles."""

import pytest
from django.test import Client

from accounts.models import Role
from aggregation.drafting import SOURCE
from governance import drafting
from governance.actions.constitutions import start_constitution
from governance.actions.drafting import gather_candidates, merge_candidates, take_candidate
from governance.models import Candidate
from tests.factories.accounts import CommunityFactory, MemberFactory
from tests.factories.aggregation import make_aggregation

pytestmark = pytest.mark.django_db


@pytest.fixture
def community():
    return CommunityFactory(small_cell=2)


@pytest.fixture
def researcher(community):
    return MemberFactory(community=community, roles=[Role.RESEARCHER])


def drafted_from(aggregation, researcher):
    [source] = SOURCE.choices(researcher.community, researcher.user)
    assert (source.type, source.id) == ("slate", str(aggregation.pk))
    made = start_constitution(community=researcher.community, title="From a slate", created_by=None, source=source)
    assert gather_candidates(constitution=made) == len(aggregation.run.result["slate"])
    return made


def test_the_statements_of_a_slate_become_candidates_with_their_evidence(community, researcher):
    aggregation = make_aggregation(community)
    made = drafted_from(aggregation, researcher)
    slate = aggregation.run.result["slate"]
    assert [one.text for one in made.candidates.order_by("id")] == [row["text"] for row in slate]
    first = made.candidates.order_by("id").first()
    assert first.source_address == aggregation.get_absolute_url()
    assert first.why == f"Chosen for the slate: it stands for {slate[0]['stands_for']} of 24 people"
    assert first.evidence["input_sha256"] == aggregation.run.input_sha256
    assert first.evidence["rule"] == "av"
    assert gather_candidates(constitution=made) == 0, "nothing comes twice"


def test_what_is_taken_from_a_slate_says_which_groups_it_serves(community, researcher):
    made = drafted_from(make_aggregation(community), researcher)
    one, two = made.candidates.order_by("id")
    merge_candidates(candidate=two, into=one)
    clause = take_candidate(candidate=one, text=one.text)
    assert {row.principle for row in Candidate.objects.all()} == {clause.principle}
    views = drafting.group_views([clause.principle])[clause.principle.pk]
    groups = {row["group"]: row for row in one.evidence["groups"]}
    assert {view.group: (view.agree, view.seen) for view in views} == {
        name: (row["agree"], row["seen"]) for name, row in groups.items() if row["seen"]
    }
    assert {view.words for view in views} <= {"serves", "costs", "divides", "unclear"}


def test_small_counts_of_a_slate_are_not_told_as_evidence(researcher):
    researcher.community.small_cell = 100
    researcher.community.save()
    aggregation = make_aggregation(researcher.community)
    made = drafted_from(aggregation, researcher)
    for candidate in made.candidates.all():
        assert candidate.why == "Chosen for the slate"
        assert all(row["seen"] is None for row in candidate.evidence["groups"])


def test_one_drafts_from_a_slate_in_the_browser_and_nobody_from_a_foreign_one(community, researcher):
    aggregation = make_aggregation(community)
    client = Client()
    client.force_login(researcher.user)
    page = client.get(f"/communities/{community.slug}/constitutions/new/").content.decode()
    assert aggregation.title in page
    stranger = MemberFactory(roles=[Role.RESEARCHER])
    assert SOURCE.choices(community, stranger.user) == []
    assert SOURCE.choices(stranger.community, stranger.user) == []
