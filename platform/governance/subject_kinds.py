"""What of this room can be decided, audited and named by an incident: texts, amendments and releases."""

from typing import Any

from django.urls import reverse

from accounts.models import Community
from governance import artifacts, endings, subjects
from governance.actions import amendments, constitutions, releases
from governance.models import Amendment, ConstitutionVersion, Release
from governance.models.releases import RiskTier
from governance.queries.constitutions import clauses_of, patches_of
from governance.subjects import Kind, Reference
from governance.texts import FILES, patch_difference
from governance.tiers import TIERS

STAGES = (Release.Stage.LIMITED, Release.Stage.PUBLIC)


def _versions(user: Any) -> Any:
    seen = ConstitutionVersion.objects.exclude(sealed_at=None).select_related("constitution__community")
    return seen.filter(constitution__community__in=Community.objects.visible_to(user).values("pk"))


def _version_choices(community: Community, user: Any) -> list[Reference]:
    found = _versions(user).filter(constitution__community=community).order_by("-sealed_at")
    return [constitutions.reference(one) for one in found]


def _find_version(community: Community, user: Any, id_: str) -> Reference | None:
    slug, _, number = id_.rpartition("/")
    if not number.isdecimal():
        return None
    found = _versions(user).filter(constitution__community=community, constitution__slug=slug, number=int(number))
    return next((constitutions.reference(one) for one in found), None)


def _version_text(reference: Reference) -> str:
    version = endings.version_of(reference)
    lines = [version.constitution.title, version.preamble]
    lines += [f"{one.principle.key} (priority {one.level}): {one.text}" for one in clauses_of(version)]
    return "\n\n".join(line for line in (*lines, f"SHA-256: {version.content_sha256}") if line)


def _amendments(user: Any) -> Any:
    proposed = Amendment.objects.exclude(content_sha256="").select_related("constitution__community")
    return proposed.filter(constitution__community__in=Community.objects.visible_to(user).values("pk"))


def _amendment_choices(community: Community, user: Any) -> list[Reference]:
    return [amendments.reference(one) for one in _amendments(user).filter(constitution__community=community)]


def _find_amendment(community: Community, user: Any, id_: str) -> Reference | None:
    found = [one for one in _amendments(user).filter(constitution__community=community) if str(one.pk) == id_]
    return amendments.reference(found[0]) if found else None


def _amendment_of(reference: Reference) -> Amendment:
    return Amendment.objects.select_related("constitution__community").get(pk=reference.id)


def _amendment_text(reference: Reference) -> str:
    amendment = _amendment_of(reference)
    lines = [amendment.title]
    for patch in patches_of(amendment):
        change = patch_difference(patch)
        lines.append(f"{change.words} {change.key}" + (f" (priority {patch.level})" if patch.level else ""))
        lines += [f"Before: {patch.before}"] if patch.before else []
        lines += [f"After: {patch.text}"] if patch.text else []
    return "\n\n".join((*lines, f"SHA-256: {amendment.content_sha256}"))


def stage_reference(release: Release, stage: str) -> Reference:
    """A release as a decision is about it: these bytes, at this risk, as far as this stage."""
    return Reference(
        type="release",
        id=f"{release.pk}/{release.risk_tier}/{stage}",
        title=f"{release.title}: {Release.Stage(stage).label.lower()}, at {release.get_risk_tier_display().lower()}",
        address=release.get_absolute_url(),
        content_sha256=release.content_sha256,
    )


def next_stages(release: Release) -> list[Reference]:
    """The release as far as each stage that it has not reached."""
    if release.stage in {Release.Stage.PUBLIC, Release.Stage.WITHDRAWN}:
        return []
    return [stage_reference(release, stage) for stage in STAGES if release.stage != stage]


def _release_choices(community: Community, user: Any) -> list[Reference]:
    found = Release.objects.visible_to(user).filter(community=community).exclude(stage=Release.Stage.WITHDRAWN)
    return [reference for one in found for reference in next_stages(one)]


def _find_release(community: Community, user: Any, id_: str) -> Reference | None:
    return next((one for one in _release_choices(community, user) if one.id == id_), None)


def _release_of(reference: Reference) -> tuple[Release, str, str]:
    pk, tier, stage = reference.id.split("/")
    return Release.objects.select_related("community").get(pk=pk), tier, stage


def _release_text(reference: Reference) -> str:
    release, tier, stage = _release_of(reference)
    return "\n\n".join(
        [
            f"{release.title} ({release.get_kind_display().lower()}) may go as far as:"
            f" {Release.Stage(stage).label.lower()}.",
            f"Risk: {RiskTier(tier).label.lower()}. {release.risk_rationale}".strip(),
            TIERS[tier].words,
            f"SHA-256 of the content: {release.content_sha256}",
        ]
    )


def _artifacts(community: Community, user: Any) -> list[Reference]:
    found = Release.objects.visible_to(user).filter(community=community).select_related("community")
    return [releases.reference(one) for one in found]


def _find_artifact(community: Community, user: Any, id_: str) -> Reference | None:
    return next((one for one in _artifacts(community, user) if one.id == id_), None)


NAMED, DECIDED = frozenset({"audited", "incident"}), frozenset({"decided"})
KINDS = (
    Kind(
        "constitution",
        "Constitution",
        _version_choices,
        _find_version,
        uses=NAMED | DECIDED,
        text=_version_text,
        decided=endings.version_decided,
    ),
    Kind(
        "amendment",
        "Amendment",
        _amendment_choices,
        _find_amendment,
        uses=DECIDED,
        text=_amendment_text,
        decided=endings.amendment_decided,
    ),
    Kind(
        "release",
        "Release of an artifact",
        _release_choices,
        _find_release,
        uses=DECIDED,
        text=_release_text,
        decided=endings.release_decided,
    ),
    Kind("artifact", "Artifact", _artifacts, _find_artifact, uses=NAMED),
)


def _text_files(release: Release) -> list[artifacts.File]:
    """The files of a constitution's version."""
    versions = ConstitutionVersion.objects.filter(
        constitution__community=release.community_id, content_sha256=release.content_sha256
    )
    version = versions.select_related("constitution").first()
    if version is None:
        return []
    words = {"text.json": "Canonical text", "text.md": "To read (Markdown)", "principles.json": "For training"}
    args = (version.constitution.slug, version.number)
    return [artifacts.File(words[name], reverse("governance:version-file", args=[*args, name])) for name in FILES]


def register() -> None:
    """Make them known."""
    artifacts.register(artifacts.Artifact(Release.Kind.CONSTITUTION, _text_files))
    for kind in KINDS:
        subjects.register(kind)
