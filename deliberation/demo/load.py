"""Making the demonstration; a second time nothing is made."""

# Shapes: P people, S statements.

from datetime import datetime, timedelta

import numpy as np
from django.db import transaction
from django.utils import timezone
from numpy.typing import NDArray

from accounts import demo as demo_people
from accounts.actions import add_questionnaire, create_community, join_community
from accounts.actions.bulk import bulk_answer, bulk_join
from accounts.actions.communities import publish_consent_text
from accounts.models import Community, Consent, Member, User
from accounts.questionnaires import MINIMAL
from deliberation.actions import (
    create_conversation,
    mark_meta,
    open_conversation,
    review_statements,
    seed_statements,
)
from deliberation.actions.imports import EVENT_COLUMNS, VOTE_COLUMNS, copy_into
from deliberation.actions.maps import draw_map
from deliberation.demo import conversations as texts
from deliberation.demo.people import Planted, demographics, planted_votes
from deliberation.demo.statements import STATEMENTS
from deliberation.models import Conversation, OpinionMap, Participation, Statement
from deliberation.queries.votes import vote_arrays

SEED = 20_26
N_PEOPLE = 400
DAYS = 10
WRITTEN = range(50, 60)
REJECTED = {57: "It is about one person and cannot be voted on by others.", 58: "It says two things at once."}
UNREVIEWED = (55, 56)


@transaction.atomic
def load_demo() -> bool:
    """Make the demonstration's communities, people and conversations; False where they stand already."""
    if Community.objects.filter(slug=demo_people.COMMUNITY).exists():
        return False
    community = create_community(
        name="Demo community",
        slug=demo_people.COMMUNITY,
        description="A made-up town that talks about AI. Its people were generated; look around and try everything.",
        open_entry=True,
        is_synthetic=True,
    )
    neighbours = create_community(
        name="Neighbouring town",
        slug=demo_people.NEIGHBOURS,
        description="Another made-up community, with people of its own.",
        is_synthetic=True,
    )
    consent = publish_consent_text(community=community, body=texts.CONSENT)
    _sign_in_people(community, neighbours)
    members = bulk_join(community=community, count=N_PEOPLE, seed=SEED, joined_at=timezone.now() - timedelta(days=DAYS))
    everyone = Member.objects.filter(community=community)
    Consent.objects.bulk_create(Consent(member=member, text=consent) for member in everyone)
    planted = planted_votes(
        np.array([leaning for _, leaning in STATEMENTS]),
        n_people=N_PEOPLE,
        per_person=34,
        rng=np.random.default_rng(SEED),
    )
    questionnaire = add_questionnaire(community=community, text=MINIMAL)
    rng = np.random.default_rng(SEED + 1)
    told = [(member, demographics(int(group), rng)) for member, group in zip(members, planted.groups, strict=True)]
    bulk_answer(questionnaire=questionnaire, answers=told)
    _assistants(community, members, planted)
    _schools(community, members)
    draft = create_conversation(
        community=community, title=texts.DRAFT[0], description=texts.DRAFT[1], is_synthetic=True
    )
    seed_statements(conversation=draft, texts=texts.DRAFT_STATEMENTS)
    bus = create_conversation(
        community=neighbours, title=texts.NEIGHBOURS[0], description=texts.NEIGHBOURS[1], is_synthetic=True
    )
    seed_statements(conversation=bus, texts=texts.NEIGHBOUR_STATEMENTS)
    open_conversation(conversation=bus)
    return True


def _sign_in_people(community: Community, neighbours: Community) -> None:
    """Those whom the one-click buttons sign in."""
    homes = {demo_people.COMMUNITY: community, demo_people.NEIGHBOURS: neighbours}
    for person in demo_people.PEOPLE:
        user = User(username=person.username, is_staff=person.is_staff, is_superuser=person.is_staff)
        user.set_unusable_password()
        user.save()
        join_community(community=homes[person.community], user=user, invited=True, roles=person.roles)


def _assistants(community: Community, members: list[Member], planted: Planted) -> None:
    """The large open conversation: most statements from the organisers, some by participants, two rejected."""
    title, description = texts.ASSISTANTS
    conversation = create_conversation(community=community, title=title, description=description, is_synthetic=True)
    Conversation.objects.filter(pk=conversation.pk).update(slug="assistants")
    conversation.slug = "assistants"
    organiser = Member.objects.get(community=community, user__username="demo-researcher")
    statements = seed_statements(
        conversation=conversation, texts=[text for text, _ in STATEMENTS], author=organiser
    ).added
    open_conversation(conversation=conversation)
    for place in WRITTEN:
        statements[place].author = members[place * 3]
        statements[place].is_seed = False
        statements[place].state = Statement.State.UNMODERATED if place in UNREVIEWED else statements[place].state
    Statement.objects.bulk_update(statements, ["author", "is_seed", "state"])
    _cast(conversation, statements, members, planted.votes, until=timezone.now())
    for place, reason in REJECTED.items():
        review_statements(
            conversation=conversation,
            numbers=[statements[place].number],
            state=Statement.State.REJECTED,
            reviewer=organiser,
            reason=reason,
        )
    mark_meta(statement=statements[54], is_meta=True)
    draw_map(conversation, vote_arrays(conversation), OpinionMap.Grouping.COMPUTED)


def _schools(community: Community, members: list[Member]) -> None:
    """A smaller conversation that is over."""
    title, description = texts.SCHOOLS
    conversation = create_conversation(community=community, title=title, description=description, is_synthetic=True)
    statements = seed_statements(conversation=conversation, texts=[text for text, _ in texts.SCHOOL_STATEMENTS]).added
    closed_at = timezone.now() - timedelta(days=20)
    Conversation.objects.filter(pk=conversation.pk).update(
        slug="schools",
        status=Conversation.Status.CLOSED,
        opened_at=closed_at - timedelta(days=DAYS),
        closed_at=closed_at,
    )
    some = planted_votes(
        np.array([leaning for _, leaning in texts.SCHOOL_STATEMENTS]),
        n_people=120,
        per_person=9,
        rng=np.random.default_rng(SEED + 2),
    )
    _cast(conversation, statements, members[:120], some.votes, until=closed_at)
    draw_map(conversation, vote_arrays(conversation), OpinionMap.Grouping.COMPUTED)


def _cast(
    conversation: Conversation,
    statements: list[Statement],
    members: list[Member],
    votes: NDArray[np.float64],
    *,
    until: datetime,
) -> None:
    """Store votes with their history, spread over the days before ``until``."""
    rng = np.random.default_rng(SEED + 3)
    arrived = np.sort(rng.random(len(members))) * DAYS * 86_400
    begin = until - timedelta(days=DAYS)
    Participation.objects.bulk_create(
        Participation(
            conversation=conversation,
            member=member,
            number=number,
            joined_at=begin + timedelta(seconds=float(second)),
        )
        for number, (member, second) in enumerate(zip(members, arrived, strict=True))
    )
    people, columns = np.nonzero(~np.isnan(votes))
    moments = arrived[people] + 8.0 * np.arange(len(people)) % 600
    rows = [
        (
            conversation.pk,
            members[person].pk,
            statements[column].pk,
            int(votes[person, column]),
            False,
            min(begin + timedelta(seconds=float(moment)), until),
        )
        for person, column, moment in zip(people.tolist(), columns.tolist(), moments.tolist(), strict=True)
    ]
    copy_into("deliberation_vote", VOTE_COLUMNS, rows)
    copy_into("deliberation_voteevent", EVENT_COLUMNS, ((*row, False, "") for row in rows))
