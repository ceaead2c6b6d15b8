"""Asking for a reward model, stopping its training and going on with it, having texts scored."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID, uuid4

from django.db import transaction

from accounts.models import Member
from aggregation.models import RewardModel, RewardScoring
from aggregation.reward_plans import unfit_for
from aggregation.sources import Material, Question
from governance.queries.incidents import freezing_number
from jobs.actions import NotPossible, cancel_job, request_job
from jobs.models import Job

TRAIN, SCORE = "train_reward_model", "score_texts"


class Refused(Exception):
    """What was asked for cannot be done; the text says why."""


@transaction.atomic
def request_training(
    *,
    member: Member,
    title: str,
    parts: Sequence[tuple[Material, Question]],
    plan: dict[str, Any],
    pk: UUID | None = None,
) -> RewardModel:
    """Store what is to be trained, and ask for it.

    Parameters
    ----------
    parts : what it learns from; all of it belongs to the member's community
    plan : ``groups`` (keys), ``losses``, ``reduction``, ``reduction_group``, ``threshold``, ``prefer``, ``members``,
        ``val_share``, ``seed``
    pk : its id, where it must be the same each time; a new one otherwise

    Raises
    ------
    Refused
        If the parts are of several communities, or the plan does not fit them.
    """
    communities = {material.choice.community.pk for material, _ in parts}
    if communities != {member.community_id}:
        raise Refused("A reward model is trained on answers of one community. Choose material of one community only.")
    unfit = unfit_for([question for _, question in parts], plan)
    if unfit:
        raise Refused(" ".join(one.why for one in unfit))
    made = RewardModel.objects.create(
        pk=pk or uuid4(),
        community_id=member.community_id,
        title=title,
        created_by=member,
        materials=[
            {
                "kind": material.choice.kind,
                "key": material.choice.key,
                "question": question.key,
                "question_title": question.title,
                "title": material.choice.title,
                "address": material.choice.address,
            }
            for material, question in parts
        ],
        plan=plan,
        is_synthetic=member.community.is_synthetic,
    )
    return _begin(made, member)


@transaction.atomic
def resume_training(*, reward_model: RewardModel, member: Member) -> RewardModel:
    """Go on with a stopped or failed training from what is finished.

    Raises
    ------
    Refused
        If it is trained already, or its job is not over.
    """
    locked = RewardModel.objects.select_for_update().get(pk=reward_model.pk)
    if locked.is_trained:
        raise Refused("This model is trained already.")
    found = training_job(locked)
    if found is not None and not found.is_over:
        raise Refused("The training has not ended; there is nothing to resume.")
    return _begin(locked, member)


def stop_training(*, reward_model: RewardModel) -> None:
    """Stop the training at its next step; what is finished is kept for going on.

    Raises
    ------
    Refused
        If there is nothing to stop.
    """
    found = training_job(reward_model)
    if found is None:
        raise Refused("The training is just being taken up. Press the button again in a moment.")
    try:
        cancel_job(job=found)
    except NotPossible as reason:
        raise Refused(str(reason)) from None
    except Job.DoesNotExist:
        raise Refused("The training is just being taken up. Press the button again in a moment.") from None


@transaction.atomic
def request_scoring(*, reward_model: RewardModel, member: Member, prompt: str, texts: list[str]) -> RewardScoring:
    """Store texts and ask for their scores.

    Raises
    ------
    Refused
        If the model is not trained, or an incident freezes it.
    """
    if not reward_model.is_trained:
        raise Refused("This model is not trained yet, so it cannot score anything.")
    incident = freezing_number(reward_model.community_id, reward_model.artifact_sha256)
    if incident:
        raise Refused(f"This model is frozen while incident {incident} is open. Nobody can score with it until then.")
    made = RewardScoring(reward_model=reward_model, created_by=member, prompt=prompt, texts=texts)
    made.job = _ask(SCORE, made.pk, {"scoring": str(made.pk)}, member)
    made.save()
    return made


@transaction.atomic
def score_what_waits(*, reward_model: RewardModel, member: Member) -> int:
    """Ask for the scores of texts that were kept until the model is trained; returns how many scorings waited."""
    waiting = list(reward_model.scorings.select_for_update().filter(result__isnull=True, job__isnull=True))
    for made in waiting:
        made.job = _ask(SCORE, made.pk, {"scoring": str(made.pk)}, member)
        made.save(update_fields=["job"])
    return len(waiting)


def training_job(reward_model: RewardModel) -> Job | None:
    """The newest training job; None before the relay has seen the wish for it."""
    return _job(reward_model.job)


def scoring_job(scoring: RewardScoring) -> Job | None:
    """The job of a scoring; None before the relay has seen the wish for it."""
    return _job(scoring.job)


def _job(wish: UUID | None) -> Job | None:
    if wish is None:
        return None
    return Job.objects.filter(pk=wish).first() or Job.objects.filter(wishes__pk=wish).first()


def _begin(reward_model: RewardModel, member: Member) -> RewardModel:
    payload = {"reward_model": str(reward_model.pk), "member": member.pk}
    reward_model.job = _ask(TRAIN, reward_model.pk, payload, member)
    reward_model.save(update_fields=["job"])
    return reward_model


def _ask(kind: str, key: UUID, payload: dict[str, Any], member: Member) -> UUID:
    return request_job(kind=kind, key=str(key), payload=payload, community=member.community, requested_by=member)
