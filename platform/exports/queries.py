"""Reads of the exports room."""

from typing import Any

from django.db.models import QuerySet

from annotation.models import Study
from deliberation.models import Conversation
from exports.models import Export


def listed_exports(user: Any) -> QuerySet[Export]:
    """Exports that a person may see, newest first, with what pages name of them."""
    related = ("community", "study__community", "conversation__community", "requested_by")
    return Export.objects.visible_to(user).select_related(*related)


def exportable(user: Any) -> dict[str, Study | Conversation]:
    """What the person may make exports of, by a short key: studies first, newest first."""
    studies = Study.objects.run_by(user).select_related("community").exclude(status=Study.Status.DRAFT)
    conversations = Conversation.objects.run_by(user).select_related("community")
    found: dict[str, Study | Conversation] = {f"study:{study.slug}": study for study in studies}
    return found | {f"conversation:{one.slug}": one for one in conversations.exclude(status=Conversation.Status.DRAFT)}
