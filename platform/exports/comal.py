"""What data sets can say in an audit: what is in them and what was left out; registered in :mod:`governance.comal`."""

from django.urls import reverse

from accounts.models import Community
from exports.models import Export
from governance.comal import Figure, Filling
from governance.subjects import Reference


def _export(community: Community, reference: Reference) -> Export | None:
    if reference.type != "artifact" or not reference.content_sha256:
        return None
    found = Export.objects.filter(community=community, sha256=reference.content_sha256, status=Export.Status.READY)
    return found.select_related("study", "conversation").order_by("built_at").first()


def origins(community: Community, reference: Reference) -> list[Reference]:
    """A data set came from a study or a conversation."""
    found = _export(community, reference)
    if found is None:
        return []
    if found.study is not None:
        return [Reference("study", found.study.slug, found.study.title)]
    return [Reference("conversation", found.conversation.slug, str(found.conversation))] if found.conversation else []


def fill(community: Community, reference: Reference) -> dict[str, Filling]:
    """Who is in the files, who was left out and why, and how people are kept from standing out."""
    found = _export(community, reference)
    if found is None:
        return {}
    manifest = found.manifest
    counts, privacy = manifest["counts"], manifest["privacy"]
    left_out = "; ".join(f"{why}: {n}" for why, n in manifest["left_out"].items() if n)
    words = (
        f"The files hold {counts['answers']} answers of {counts['people']} people to {counts['items']} items."
        f" {manifest['consent']} Left out: {left_out or 'nothing'}."
        f" At least {privacy['k']} people share what is told of each."
    )
    touched = found.touches.count()
    if touched:
        words += f" {touched} people in them have since taken back their consent or had their data erased."
    address = reverse("exports:download", args=[found.pk])
    return {
        "origin": Filling(
            words,
            [Figure("People in the files", counts["people"], n=counts["people"])],
            [{"title": f"The files of “{found.title}”", "address": address, "sha256": found.sha256}],
            title=f"Manifest of “{found.title}”",
            address=found.get_absolute_url(),
            measured=manifest,
        )
    }
