"""What reward models hold of a person: that their answers taught them. Registered in `accounts.personal_data`."""

from typing import Any

from django.db.models import F, Func, QuerySet, Value

from accounts.models import Member
from accounts.personal_data import Holding, Shown
from aggregation.models import RewardCheckpoint, RewardModel, RewardScoring


def _taught_by(member: Member) -> QuerySet[RewardModel]:
    return RewardModel.objects.filter(raters__contains=[member.pk])


def show(member: Member) -> list[Shown]:
    """Which models were taught by this person's answers."""
    return [Shown(found.title, "learnt from your answers") for found in _taught_by(member).order_by("-created_at")]


def export(member: Member) -> dict[str, Any]:
    """The models, and the texts this person had scored."""
    scored = RewardScoring.objects.filter(created_by=member).order_by("created_at")
    return {
        "reward_models_taught": [
            {"id": str(found.pk), "title": found.title, "sha256": found.artifact_sha256}
            for found in _taught_by(member).order_by("created_at")
        ],
        "texts_scored": [
            {"model": str(one.reward_model_id), "prompt": one.prompt, "texts": one.texts} for one in scored
        ],
    }


def erase(member: Member) -> str:
    """The name goes from the lists of who taught a model; its page says that somebody was erased since."""
    withdraw(member)
    RewardScoring.objects.filter(created_by=member).delete()
    without = Func(F("raters"), Value(member.pk), function="array_remove")
    touched = _taught_by(member).update(raters=without, raters_erased=F("raters_erased") + 1)
    return f"{touched} reward models that learnt from their answers now say that they should be trained again."


def withdraw(member: Member) -> None:
    """What unfinished trainings of the community keep may hold what was learnt about the person, and goes.

    A finished model holds nothing about single persons; its page says how many have taken back their consent.
    """
    RewardCheckpoint.objects.filter(reward_model__community=member.community_id).delete()


HOLDING = Holding("reward_models", "Reward models taught by your answers", show, export, erase, withdraw)
