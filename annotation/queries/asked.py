"""The questions of a version, read once: a published version never changes."""

from functools import lru_cache

from annotation.models import Question, StudyVersion

KEPT = 512


def asked(version: StudyVersion) -> list[Question]:
    """The questions in order; those of a published version are kept in the process."""
    return list(_kept(version.pk, version.sha256)) if version.is_frozen and version.sha256 else _read(version.pk)


@lru_cache(maxsize=KEPT)
def _kept(version: int, sha256: str) -> tuple[Question, ...]:
    return tuple(_read(version))


def _read(version: int) -> list[Question]:
    return list(Question.objects.filter(version=version).order_by("position"))
