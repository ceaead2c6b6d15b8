"""Panels by lot for tests."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from accounts.actions import add_questionnaire
from accounts.actions.demographics import Given, answer_questionnaire
from accounts.models import Community, Member, Questionnaire, Use
from accounts.questionnaires import MINIMAL
from governance.actions.draws import begin_draw, commit_pool, draw_panel, enter_seed, set_quotas
from governance.lots import Limit
from governance.models import Draw
from tests.factories.accounts import CommunityFactory, MemberFactory

SEED = "Lottery of 3 December: 7, 11, 23, 24, 31, 40"
ANNOUNCED = timedelta(hours=1)


def silent(share: float, words: str) -> None:
    """Reports of progress to nobody."""


def told(community: Community, people: int, questionnaire: Questionnaire | None = None) -> list[Member]:
    """People by turns women and men, of three ages; they let it be used to see to it that all kinds are heard."""
    members = [MemberFactory(community=community) for _ in range(people)]
    for number, member in enumerate(members if questionnaire else ()):
        answers = {
            "gender": Given(codes=(("female", "male")[number % 2],)),
            "age": Given(codes=(("18_24", "35_44", "65_plus")[number % 3],)),
        }
        answer_questionnaire(member=member, questionnaire=questionnaire, answers=answers, uses=[Use.QUOTAS])
    return members


def drafted(
    community: Community | None = None, *, people: int = 24, seats: int = 6, limits: Sequence[Limit] = ()
) -> Draw:
    """A draft with people in its community; with quotas they have told about themselves."""
    community = community or CommunityFactory()
    questionnaire = add_questionnaire(community=community, text=MINIMAL) if limits else None
    told(community, people, questionnaire)
    draw = begin_draw(
        community=community,
        title="Panel on night buses",
        purpose="It advises.",
        seats=seats,
        questionnaire=questionnaire,
    )
    return set_quotas(draw=draw, limits=limits) if limits else draw


def committed(*args: Any, now: datetime | None = None, **kwargs: Any) -> Draw:
    """A draw whose pool was committed to two hours ago, and whose seed can be known since one."""
    now = (now or timezone.now()) - 2 * ANNOUNCED
    draw = drafted(*args, **kwargs)
    return commit_pool(draw=draw, seed_source="The next lottery", seed_from=now + ANNOUNCED, now=now)


def drawn(*args: Any, seed_text: str = SEED, **kwargs: Any) -> Draw:
    """A drawn panel."""
    draw = enter_seed(draw=committed(*args, **kwargs), seed_text=seed_text)
    return draw_panel(draw=draw, report=silent)
