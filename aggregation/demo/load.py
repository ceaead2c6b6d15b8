"""Finished runs on the demonstration's conversation and its study of two models: every page has something to show."""

import logging
import uuid
from typing import Any

from django.db import transaction

from aggregation.actions.aggregations import compute
from aggregation.demo.people import demo_researcher
from aggregation.models import Aggregation
from aggregation.sources import choices_for
from jobs.kinds import Unfinishable

LOG = logging.getLogger(__name__)
NAMES = uuid.UUID("6d1f7a52-20c2-4f3e-9f43-3c1d5b9a7a10")
CONVERSATION = "assistants"
SLATE: dict[str, Any] = {"k": 5, "grouping": "opinion", "draws": 100, "selection": {}}
RUNS: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("slate", "Five statements for everybody", SLATE | {"rule": "mes", "missing": "impute"}),
    (
        "generate",
        "Four statements for people drawn at random",
        {"process": "fish", "k": 4, "words": 25, "writer": "pool", "sample": 60, "tries": 1, "held_out": 0}
        | {"budget": 80, "grouping": "opinion", "selection": {}},
    ),
    (
        "ranking",
        "The ten best liked in order",
        {"rule": "nash", "most": 10, "missing": "impute", "floor": None, "grouping": "opinion", "selection": {}},
    ),
    ("distribution", "Who said what", {"alpha0": None, "grouping": "opinion", "selection": {}}),
    ("bridging", "What the opinion groups share", {"grouping": "opinion", "selection": {}}),
    ("integrity", "Whose votes look copied", {"grouping": "", "selection": {}}),
    ("viewpoints", "The viewpoints there are", {"k": None, "least_support": 0.05, "grouping": "", "selection": {}}),
    ("slate", "Five statements, votes taken as they are", SLATE | {"rule": "av", "missing": "zero"}),
)
STUDY = "does-this-speak-for-you"
# How two made-up models think that ratings of two responses are spread over 1 to 5.
GUESSES = {
    "Guesses the middle": {item: {"2": 0.25, "3": 0.5, "4": 0.25} for item in ("cars", "cars-3")},
    "Guesses that people differ": {item: {"1": 0.25, "3": 0.3, "5": 0.45} for item in ("cars", "cars-3")},
}
STUDY_RUNS: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("coverage", "Whom two models speak for", {"tau": 4.0, "grouping": "age", "selection": {}}),
    (
        "distribution",
        "How well a made-up model guesses what people say",
        {"alpha0": None, "grouping": "age", "selection": {}, "reference": GUESSES},
    ),
)


def load_demo() -> bool:
    """Compute what is missing; False where everything stands, or there is nothing to compute from."""
    member = demo_researcher()
    if member is None:
        return False
    there = {(choice.kind, choice.key) for choice in choices_for(member.user)}
    made = False
    for source, material, question, method, title, parameters in (
        *(("conversation", CONVERSATION, "agreement", *run) for run in RUNS),
        *(("study", STUDY, "represents", *run) for run in STUDY_RUNS),
    ):
        if (source, material) not in there:
            continue
        run = uuid.uuid5(NAMES, title)
        if Aggregation.objects.filter(pk=run).exists():
            continue
        try:
            with transaction.atomic():
                compute(
                    run,
                    member,
                    source=source,
                    material=material,
                    question=question,
                    method=method,
                    parameters=parameters,
                    seed=1,
                    title=title,
                )
        except Unfinishable as reason:  # made by an older version, which kept less than this run needs
            LOG.warning("“%s” is left out: %s", title, reason)
            continue
        made = True
    return made
