"""The steps before an export is built: what it is made of, what is told of people, what stays in free texts."""

from collections.abc import Collection, Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import Community, Member
from aggregation.algorithms.privacy.free_text import find_personal_data
from annotation.models import Study
from deliberation.models import Conversation
from exports.beside import read_columns
from exports.errors import Refused
from exports.models import Export, TextFinding
from exports.people import describe
from exports.privacy import Choices, Column
from exports.sources import source_of
from jobs.actions import request_job
from jobs.progress import Progress

MOST_FINDINGS = 5_000
AROUND = 60  # characters shown before and after a finding


@transaction.atomic
def start_export(
    *,
    of: Study | Conversation,
    format: str,
    title: str = "",
    options: Mapping[str, Any] | None = None,
    risk_tier: str = Export.Tier.MEDIUM,
    risk_rationale: str = "",
    requested_by: Member | None = None,
) -> Export:
    """Begin to prepare an export; a job searches the free texts meanwhile.

    Raises
    ------
    ValueError
        If format or tier are unknown.
    """
    if format not in Export.Format.values:
        raise ValueError(f"format={format!r} should be among {Export.Format.values}")
    if risk_tier not in Export.Tier.values:
        raise ValueError(f"risk_tier={risk_tier!r} should be among {Export.Tier.values}")
    community: Community = of.community
    export = Export.objects.create(
        community=community,
        study=of if isinstance(of, Study) else None,
        conversation=of if isinstance(of, Conversation) else None,
        title=title or of.title,
        format=format,
        options=dict(options or {}),
        risk_tier=risk_tier,
        risk_rationale=risk_rationale,
        requested_by=requested_by,
    )
    people, _ = describe(set(source_of(export).members()))
    columns = {str(name): Column("keep") for name in people.columns}
    export.privacy = Choices(k=max(2, community.small_cell), columns=columns).to_json()
    export.save(update_fields=["privacy"])
    request_job(
        kind="scan_export",
        key=str(export.pk),
        payload={"export": str(export.pk)},
        community=community,
        requested_by=requested_by,
    )
    return export


def scan_texts(progress: Progress, *, export: str) -> dict[str, Any]:
    """Search every free text for personal data and list what was found, for a person to decide; runs as a job."""
    found = Export.objects.select_related("study__community", "conversation__community").get(pk=export)
    if found.status != Export.Status.DRAFT or found.scanned_at is not None:
        return {"address": found.get_absolute_url()}
    rows: dict[tuple[str, str, str], TextFinding] = {}
    for number, (place, text) in enumerate(source_of(found).free_texts()):
        if number % 1000 == 0:
            progress.report(number / (number + 100_000), f"{number:,} texts searched")
        for one in find_personal_data(text):
            key = (place, one.kind, one.text[:300])
            if key in rows:
                rows[key].times += 1
            elif len(rows) < MOST_FINDINGS:
                around = text[max(0, one.start - AROUND) : one.end + AROUND]
                rows[key] = TextFinding(
                    export=found, place=place, kind=one.kind, text=key[2], excerpt=" ".join(around.split())[:300]
                )
    source = source_of(found)
    beside = read_columns(source.beside(), source.names_of_people())
    with transaction.atomic():
        TextFinding.objects.filter(export=found).delete()
        TextFinding.objects.bulk_create(rows.values(), batch_size=1_000)
        Export.objects.filter(pk=found.pk).update(scanned_at=timezone.now(), texts_at=None, beside=beside)
    return {"address": found.get_absolute_url(), "found": len(rows)}


@transaction.atomic
def choose_privacy(*, export: Export, choices: Choices, by: Member | None) -> Export:
    """Keep what somebody decided about the columns.

    Raises
    ------
    Refused
        If the export is being built or is built.
    """
    locked = _draft(export)
    locked.privacy, locked.privacy_by, locked.privacy_at = choices.to_json(), by, timezone.now()
    locked.save(update_fields=["privacy", "privacy_by", "privacy_at"])
    return locked


@transaction.atomic
def decide_texts(
    *,
    export: Export,
    kept: Collection[int],
    listed: Collection[int],
    done: bool,
    beside: Collection[tuple[str, str]] | None = None,
) -> Export:
    """Keep what somebody decided about findings: those among ``listed`` that are not ``kept`` are taken out.

    Parameters
    ----------
    done : whether this was the last page of them
    beside : place and name of the columns that leave with items and answers; without it the choices stay as they are

    Raises
    ------
    Refused
        If the export is being built or is built, or the search is still under way.
    """
    locked = _draft(export)
    if locked.scanned_at is None:
        raise Refused("The texts are still being searched. Wait until that is over.")
    findings = locked.findings.filter(pk__in=listed)
    findings.exclude(pk__in=kept).update(is_kept=False)
    findings.filter(pk__in=kept).update(is_kept=True)
    if beside is not None:
        locked.beside = [{**one, "kept": (one["place"], one["name"]) in beside} for one in locked.beside]
    if done:
        locked.texts_at = timezone.now()
    locked.save(update_fields=["texts_at", "beside"])
    return locked


@transaction.atomic
def prepare_again(*, export: Export) -> Export:
    """Take an export that could not be built back to its preparation.

    Raises
    ------
    Refused
        If it is built.
    """
    locked = Export.objects.select_for_update().get(pk=export.pk)
    if locked.is_ready:
        raise Refused("This export is built; it stays as it is. Make a new one for other choices.")
    locked.status, locked.job = Export.Status.DRAFT, None
    locked.save(update_fields=["status", "job"])
    return locked


def _draft(export: Export) -> Export:
    locked = Export.objects.select_for_update().get(pk=export.pk)
    if locked.status != Export.Status.DRAFT:
        raise Refused("This export is no longer being prepared; what it holds cannot change any more.")
    return locked
