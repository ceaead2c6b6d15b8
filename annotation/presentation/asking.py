"""The questions about an item, written out.

Before anything is answered they are the same for all items whose responses have the same names and stand in the same
order: what is asked may name a response by its letter, and never holds what the item says. So a process writes them
once for each order.
"""

import json
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from annotation.kinds import Texts
from annotation.models import Question, StudyVersion
from annotation.presentation.task import shown_questions
from annotation.queries.asked import asked, frozen_questions

KEPT = 512


def questions_html(
    version: StudyVersion,
    texts: Texts,
    *,
    order: Mapping[str, Any],
    given: Mapping[str, Any] | None = None,
    problems: Mapping[str, str] | None = None,
    one_tap: bool = False,
) -> SafeString:
    """The fields of a version's questions.

    Parameters
    ----------
    order, given, problems : as for :func:`annotation.presentation.shown_questions`
    one_tap : whether choosing sends
    """
    if version.is_frozen and version.sha256 and not given and not problems:
        return _fresh(version.pk, version.sha256, tuple(texts.responses), json.dumps(order), one_tap, get_language())
    return _written(asked(version), texts, order, given, problems, one_tap)


@lru_cache(maxsize=KEPT)
def _fresh(
    version: int, sha256: str, names: tuple[str, ...], order: str, one_tap: bool, language: str | None
) -> SafeString:
    questions = frozen_questions(version, sha256)
    return _written(questions, Texts(dict.fromkeys(names, ""), {}), json.loads(order), None, None, one_tap)


def _written(
    questions: Iterable[Question],
    texts: Texts,
    order: Mapping[str, Any],
    given: Mapping[str, Any] | None,
    problems: Mapping[str, str] | None,
    one_tap: bool,
) -> SafeString:
    shown = shown_questions(questions, texts, order=order, given=given, problems=problems)
    return mark_safe(render_to_string("annotation/asked.html", {"questions": shown, "one_tap": one_tap}))  # escaped
