"""Constitutions sealed before texts went through the release gate get their release, and what adopted them."""

from django.db import migrations

ADOPTED = ("adopted", "superseded")


def propose_texts(apps, schema_editor):
    versions = apps.get_model("governance", "ConstitutionVersion").objects.exclude(sealed_at=None)
    releases = apps.get_model("governance", "Release").objects
    approvals = apps.get_model("governance", "ReleaseApproval").objects
    decisions = apps.get_model("governance", "Decision").objects
    for version in versions.select_related("constitution__community").order_by("sealed_at", "id"):
        made = version.constitution
        release, is_new = releases.get_or_create(
            community=made.community,
            content_sha256=version.content_sha256,
            defaults={
                "kind": "constitution",
                "title": f"{made.title}, version {version.number}",
                "address": f"/constitutions/{made.slug}/versions/{version.number}/",
                "risk_tier": "low",
                "risk_rationale": "A text on principles, without anything about single persons.",
                "stage": "public" if version.status in ADOPTED else "draft",
                "proposed_at": version.sealed_at,
                "facts": {"population": made.source_title, "principles": version.clauses.count()},
            },
        )
        if not is_new or version.status not in ADOPTED or not version.decision:
            continue
        decided = {str(one.pk): one for one in decisions.filter(state="adopted").select_related("body", "bundle")}
        decision = decided.get(version.decision)
        approvals.get_or_create(
            decision=version.decision,
            defaults={
                "release": release,
                "content_sha256": version.content_sha256,
                "risk_tier": "low",
                "stage": "public",
                "decision_address": version.decision_address,
                "tally_sha256": decision.bundle.sha256 if decision else "",
                "body": decision.body.name if decision else made.community.name,
                "mandate": decision.body.mandate if decision else "",
                "decided_at": version.adopted_at,
            },
        )


class Migration(migrations.Migration):
    dependencies = [("governance", "0011_draws_frozen")]

    operations = [migrations.RunPython(propose_texts, migrations.RunPython.noop)]
