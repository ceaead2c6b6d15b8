"""Where an artifact comes from and who let it go: as a W3C PROV document, and as text for its card.

References
----------
W3C (2013). PROV-DM: The PROV Data Model. W3C Recommendation 30 April 2013.
W3C (2013). The PROV-JSON Serialization. W3C Member Submission.
"""

import json
from typing import Any
from uuid import UUID

from django.conf import settings
from prov.model import ProvDocument

from frontend.numbers import count
from governance.models import MinorityReport, Release, ReleaseApproval, TallyBundle
from governance.queries.pay import median_hourly_cents
from governance.queries.releases import valid_approvals

#: What a card says of an artifact, in this order: the key in `Release.facts`, and the words before it.
FACTS = {
    "licence": "Licence",
    "issuer": "Issued by",
    "intended_use": "Meant for",
    "excluded_use": "Not meant for",
    "population": "Whom it comes from",
    "recruitment": "How they were found",
    "pay": "Pay",
    "annotators": "People who answered",
    "items": "Items",
    "answers_per_item": "Answers for each item",
    "demographics": "Who they are",
    "consent": "Consent",
    "withdrawals": "Withdrawn since",
    "models": "Models used",
    "exclusions": "Left out",
    "aggregation": "How it was aggregated",
    "uncertainty": "Uncertainty",
    "dissent": "Dissent",
    "limits": "Limits",
    "retention": "Kept until",
}


def facts_of(release: Release) -> list[tuple[str, str]]:
    """What is known of the artifact, as words and values in the card's order; further facts of its maker at the end."""
    known = {"issuer": release.community.name, **_pay(release), **_dissent(release), **release.facts}
    named = [(words, known[name]) for name, words in FACTS.items() if known.get(name) not in (None, "", [], {})]
    others = [(name.replace("_", " ").capitalize(), value) for name, value in known.items() if name not in FACTS]
    return [(words, _text(value)) for words, value in (*named, *others)]


def _pay(release: Release) -> dict[str, str]:
    medians = median_hourly_cents(release.community)
    least = release.community.small_cell
    told = [f"{cents / 100:.2f} {currency}" for currency, (cents, people) in medians.items() if people >= least]
    return {"pay": f"Half of the people earned at least {' and '.join(told)} per hour."} if told else {}


def _dissent(release: Release) -> dict[str, str]:
    """What spoke against it: minority reports of a text; votes against, objections and vetoes of its decisions."""
    said = []
    reports = MinorityReport.objects.filter(
        version__constitution__community=release.community_id, version__content_sha256=release.content_sha256
    )
    if release.kind == Release.Kind.CONSTITUTION and (n := reports.count()):
        said.append(f"{count(n, 'minority report')}, published with the text.")
    public_ids = {approval.decision for approval in valid_approvals(release)}
    for bundle in TallyBundle.objects.filter(decision__in=[one for one in map(_uuid, public_ids) if one]):
        told = json.loads(bytes(bundle.data))["body"]
        counts = [
            (told["result"]["against"], "vote against", "votes against"),
            (len(told["objections"]), "objection", "objections"),
            (len(told["vetoes"]), "veto", "vetoes"),
        ]
        if spoke := ", ".join(count(n, one, many) for n, one, many in counts if n):
            said.append(f"Decision {bundle.decision_id}: {spoke}.")
    return {"dissent": " ".join(said)} if said else {}


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, sort_keys=True)


def approval_line(approval: ReleaseApproval) -> str:
    """One approval in a sentence."""
    mandate = f" under the mandate “{approval.mandate}”" if approval.mandate else ""
    tally = f" Tally SHA-256 {approval.tally_sha256}." if approval.tally_sha256 else ""
    return (
        f"{approval.body} approved exactly this content at {approval.get_risk_tier_display().lower()}, as far as"
        f" “{approval.get_stage_display().lower()}”, on {approval.decided_at:%-d %B %Y}{mandate}"
        f" (decision {approval.decision}).{tally}"
    )


def card_text(release: Release) -> str:
    """The part of an artifact's card that governance answers for, in Markdown."""
    approvals = valid_approvals(release)
    lines = [
        f"# {release.title}",
        "",
        f"* Kind: {release.get_kind_display().lower()}",
        f"* Release: {release.pk}",
        f"* SHA-256 of the content: `{release.content_sha256}`",
        f"* Stage: {release.get_stage_display().lower()}",
        f"* Risk: {release.get_risk_tier_display().lower()}"
        + (f", set by {release.risk_set_by.pseudonym}" if release.risk_set_by else "")
        + (f": {release.risk_rationale}" if release.risk_rationale else ""),
        *([f"* Supersedes: release {release.supersedes_id}"] if release.supersedes_id else []),
        "",
        "## Who approved it",
        "",
        *([f"* {approval_line(approval)}" for approval in approvals] or ["Nobody has approved this content yet."]),
        "",
        "## What is known of it",
        "",
        *(f"* {words}: {value}" for words, value in facts_of(release)),
    ]
    return "\n".join(lines) + "\n"


def prov_document(release: Release) -> ProvDocument:
    """The artifact as an entity, its decisions as activities, the deciding bodies as agents."""
    document = ProvDocument()
    document.set_default_namespace(f"{settings.SITE_URL.rstrip('/')}/")
    document.add_namespace("poly", f"{settings.SITE_URL.rstrip('/')}/ns#")
    entity = f"releases/{release.pk}/"
    document.entity(
        entity,
        {
            "prov:type": f"poly:{release.kind}",
            "prov:label": release.title,
            "poly:sha256": release.content_sha256,
            "poly:stage": release.stage,
            "poly:riskTier": release.risk_tier,
            "poly:riskRationale": release.risk_rationale,
            "poly:riskSetBy": release.risk_set_by.pseudonym if release.risk_set_by else "",
            **{f"poly:{name}": _text(value) for name, value in release.facts.items() if name.isidentifier()},
        },
    )
    community = f"communities/{release.community.slug}/"
    document.agent(community, {"prov:type": "prov:Organization", "prov:label": release.community.name})
    document.wasAttributedTo(entity, community)
    if release.supersedes_id:
        document.entity(f"releases/{release.supersedes_id}/")
        document.wasRevisionOf(entity, f"releases/{release.supersedes_id}/")
    for approval in valid_approvals(release):
        _approval(document, entity, community, approval)
    return document


def _approval(document: ProvDocument, entity: str, community: str, approval: ReleaseApproval) -> None:
    decision, body = f"decisions/{approval.decision}/", f"{community}bodies/#{approval.body.replace(' ', '-')}"
    document.activity(
        decision,
        None,
        approval.decided_at,
        {
            "prov:type": "poly:Decision",
            "poly:sha256": approval.content_sha256,
            "poly:riskTier": approval.risk_tier,
            "poly:opensAsFarAs": approval.stage,
            "poly:tallySha256": approval.tally_sha256,
            "poly:mandate": approval.mandate,
        },
    )
    document.agent(body, {"prov:type": "prov:Organization", "prov:label": approval.body})
    document.actedOnBehalfOf(body, community, decision)
    document.wasAssociatedWith(decision, body)
    document.used(decision, entity)
    document.wasInfluencedBy(entity, decision)


def prov_json(release: Release) -> str:
    """The document in PROV-JSON."""
    return str(prov_document(release).serialize(format="json", indent=1))
