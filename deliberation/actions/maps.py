"""Drawing the opinion map of a conversation again."""

# Shapes: P participants, S statements.

import hashlib
import time
from importlib.metadata import version
from typing import Any

import numpy as np
from django.db import transaction
from django.utils import timezone
from numpy.typing import NDArray

from aggregation.algorithms.opinion import GroupNumber, PreviousMap, map_opinions
from aggregation.algorithms.opinion import OpinionMap as Found
from aggregation.algorithms.opinion.grouping import least_group_size
from aggregation.algorithms.opinion.layout import umap_layout
from aggregation.algorithms.opinion.report import map_report
from aggregation.models import Run
from deliberation.actions.wishes import wish_for_layout
from deliberation.models import Conversation, OpinionMap, Statement
from deliberation.queries.votes import VoteArrays, vote_arrays
from jobs.progress import Progress

KIND = "opinion_map"
SEED = 0
RESAMPLES = 20
KEPT = 20
MOST_IN_LAYOUT = 20_000
Labels = NDArray[np.intp]


def refresh_map(progress: Progress, *, conversation: int) -> dict[str, Any]:
    """Draw the map with every vote that is in now; where nothing has changed, nothing is drawn.

    A job's handler: running it twice on the same votes leaves one map.
    """
    found = Conversation.objects.select_related("community").filter(pk=conversation).first()
    if found is None:
        return {"drawn": 0}
    progress.report(0.05, "Reading the votes")
    arrays = vote_arrays(found)
    drawn = []
    if draw_map(found, arrays, OpinionMap.Grouping.COMPUTED, progress):
        drawn.append(OpinionMap.Grouping.COMPUTED)
    if any(arrays.imported_groups) and draw_map(found, arrays, OpinionMap.Grouping.IMPORTED, progress):
        drawn.append(OpinionMap.Grouping.IMPORTED)
    return {"drawn": len(drawn), "votes": arrays.votes.n_votes}


def draw_map(
    conversation: Conversation, arrays: VoteArrays, grouping: str, progress: Progress | None = None
) -> OpinionMap | None:
    """Compute and store one map; None where the newest one has the same inputs."""
    started, cpu = timezone.now(), time.process_time()
    latest = newest_map(conversation, grouping)
    digest = input_sha256(arrays, grouping)
    if latest is not None and latest.run.input_sha256 == digest:
        return None
    names, labels = _imported_labels(arrays) if grouping == OpinionMap.Grouping.IMPORTED else (None, None)

    def tell(done: int, of: int) -> None:
        if progress is not None:
            progress.report(0.2 + 0.6 * done / of, "Trying how stable the groups are")

    if progress is not None:
        progress.report(0.2, "Finding the groups")
    found = map_opinions(
        arrays.votes,
        moderated_out=arrays.moderated_out,
        meta=arrays.meta,
        groups=labels,
        previous=_previous(latest, arrays) if labels is None else None,
        seed=SEED,
        stability_resamples=0 if labels is not None else RESAMPLES,
        progress=tell,
    )
    result = _result(found, arrays, names)
    with transaction.atomic():
        run = Run.objects.create(
            community=conversation.community,
            kind=KIND,
            parameters={"grouping": grouping, "stability_resamples": RESAMPLES},
            seed=SEED,
            input_sha256=digest,
            versions={name: version(name) for name in ("polyphony", "numpy", "scipy")},
            result=result,
            warnings=list(found.warnings),
            cpu_seconds=time.process_time() - cpu,
            started_at=started,
        )
        drawn = OpinionMap.objects.create(
            conversation=conversation,
            run=run,
            grouping=grouping,
            votes_as_of=arrays.as_of,
            last_event=arrays.last_event,
        )
        if labels is None:
            _store_priorities(arrays, found)
            wish_for_layout(drawn)
        _thin_out(conversation, grouping)
    return drawn


def draw_layout(progress: Progress, *, opinion_map: int) -> dict[str, Any]:
    """Lay a map's people out a second time, by UMAP: slower than the map itself, and never in its way."""
    found = OpinionMap.objects.select_related("run", "conversation").filter(pk=opinion_map).first()
    if found is None or found.umap is not None:
        return {"drawn": 0}
    arrays = vote_arrays(found.conversation)
    if input_sha256(arrays, found.grouping) != found.run.input_sha256:
        return {"drawn": 0}
    progress.report(0.1, "Laying people out by their neighbours")
    found.umap = _umap(arrays, found.run.result)
    found.save(update_fields=["umap"])
    return {"drawn": int(bool(found.umap))}


def newest_map(conversation: Conversation, grouping: str) -> OpinionMap | None:
    """The map that pages show."""
    maps = OpinionMap.objects.filter(conversation=conversation, grouping=grouping)
    return maps.select_related("run").first()


def input_sha256(arrays: VoteArrays, grouping: str) -> str:
    """Hash of everything that a map depends on: who voted what, what is moderated out, and an imported grouping."""
    digest = hashlib.sha256(grouping.encode())
    for array in (arrays.numbers, arrays.statement_numbers, arrays.moderated_out, arrays.meta):
        digest.update(np.ascontiguousarray(array).tobytes())
    for part in (arrays.votes.starts, arrays.votes.statements, arrays.votes.values):
        digest.update(part.astype(np.int64).tobytes())
    if grouping == OpinionMap.Grouping.IMPORTED:
        digest.update("\0".join(arrays.imported_groups).encode())
    return digest.hexdigest()


def _result(found: Found, arrays: VoteArrays, names: list[str] | None) -> dict[str, Any]:
    inside = int(np.count_nonzero(found.inside))
    report = map_report(
        found, [str(n) for n in arrays.numbers.tolist()], [str(n) for n in arrays.statement_numbers.tolist()], names
    )
    number = found.number
    return report | {
        "participants": found.n_participants,
        "statements": found.n_statements,
        "votes": found.n_votes,
        "in_conversation": inside,
        "least_group_size": least_group_size(inside),
        "k": found.k,
        "silhouettes": {str(k): value for k, value in found.silhouettes.items()},
        "stability": {str(k): value for k, value in found.stability.items()},
        "stable": found.stable,
        "carried": {
            "labels": found.labels.tolist(),
            "inside": found.inside.tolist(),
            "points": [[None, None] if np.isnan(p).any() else p.tolist() for p in found.space.points],
            "participants": arrays.numbers.tolist(),
            "number": None if number is None else [number.shown, number.best, number.streak],
        },
    }


def _previous(latest: OpinionMap | None, arrays: VoteArrays) -> PreviousMap | None:
    """The newest map's names, axes and number of groups, in the rows of today."""
    carried = latest.run.result.get("carried") if latest is not None else None
    if not carried:
        return None
    place = {number: row for row, number in enumerate(carried["participants"])}
    rows = [place.get(number, -1) for number in arrays.numbers.tolist()]
    points = np.array(carried["points"], dtype=np.float64).reshape(-1, 2)
    before = PreviousMap(
        labels=np.array(carried["labels"], dtype=np.intp),
        number=GroupNumber(*carried["number"]) if carried["number"] else None,
        points=points,
        inside=np.array(carried["inside"], dtype=np.bool_),
    )
    return before.for_rows(rows)


def _imported_labels(arrays: VoteArrays) -> tuple[list[str], Labels]:
    names = sorted({name for name in arrays.imported_groups if name}, key=lambda name: (len(name), name))
    places = {name: place for place, name in enumerate(names)}
    return names, np.array([places.get(name, -1) for name in arrays.imported_groups], dtype=np.intp)


def _umap(arrays: VoteArrays, result: dict[str, Any]) -> list[list[float] | None]:
    """Places of the run's points in their order, None for those outside; empty for too few people or too many."""
    inside = np.array(result["carried"]["inside"], dtype=np.bool_)
    if inside.size > MOST_IN_LAYOUT:
        return []
    layout = umap_layout(arrays.votes, moderated_out=arrays.moderated_out, inside=inside, seed=SEED)
    if layout is None:
        return []
    place = {str(number): row for row, number in enumerate(arrays.numbers.tolist())}
    rows = [layout[place[point["participant"]]] for point in result["points"]]
    return [None if np.isnan(row).any() else [round(float(x), 4) for x in row] for row in rows]


def _store_priorities(arrays: VoteArrays, found: Found) -> None:
    wanted = dict(zip(arrays.statements.tolist(), found.statistics.priorities.tolist(), strict=True))
    changed = [
        Statement(pk=pk, priority=wanted[pk])
        for pk, now in Statement.objects.filter(pk__in=wanted).values_list("pk", "priority")
        if now != wanted[pk]
    ]
    Statement.objects.bulk_update(changed, ["priority"], batch_size=1000)


def _thin_out(conversation: Conversation, grouping: str) -> None:
    """Keep the newest maps and one for each day before them: live voting draws hundreds."""
    maps = OpinionMap.objects.filter(conversation=conversation, grouping=grouping)
    kept_days = set()
    gone = []
    for pk, run, created in list(maps.values_list("pk", "run", "created_at"))[KEPT:]:
        day = created.date()
        if day in kept_days:
            gone.append((pk, run))
        kept_days.add(day)
    OpinionMap.objects.filter(pk__in=[pk for pk, _ in gone]).delete()
    Run.objects.filter(pk__in=[run for _, run in gone]).delete()
