"""The files behind releases of results and reward models; registered in :mod:`governance.artifacts`."""

from typing import Any
from uuid import UUID

from django.template.defaultfilters import filesizeformat
from django.urls import reverse

from aggregation.models import Aggregation, RewardModel
from aggregation.releasing import GATED
from governance.artifacts import Artifact, File
from governance.models import Release

PARTS = {"all": "Everything as a zip", "json": "JSON", "csv": "CSV", "card": "The card"}


def run_behind(release: Release) -> Aggregation | None:
    """The run behind a release of a result, which names its page."""
    runs = Aggregation.objects.filter(run__community=release.community_id, run__kind__in=GATED)
    try:
        pk = UUID(release.address.strip("/").rpartition("/")[2])
    except ValueError:
        return None
    return runs.filter(pk=pk).select_related("run__community").first()


def _run_files(release: Release) -> list[File]:
    found = run_behind(release)
    if found is None:
        return []
    return [File(words, reverse("aggregation:download", args=[found.pk, part])) for part, words in PARTS.items()]


def _sees_run(release: Release, user: Any) -> bool:
    found = run_behind(release)
    return found is not None and Aggregation.objects.visible_to(user).filter(pk=found.pk).exists()


def model_behind(release: Release) -> RewardModel | None:
    """The reward model behind a release."""
    same = {"community": release.community_id, "artifact_sha256": release.content_sha256}
    return RewardModel.objects.filter(**same).order_by("created_at").first()


def _model_files(release: Release) -> list[File]:
    found = model_behind(release)
    if found is None:
        return []
    words = f"Download the model ({filesizeformat(found.artifact_bytes)})"
    return [File(words, reverse("aggregation:reward-model-download", args=[found.pk]))]


def _sees_model(release: Release, user: Any) -> bool:
    found = model_behind(release)
    return found is not None and RewardModel.objects.visible_to(user).filter(pk=found.pk).exists()


SLATE = Artifact(Release.Kind.SLATE, _run_files, _sees_run)
MODEL = Artifact(Release.Kind.MODEL, _model_files, _sees_model)
