"""What this room itself says in an audit: decisions with their tallies, pay, language models, where words come from."""

import json
from collections import Counter
from typing import Any

from django.db.models import Count
from django.urls import reverse

from accounts.models import Community
from frontend.numbers import count
from governance.actions.texts_released import decision_of
from governance.comal import Figure, Filling
from governance.models import (
    Constitution,
    ConstitutionVersion,
    Decision,
    LedgerTransaction,
    MinorityReport,
    Release,
    TallyBundle,
)
from governance.queries.constitutions import clauses_of
from governance.queries.pay import current_rates, median_hourly_cents
from governance.queries.releases import release_of, valid_approvals
from governance.subjects import Reference
from jobs.models import LanguageCall

AUDITED = ("constitution", "artifact")


def origins(community: Community, reference: Reference) -> list[Reference]:
    """A released text is a constitution's version; a constitution came from what it was drafted from."""
    if reference.type == "artifact":
        found = _version(community, reference.content_sha256)
        release = release_of(reference.content_sha256, community)
        if found is None or release is None or release.kind != Release.Kind.CONSTITUTION:
            return []
        return [Reference("constitution", f"{found.constitution.slug}/{found.number}", str(found))]
    if reference.type == "constitution":
        slug = reference.id.rpartition("/")[0]
        made = Constitution.objects.filter(community=community, slug=slug).exclude(source_type="").first()
        return [Reference(made.source_type, made.source_id, made.source_title, made.source_address)] if made else []
    return []


def fill(community: Community, reference: Reference) -> dict[str, Filling]:
    """Criteria and legitimacy of texts and artifacts; pay and language models of their community."""
    found: dict[str, Filling | None] = {}
    if reference.type in AUDITED and reference.content_sha256:
        found["legitimacy"] = _legitimacy(community, reference)
        found["origin"] = _pay(community)
        found["measurement"] = _language(community)
    if reference.type == "constitution":
        found["criteria"] = _criteria(community, reference)
    return {part: filling for part, filling in found.items() if filling is not None}


def _version(community: Community, content_sha256: str) -> ConstitutionVersion | None:
    rows = ConstitutionVersion.objects.filter(constitution__community=community, content_sha256=content_sha256)
    return rows.select_related("constitution").first() if content_sha256 else None


def _decisions(community: Community, content_sha256: str) -> list[Decision]:
    """The decisions that adopted or released exactly this content."""
    release = release_of(content_sha256, community)
    ids = [approval.decision for approval in valid_approvals(release)] if release else []
    version = _version(community, content_sha256)
    if version is not None and version.decision:
        ids.append(version.decision)
    return [one for one in map(decision_of, dict.fromkeys(ids)) if one is not None and hasattr(one, "bundle")]


def _legitimacy(community: Community, reference: Reference) -> Filling:
    decisions = _decisions(community, reference.content_sha256)
    words, figures, evidence = [], [], []
    for decision in decisions:
        bundle = TallyBundle.objects.get(decision=decision)
        told = json.loads(bytes(bundle.data))["body"]
        result, eligible = told["result"], len(told["electors"]) - len(told["recused"])
        cast = result["for"] + result["against"] + result["abstain"]
        answered = sum(bool(one["answered_at"]) for one in (*told["objections"], *told["vetoes"]))
        words.append(
            f"{decision.body.name} decided on it (“{decision.title}”): {cast} of {eligible} who could vote did,"
            f" {result['quorum_needed']} were needed; {result['for']} for, {result['against']} against,"
            f" {result['abstain']} abstained. {count(len(told['objections']), 'objection')} and"
            f" {count(len(told['vetoes']), 'veto', 'vetoes')}, {answered} of them answered in writing. Stepped aside:"
            f" {len(told['recused'])}; vacant seats: {told['vacant']}. Outcome: {result['state']}."
        )
        if eligible:
            figures.append(Figure(f"Turnout, {decision.title}", cast / eligible, n=eligible))
        if cast:
            figures.append(Figure(f"Share for it, {decision.title}", result["for"] / cast, n=cast))
        address = reverse("governance:bundle", args=[decision.pk])
        evidence.append({"title": f"Tally of “{decision.title}”", "address": address, "sha256": bundle.sha256})
    if not decisions:
        words.append("No decision of a body about exactly this content is on record here.")
    reports = MinorityReport.objects.filter(
        version__constitution__community=community, version__content_sha256=reference.content_sha256
    ).count()
    if reports:
        words.append(f"Published with the text: {count(reports, 'minority report')}.")
    return Filling(" ".join(words), figures, evidence)


def _criteria(community: Community, reference: Reference) -> Filling | None:
    slug, _, number = reference.id.rpartition("/")
    versions = ConstitutionVersion.objects.filter(constitution__community=community, constitution__slug=slug)
    version = versions.filter(number=int(number)).select_related("constitution").first()
    if version is None:
        return None
    clauses = clauses_of(version)
    principles = [clause.principle_id for clause in clauses]
    candidates = version.constitution.candidates
    behind = Counter(candidates.filter(principle__in=principles).values_list("principle", flat=True))
    states = dict(candidates.order_by().values_list("state").annotate(n=Count("pk")))
    by_hand = sum(not behind[pk] for pk in principles)
    levels = {clause.level for clause in clauses}
    words = (
        f"{count(len(clauses), 'principle')} in {count(len(levels), 'level')} of priority."
        f" Grown from what people said: {len(clauses) - by_hand}; written by hand: {by_hand}."
    )
    if states:
        left_out, merged = states.get("dismissed", 0), states.get("merged", 0)
        words += f" Candidates: {sum(states.values())}; left out: {left_out}; merged into others: {merged}."
    measured = {
        "version": str(version),
        "sha256": version.content_sha256,
        "principles": [
            {"key": one.principle.key, "level": one.level, "text": one.text, "sources": behind[one.principle_id]}
            for one in clauses
        ],
        "candidates": states,
    }
    return Filling(words, title=str(version), address=version.get_absolute_url(), measured=measured)


def _pay(community: Community) -> Filling | None:
    """What work paid: medians over enough people alone."""
    paid = LedgerTransaction.objects.filter(community=community, kind=LedgerTransaction.Kind.EARNED)
    people, rates = paid.values("member").distinct().count(), list(current_rates(community))
    if not people and not rates:
        return None
    medians = {
        currency: (cents, n)
        for currency, (cents, n) in median_hourly_cents(community).items()
        if n >= community.small_cell
    }
    below = sum(rate.below_minimum for rate in rates)
    few = people < community.small_cell
    words = f"{'Fewer than ' + str(community.small_cell) if few else people} people were paid for work here."
    for currency, (cents, n) in medians.items():
        words += f" Half of the {n} whose time is known earned at least {cents / 100:.2f} {currency} an hour."
    words += f" Rates in force: {len(rates)}; below the legal minimum that is named beside them: {below}."
    measured: dict[str, Any] = {
        "people_paid": None if few else people,
        "median_hourly_cents": {currency: {"cents": cents, "people": n} for currency, (cents, n) in medians.items()},
        "rates": [
            {
                "work": rate.work,
                "cents": rate.amount_cents,
                "currency": rate.currency,
                "hourly_cents": rate.hourly_cents,
                "minimum_hourly_cents": rate.minimum_hourly_cents,
                "minimum_source": rate.minimum_source,
            }
            for rate in rates
        ],
    }
    return Filling(
        words,
        [Figure(f"Median pay per hour, {currency}", cents / 100, n=n) for currency, (cents, n) in medians.items()],
        title="Pay in this community",
        address=reverse("governance:pay", args=[community.slug]),
        measured=measured,
    )


def _language(community: Community) -> Filling | None:
    """Which language models wrote or judged something, and with which prompts."""
    names = ("purpose", "model", "prompt", "prompt_version", "prompt_sha256", "outcome")
    rows = LanguageCall.objects.filter(community=community).order_by(*names).values(*names).annotate(n=Count("pk"))
    if not rows:
        return None
    calls, models = sum(row["n"] for row in rows), sorted({row["model"] for row in rows})
    purposes = Counter[str]()
    for row in rows:
        purposes[row["purpose"]] += row["n"]
    listed = ", ".join(f"{purpose}: {n}" for purpose, n in sorted(purposes.items()))
    words = (
        f"Language models were called {count(calls, 'time')} in this community ({listed}); models: {', '.join(models)}."
    )
    return Filling(words, title="Calls of language models", measured={"calls": list(rows)})
