"""Long work, and what language models were asked."""

from jobs.models.language import LanguageBudget, LanguageCall, LanguageCallQuerySet
from jobs.models.work import Job, JobQuerySet, JobWish, OutboxMessage

__all__ = [
    "Job",
    "JobQuerySet",
    "JobWish",
    "LanguageBudget",
    "LanguageCall",
    "LanguageCallQuerySet",
    "OutboxMessage",
]
