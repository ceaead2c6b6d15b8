"""A finished export for the demonstration: of its first study with answers, or of a conversation."""

from django.db.models import Count

from accounts.demo import COMMUNITY
from accounts.models import Member
from annotation.models import Study
from deliberation.models import Conversation
from exports.actions import build_export, choose_privacy, decide_texts, request_export, scan_texts, start_export
from exports.models import Export
from exports.people import describe
from exports.privacy import suggested
from exports.sources import source_of
from jobs.progress import Unwatched


def load_demo() -> bool:
    """Make it; False where there is one, or nothing to make it of."""
    if Export.objects.filter(community__slug=COMMUNITY).exists():
        return False
    of = _source()
    researcher = Member.objects.filter(community__slug=COMMUNITY, user__username="demo-researcher").first()
    if of is None or researcher is None:
        return False
    about = {
        "motivation": "To show what a data set that keeps disagreement looks like.",
        "use_cases": "Trying out readers of the format.",
        "out_of_scope": "Drawing conclusions about people: nobody real gave these answers.",
    }
    export = start_export(
        of=of,
        format=Export.Format.BUNDLE,
        options={"licence": "cc0-1.0", "about": about},
        risk_tier=Export.Tier.LOW,
        risk_rationale="The answers were generated.",
        requested_by=researcher,
    )
    progress = Unwatched()
    scan_texts(progress, export=str(export.pk))
    source = source_of(export)
    people, _ = describe(set(source.members()) - source.nobody())
    choose_privacy(export=export, choices=suggested(people, k=export.privacy["k"]), by=researcher)
    decide_texts(export=export, kept=[], listed=[], done=True)
    request_export(export=export, requested_by=researcher)
    build_export(progress, export=str(export.pk))
    return True


def _source() -> Study | Conversation | None:
    studies = Study.objects.filter(community__slug=COMMUNITY).annotate(n=Count("responses")).filter(n__gt=0)
    conversations = Conversation.objects.filter(community__slug=COMMUNITY).annotate(n=Count("votes")).filter(n__gt=0)
    return studies.order_by("-n", "pk").first() or conversations.order_by("n", "pk").first()
