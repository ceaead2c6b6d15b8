"""Making the demonstration's constitution, amendment, release, incident, audit and pay, once."""

import uuid
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from accounts.demo import COMMUNITY
from accounts.models import Community, Member
from governance import drafting
from governance.actions import amendments, comal, constitutions, incidents
from governance.actions import drafting as draft
from governance.demo import texts
from governance.demo.adoption import adopt
from governance.models import Constitution, ConstitutionVersion
from governance.pay import credit_unit, set_rate
from governance.subjects import Reference

MOST_PRINCIPLES = 6
DEMO_KEY = uuid.UUID("5f0c7a52-8d0e-4c7e-9f0b-0c6a3c1d2e11")


@transaction.atomic
def load_demo() -> bool:
    """Make it where the demo community is; False where it stands already or the community is missing."""
    community = Community.objects.filter(slug=COMMUNITY).first()
    if community is None or Constitution.objects.filter(community=community).exists():
        return False
    steward = _person(community, "steward")
    made = _constitution(community, steward)
    version = constitutions.seal_version(constitution=made, by=steward)
    adopt(version, by=steward)
    version.refresh_from_db()
    _around(version, steward)
    _incident(version, steward)
    comal.order_studies(community=community, rows=list(texts.PRIORITIES), by=steward)
    _pay(community)
    auditor = _person(community, "auditor")
    subject = constitutions.reference(version)
    comal.begin_audit(community=community, subject=subject, auditor=auditor, interest=texts.INTEREST)
    return True


def _person(community: Community, role: str) -> Member:
    return Member.objects.get(community=community, user__username=f"demo-{role}")


def _source(community: Community, steward: Member) -> Reference | None:
    found = [one for source in drafting.sources() for one in source.choices(community, steward.user)]
    return next((one for one in found if one.id == "assistants"), next(iter(found), None))


def _constitution(community: Community, steward: Member) -> Constitution:
    source = _source(community, steward)
    made = constitutions.start_constitution(
        community=community, title=texts.TITLE, preamble=texts.PREAMBLE, created_by=steward, source=source
    )
    text, rationale = texts.BY_HAND
    constitutions.add_clause(constitution=made, text=text, level=1, rationale=rationale)
    if source is not None:
        draft.gather_candidates(constitution=made)
        for number, candidate in enumerate(list(made.candidates.order_by("id")[:MOST_PRINCIPLES])):
            level = 1 if number < 2 else 2
            draft.take_candidate(candidate=candidate, text=candidate.text, level=level, rationale=texts.RATIONALE)
    return made


def _around(version: ConstitutionVersion, steward: Member) -> None:
    made = version.constitution
    principle = made.principles.get(key="p1")
    someone = _person(made.community, "participant")
    draft.dissent(version=version, principle=principle, member=someone, text=texts.DISSENT)
    last = made.principles.order_by("-id").first() or principle
    draft.comment(principle=last, member=someone, text=texts.COMMENT)
    review = timezone.localdate() + timedelta(days=90)
    draft.track(principle=principle, status="planned", note=texts.TRACKED, review_on=review, by=steward)
    title, reasons, words = texts.AMENDMENT
    amendment = amendments.begin_amendment(constitution=made, title=title, reasons=reasons, proposed_by=steward)
    amendments.patch_principle(amendment=amendment, principle=principle, action="change", text=words, level=1)
    amendments.propose_amendment(amendment=amendment, by=steward)


def _incident(version: ConstitutionVersion, steward: Member) -> None:
    title, words = texts.INCIDENT
    receipt = incidents.report_incident(
        community=version.constitution.community,
        key=DEMO_KEY,
        title=title,
        what_happened=words,
        harm="discrimination",
        scale="many",
        reversibility="yes",
        system="The town's assistant",
        principles=[version.constitution.principles.get(key="p1")],
        subjects=[constitutions.reference(version)],
    )
    incidents.triage(incident=receipt.incident, severity="ordinary", words=texts.LOOKED, by=steward)


def _pay(community: Community) -> None:
    set_rate(
        community=community,
        work="One answer in a study",
        amount_cents=35,
        currency="EUR",
        expected_seconds=90,
        minimum_hourly_cents=1282,
        minimum_source="Germany, 2025",
    )
    participant = _person(community, "participant")
    for number in range(1, 4):
        unit = f"demo:{participant.pk}:{number}"
        credit_unit(
            member=participant, unit=unit, amount_cents=35, currency="EUR", reason="One answer in a study", seconds=84
        )
