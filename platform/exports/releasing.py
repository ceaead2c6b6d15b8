"""The release gate as exports use it: every built export is proposed, and no file opens without the gate's word."""

from collections.abc import Mapping
from typing import Any

from django.template.defaultfilters import filesizeformat
from django.urls import reverse

from exports.cards import LICENCES
from exports.models import Export
from governance import artifacts
from governance.gate import Verdict, may_release, propose_release
from governance.models import Release


def propose(export: Export, about: Mapping[str, str]) -> Release:
    """Put a built export before the community's stewards; the same bytes again find the proposal that stands.

    Parameters
    ----------
    about : what its source says for the card, by the card's keys
    """
    return propose_release(
        community=export.community,
        kind="dataset",
        title=export.title,
        content_sha256=export.sha256,
        address=export.get_absolute_url(),
        risk_tier=export.risk_tier,
        proposed_by=export.requested_by,
        rationale=export.risk_rationale,
        facts=facts_of(export, about),
    )


def facts_of(export: Export, about: Mapping[str, str]) -> dict[str, Any]:
    """What card and provenance say of a built export."""
    manifest, told = export.manifest, {**about, **(export.options.get("about") or {})}
    counts, privacy = manifest["counts"], manifest["privacy"]
    left_out = [f"{why}: {n}" for why, n in manifest["left_out"].items() if n]
    answers, items = counts["answers"], counts["items"]
    columns = ", ".join(f"{name}: {do}" for name, do in privacy["columns"].items()) or "none are told"
    found: dict[str, Any] = {
        "licence": LICENCES.get(export.options.get("licence", "other"), ""),
        "intended_use": told.get("use_cases", ""),
        "excluded_use": told.get("out_of_scope", ""),
        "population": f"Those who took part in “{export.study or export.conversation}”",
        "recruitment": told.get("recruitment", ""),
        "annotators": counts["people"],
        "items": items,
        "answers": answers,
        "answers_per_item": f"{answers / items:.1f} on average" if items else "",
        "demographics": f"Combinations of fewer than {privacy['k']} people are hidden. Columns: {columns}",
        "consent": manifest["consent"],
        "exclusions": "; ".join(left_out),
        "timeframe": told.get("timeframe", ""),
        "schema_version": manifest["schema_version"],
    }
    return {name: value for name, value in found.items() if value not in (None, "", {}, [])}


def files_of(release: Release) -> list[artifacts.File]:
    """The archive behind a release."""
    found = Export.objects.filter(community=release.community_id, sha256=release.content_sha256, status="ready")
    return [
        artifacts.File(f"Download ({filesizeformat(one.size)})", reverse("exports:download", args=[one.pk]))
        for one in found.order_by("built_at")[:1]
    ]


def verdict_on(user: Any, export: Export) -> Verdict:
    """Whether the person may have the files now, and why."""
    return may_release(user, export.sha256, community=export.community)
