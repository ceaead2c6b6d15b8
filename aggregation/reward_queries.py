"""Reads of reward models."""

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet

from accounts.models import Consent
from aggregation.models import RewardModel
from aggregation.rewards.cost import Sizes, estimate
from aggregation.rewards.settings import Settings
from aggregation.sources import Choice, Grouping, Material, Question, choices_for, find_material

LEARNT_FROM = ("pairs", "ratings", "votes")
OPENING_SECONDS = 8.0  # until the libraries are loaded, and to measure what came of it


def reward_models_of(user: Any) -> QuerySet[RewardModel]:
    """The reward models a person may see, newest first, with their community and run."""
    return RewardModel.objects.visible_to(user).select_related("community", "run")


def withdrawn_since(reward_model: RewardModel) -> int:
    """How many of those whose answers taught it have taken back every consent they gave."""
    given = Consent.objects.filter(member__in=reward_model.raters)
    standing = given.filter(withdrawn_at=None).values("member")
    return given.exclude(member__in=standing).values("member").distinct().count()


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


def training_cost(parts: Sequence[tuple[Material, Sequence[Question]]], *, members: int) -> dict[str, float]:
    """Answers and texts that a training of the first question of each part reads, and the seconds it is likely to take.

    Everybody's comparisons of their own answers are left out, for the usual loss does not use them; each text is taken
    as one to be encoded.
    """
    answers = texts = held_out = people = 0
    attributes: dict[str, int] = {}
    for material, questions in parts:
        shape = next(shape for shape in LEARNT_FROM if shape in questions[0].shapes)
        found = getattr(material, shape)(questions[0].key)
        answers += len(found.person_R)
        texts += len(found.candidates if shape == "votes" else found.items)
        people += len(found.people)
        attributes |= {key: len(one.levels) for key, one in found.people.groupings.items()}
    held_out, taught = answers // 5, answers - answers // 5
    sizes = Sizes(
        texts=texts, answers=taught, pairs=0, held_out=held_out, factors=(*list(attributes.values())[:1], 0, people)
    )
    cost = estimate(sizes, Settings(members=members), texts_to_encode=texts)
    return {
        "answers": answers,
        "texts": texts,
        "seconds": OPENING_SECONDS + cost.embedding_seconds + cost.training_seconds,
    }
