"""Factories of the aggregation room."""

from functools import cache
from typing import Any

from django.utils import timezone

from accounts.models import Community
from aggregation import snapshots
from aggregation.models import Aggregation, Run
from aggregation.pipelines.methods import METHODS
from aggregation.pipelines.outcome import silent
from tests.aggregation.pipelines.votes import planted

PARAMETERS: dict[str, dict[str, Any]] = {
    "slate": {"rule": "av", "k": 2, "missing": "zero", "grouping": "opinion", "selection": {}},
}


@cache
def result_of(method: str) -> dict[str, Any]:
    """A real result on planted votes."""
    votes, _, _ = planted(people=24, candidates=6)
    found: dict[str, Any] = METHODS[method].compute()(votes, PARAMETERS[method], seed=0, tell=silent).result
    return found


def make_aggregation(community: Community, method: str = "slate", **more: Any) -> Aggregation:
    """A finished run with its inputs."""
    votes, _, _ = planted(people=24, candidates=6)
    run = Run.objects.create(
        community=community,
        kind=method,
        parameters=PARAMETERS[method],
        input_sha256=snapshots.sha256_of(votes),
        result=result_of(method),
        started_at=timezone.now(),
    )
    described = {"title": "A run", "source": "conversation", "material": "x", "material_title": "What shall we do?"}
    described |= {"question": "agreement", "question_title": "Agreement"}
    return Aggregation.objects.create(run=run, inputs=snapshots.to_bytes(votes), **(described | more))
