"""What the end of a decision makes of its subject: texts come into force, amendments are applied, releases open.

The decision stands as it was taken: where its subject cannot follow, nothing is raised, and the audit chain says why.
"""

from collections.abc import Callable

from django.db import transaction

from governance.actions import amendments, constitutions, releases
from governance.chain import record
from governance.errors import Refused
from governance.models import Amendment, ConstitutionVersion, Decision, Release
from governance.procedure import Rule, State
from governance.subjects import Reference
from governance.tiers import TIERS, weaker_than

Follow = Callable[[Reference, Decision], None]


def deciding(reference: Reference, end: str) -> Decision:
    """The decision that just ended so about the subject."""
    about = {"subject_type": reference.type, "subject_id": reference.id, "subject_sha256": reference.content_sha256}
    ended = Decision.objects.filter(**about, state=end).select_related("body__community", "bundle")
    found = ended.order_by("-ended_at").first()
    if found is None:
        raise ValueError(f"no decision about {reference.type} {reference.id} ended as {end}")
    return found


def _follow(adopted: Follow, rejected: Follow | None = None) -> Callable[[Reference, str], None]:
    """What a kind does when a decision about it ends."""

    def decided(reference: Reference, end: str) -> None:
        act = {State.ADOPTED.value: adopted, State.REJECTED.value: rejected, State.LAPSED.value: rejected}.get(end)
        if act is None:
            return
        decision = deciding(reference, end)
        try:
            with transaction.atomic():
                act(reference, decision)
        except Refused as refused:
            record(
                community=decision.body.community,
                kind=f"{reference.type}.not-followed",
                subject=reference,
                payload={"decision": str(decision.pk), "why": str(refused)},
            )

    return decided


def version_of(reference: Reference) -> ConstitutionVersion:
    """The version that a reference names."""
    slug, _, number = reference.id.rpartition("/")
    rows = ConstitutionVersion.objects.select_related("constitution__community")
    return rows.get(constitution__slug=slug, number=int(number))


def _said(decision: Decision) -> dict[str, str]:
    return {"decision": str(decision.pk), "decision_address": decision.get_absolute_url()}


def _adopt_version(reference: Reference, decision: Decision) -> None:
    constitutions.adopt_version(
        version=version_of(reference), content_sha256=reference.content_sha256, **_said(decision)
    )


def _reject_version(reference: Reference, decision: Decision) -> None:
    constitutions.reject_version(version=version_of(reference), **_said(decision))


def _amendment(reference: Reference) -> Amendment:
    return Amendment.objects.select_related("constitution__community").get(pk=reference.id)


def _adopt_amendment(reference: Reference, decision: Decision) -> None:
    amendments.adopt_amendment(
        amendment=_amendment(reference), content_sha256=reference.content_sha256, **_said(decision)
    )


def _reject_amendment(reference: Reference, decision: Decision) -> None:
    amendments.reject_amendment(amendment=_amendment(reference), **_said(decision))


def _open_release(reference: Reference, decision: Decision) -> None:
    pk, tier, stage = reference.id.split("/")
    if weak := weaker_than(TIERS[tier], Rule.from_json(decision.rule)):
        raise Refused(weak)
    releases.record_approval(
        release=Release.objects.select_related("community").get(pk=pk),
        content_sha256=reference.content_sha256,
        risk_tier=tier,
        stage=stage,
        tally_sha256=decision.bundle.sha256,
        body=decision.body.name,
        mandate=decision.body.mandate,
        **_said(decision),
    )


version_decided = _follow(_adopt_version, _reject_version)
amendment_decided = _follow(_adopt_amendment, _reject_amendment)
release_decided = _follow(_open_release)
