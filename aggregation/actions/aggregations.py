"""Asking for aggregations and computing them."""

import time
from collections.abc import Mapping
from importlib.metadata import version
from typing import Any
from uuid import UUID, uuid4

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from accounts.models import Member
from aggregation import snapshots
from aggregation.models import Aggregation, Run
from aggregation.pipelines.methods import METHODS, Method
from aggregation.sources import Material, NotGiven, Question, find_material
from jobs.actions import request_job
from jobs.kinds import Unfinishable
from jobs.progress import Progress

KIND = "aggregate"
VERSIONS = ("polyphony", "numpy", "scipy")


def request_aggregation(
    *,
    member: Member,
    material: Material,
    question: Question,
    method: Method,
    parameters: Mapping[str, Any],
    seed: int,
    title: str = "",
) -> UUID:
    """Ask for a run; returns the id of the job, which is also the run's."""
    run = uuid4()
    payload = {
        "run": str(run),
        "member": member.pk,
        "source": material.choice.kind,
        "material": material.choice.key,
        "question": question.key,
        "method": method.name,
        "parameters": dict(parameters),
        "seed": seed,
        "title": title.strip() or f"{method.title}: {material.choice.title}"[:200],
    }
    return request_job(
        kind=KIND, key=str(run), payload=payload, community=material.choice.community, requested_by=member
    )


def request_again(*, member: Member, aggregation: Aggregation) -> UUID:
    """Ask for the same computation on the stored inputs, to see that it comes out the same."""
    run = uuid4()
    payload = {"run": str(run), "member": member.pk, "again_of": str(aggregation.pk)}
    return request_job(
        kind=KIND, key=str(run), payload=payload, community=aggregation.run.community, requested_by=member
    )


def aggregate(progress: Progress, *, run: str, member: int, **asked: Any) -> dict[str, Any]:
    """A job's handler: compute and store one run; a second time the stored one stands."""
    address = {"address": reverse("aggregation:run", args=[run]), "run": run}
    if Run.objects.filter(pk=run).exists():
        return address
    by = Member.objects.select_related("user", "community").get(pk=member)
    if "again_of" in asked:
        _again(UUID(run), by, asked["again_of"], progress)
    else:
        compute(UUID(run), by, progress=progress, **asked)
    return address


def compute(
    run: UUID,
    member: Member,
    *,
    source: str,
    material: str,
    question: str,
    method: str,
    parameters: Mapping[str, Any],
    seed: int,
    title: str,
    progress: Progress | None = None,
) -> Aggregation:
    """Read the answers, compute, store.

    Raises
    ------
    Unfinishable
        If the material is gone, or the parameters do not fit it; the text says what to change.
    """
    found = find_material(member.user, source, material)
    how = METHODS.get(method)
    if found is None or how is None:
        raise Unfinishable("What this was asked of is not there any more, or you no longer run it.")
    asked = next((one for one in found.questions() if one.key == question), None)
    shape = how.shape_of(asked) if asked is not None else None
    if asked is None or shape is None:
        raise Unfinishable(f"There is no such question, or “{how.title}” cannot work on it.")
    if progress is not None:
        progress.report(0.01, "Reading the answers")
    try:
        arrays: snapshots.Arrays = getattr(found, shape)(question)
    except NotGiven as reason:
        raise Unfinishable(str(reason)) from None
    choice = found.choice
    described = Aggregation(
        title=title,
        source=source,
        material=material,
        material_title=choice.title,
        material_address=choice.address,
        question=question,
        question_title=asked.title,
        requested_by=member,
        inputs=snapshots.to_bytes(arrays),
        members=sorted({pk for pk in arrays.people.member_P.tolist() if pk >= 0}),
        numbers={
            name: pk for name, pk in zip(arrays.people.ids, arrays.people.member_P.tolist(), strict=True) if pk >= 0
        }
        if method == "integrity"
        else {},
        is_synthetic=bool(choice.community.is_synthetic),
    )
    return _store(run, described, how, arrays, parameters, seed, choice.community, progress)


def _again(run: UUID, member: Member, again_of: str, progress: Progress) -> Aggregation:
    before = Aggregation.objects.select_related("run__community").get(pk=UUID(again_of))
    if before.inputs is None:
        raise Unfinishable("The answers that this was computed from were erased at the wish of somebody among them.")
    described = Aggregation(
        again_of=before,
        requested_by=member,
        **{
            name: getattr(before, name)
            for name in (
                *("title", "source", "material", "material_title", "material_address", "question", "question_title"),
                *("inputs", "members", "numbers", "is_synthetic"),
            )
        },
    )
    old = before.run
    arrays = snapshots.from_bytes(bytes(before.inputs))
    return _store(run, described, METHODS[old.kind], arrays, old.parameters, old.seed, old.community, progress)


def _store(
    run: UUID,
    described: Aggregation,
    method: Method,
    arrays: snapshots.Arrays,
    parameters: Mapping[str, Any],
    seed: int,
    community: Any,
    progress: Progress | None,
) -> Aggregation:
    started, cpu = timezone.now(), time.process_time()

    def tell(share: float, message: str) -> None:
        if progress is not None:
            progress.report(0.05 + 0.9 * share, message)

    more: dict[str, Any] = {}
    if parameters.get("writer") == "model":
        from aggregation.actions.writing import LanguageWriter

        if described.requested_by is None:
            raise Unfinishable("Whoever asked for this has left; somebody has to ask for it again.")
        more["writer"] = LanguageWriter(
            community=community,
            member=described.requested_by,
            # What was answered for the first run is the answer again: a model need not repeat itself.
            run=described.again_of_id or run,
            question=described.material_title,
            progress=progress,
        )
    try:
        outcome = method.compute()(arrays, parameters, seed=seed, tell=tell, **more)
    except ValueError as reason:
        raise Unfinishable(f"{str(reason)[:1].upper()}{str(reason)[1:]}") from None
    with transaction.atomic():
        described.run = Run.objects.create(
            pk=run,
            community=community,
            kind=method.name,
            parameters=dict(parameters),
            seed=seed,
            input_sha256=snapshots.sha256_of(arrays),
            versions={name: version(name) for name in VERSIONS},
            result=outcome.result,
            warnings=list(outcome.warnings),
            cpu_seconds=time.process_time() - cpu,
            started_at=started,
        )
        described.save(force_insert=True)
    return described
