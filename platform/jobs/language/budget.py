"""How much language models may be used, and how quickly."""

from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.utils import timezone

from accounts.models import Community
from jobs.kinds import Unfinishable
from jobs.models import LanguageBudget, LanguageCall


class OverBudget(Unfinishable):
    """The call would use more than is allowed; the text says how much is left and who can change it."""


@dataclass(frozen=True)
class Budget:
    """What a community allows, in tokens read and written together."""

    tokens_a_month: int
    tokens_a_job: int


def budget_of(community: Community) -> Budget:
    """What the community allows, or the site's own figures."""
    own = LanguageBudget.objects.filter(community=community).first()
    if own is None:
        return Budget(settings.LLM_TOKENS_A_MONTH, settings.LLM_TOKENS_A_JOB)
    return Budget(own.tokens_a_month, own.tokens_a_job)


def used_this_month(community: Community) -> int:
    """Tokens used since the first of the month, with those that running calls may still use."""
    first = timezone.now().replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    return LanguageCall.objects.filter(community=community, asked_at__gte=first).tokens()


def used_by_job(job: UUID) -> int:
    """Tokens used for one piece of long work."""
    return LanguageCall.objects.filter(job=job).tokens()


def check_budget(community: Community, job: UUID | None, tokens: int) -> None:
    """Refuse a call that may need more tokens than are left.

    Raises
    ------
    OverBudget
        With the numbers.
    """
    budget = budget_of(community)
    left = budget.tokens_a_month - used_this_month(community)
    if tokens > left:
        raise OverBudget(
            f"{community} allows language models {budget.tokens_a_month:,} tokens a month; {max(left, 0):,} are left "
            f"and this call may need {tokens:,}. An admin of the community can allow more."
        )
    if job is not None:
        left = budget.tokens_a_job - used_by_job(job)
        if tokens > left:
            raise OverBudget(
                f"{community} allows language models {budget.tokens_a_job:,} tokens for one piece of work; "
                f"{max(left, 0):,} are left and this call may need {tokens:,}. What was done so far is kept."
            )
