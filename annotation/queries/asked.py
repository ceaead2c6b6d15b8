"""The questions of a version, read once: a published version never changes."""

from functools import lru_cache

from annotation.models import Question, StudyVersion

KEPT = 512


def asked(version: StudyVersion) -> list[Question]:
    """The questions in order; those of a published version are kept in the process."""
    if version.is_frozen and version.sha256:
        return list(frozen_questions(version.pk, version.sha256))
    return _read(version.pk)


@lru_cache(maxsize=KEPT)
def frozen_questions(version: int, sha256: str) -> tuple[Question, ...]:
    """Those of a published version, by its id and the hash of its questions."""
    return tuple(_read(version))


def _read(version: int) -> list[Question]:
    return list(Question.objects.filter(version=version).order_by("position"))
