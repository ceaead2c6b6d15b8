"""Reads of reward models."""

from typing import Any

from django.db.models import QuerySet

from aggregation.models import RewardModel
from aggregation.sources import Choice, Grouping, Material, Question, choices_for, find_material

LEARNT_FROM = ("pairs", "ratings", "votes")
SECONDS_PER_TEXT = 0.04
SECONDS_PER_THOUSAND = 0.6
OPENING_SECONDS = 8.0


def reward_models_of(user: Any) -> QuerySet[RewardModel]:
    """The reward models a person may see, newest first, with their community and run."""
    return RewardModel.objects.visible_to(user).select_related("community", "run")


def trainable(user: Any, community_id: int) -> list[Choice]:
    """Material of one community that the person may train on."""
    return [choice for choice in choices_for(user) if choice.community.pk == community_id]


def chosen_materials(user: Any, community_id: int, names: list[str]) -> list[Material]:
    """The materials named "kind:key" that the person may use; others are left out."""
    found = []
    for name in dict.fromkeys(names):
        kind, _, key = name.partition(":")
        material = find_material(user, kind, key)
        if material is not None and material.choice.community.pk == community_id:
            found.append(material)
    return found


def questions_to_learn(material: Material) -> list[Question]:
    """Its questions that a reward model can learn from."""
    return [question for question in material.questions() if set(question.shapes) & set(LEARNT_FROM)]


def shared_groupings(materials: list[Material]) -> list[Grouping]:
    """Groupings by key, each once, in the order in which they are first met."""
    found: dict[str, Grouping] = {}
    for material in materials:
        for grouping in material.groupings():
            found.setdefault(grouping.key, grouping)
    return list(found.values())


def training_seconds(*, texts: int, answers: int, members: int) -> float:
    """How long a training is likely to take on one core, to say so before it begins: encoding, then fitting.

    Measured on a few thousand answers on one core of 2026; a busy machine takes longer, a graphics card less.
    """
    return OPENING_SECONDS + texts * SECONDS_PER_TEXT + answers / 1000 * SECONDS_PER_THOUSAND * (2 + members)
