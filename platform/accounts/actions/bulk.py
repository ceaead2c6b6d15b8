"""Many generated people at once, for demonstrations and measurements; every one of them is marked synthetic."""

import random
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from itertools import islice

from django.db import transaction
from django.utils import timezone

from accounts.actions.demographics import Given, read_answer
from accounts.actions.members import passwordless_user
from accounts.models import Community, DemographicAnswer, Member, MemberEvent, Questionnaire, Use, User
from accounts.pseudonyms import pseudonyms

BATCH = 2000


@transaction.atomic
def bulk_join(
    *, community: Community, count: int, seed: int, roles: Sequence[str] = (), joined_at: datetime | None = None
) -> list[Member]:
    """Make `count` synthetic members under random pseudonyms; the same seed in an empty community names them alike."""
    Community.objects.select_for_update(no_key=True).get(pk=community.pk)
    when = joined_at or timezone.now()
    taken = Member.objects.filter(community=community).values_list("pseudonym", flat=True)
    names = islice(pseudonyms(random.Random(seed), taken=set(taken)), count)
    users = User.objects.bulk_create((passwordless_user() for _ in range(count)), batch_size=BATCH)
    members = Member.objects.bulk_create(
        (
            Member(
                community=community,
                user=user,
                pseudonym=name,
                roles=sorted(set(roles)),
                is_synthetic=True,
                joined_at=when,
            )
            for user, name in zip(users, names, strict=True)
        ),
        batch_size=BATCH,
    )
    MemberEvent.objects.bulk_create(
        (
            MemberEvent(member=member, kind=MemberEvent.Kind.JOINED, after=member.roles, happened_at=when)
            for member in members
        ),
        batch_size=BATCH,
    )
    return members


@transaction.atomic
def bulk_answer(
    *,
    questionnaire: Questionnaire,
    answers: Iterable[tuple[Member, Mapping[str, Given]]],
    uses: Iterable[str] = tuple(Use.values),
) -> int:
    """Keep the answers of many members, by question name; answers that stand already stay. Returns how many there were.

    Raises
    ------
    ValueError
        If an answer does not fit its question, or a name is unknown.
    """
    questions = {question.name: question for question in questionnaire.questions.all()}
    uses = list(uses)
    rows: list[DemographicAnswer] = []
    for member, given_by_name in answers:
        unknown = set(given_by_name) - set(questions)
        if unknown:
            raise ValueError(f"names={sorted(unknown)} should be among {sorted(questions)}")
        for name, given in given_by_name.items():
            row = read_answer(questions[name], given, uses)
            row.member = member
            rows.append(row)
    DemographicAnswer.objects.bulk_create(rows, batch_size=BATCH, ignore_conflicts=True)
    return len(rows)
