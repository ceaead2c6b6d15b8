"""Reward models of the demonstration: asked for when it is loaded, trained in seconds by the first free worker."""

import uuid
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from aggregation.actions.rewards import request_training
from aggregation.demo.people import demo_researcher
from aggregation.models import RewardModel, RewardScoring
from aggregation.sources import find_material

NAMES = uuid.UUID("a2c0b1de-8a57-4a3f-8a4e-0d6d3a6f4c11")
PLAN: dict[str, Any] = {"reduction": "mean", "reduction_group": "", "threshold": None, "prefer": "high", "seed": 1}


@dataclass(frozen=True)
class Wanted:
    """One model: what it learns from, how, and texts to be scored once it is trained."""

    title: str
    kind: str
    key: str
    question: str
    plan: dict[str, Any]
    prompt: str
    texts: tuple[str, ...]


MODELS = (
    Wanted(
        "What each age wants for the town",
        *("study", "town-money", "represents"),
        {"groups": ["age", "gender"], "losses": "points", "members": 3, "val_share": 30},
        "What should the town spend money on?",
        (
            "A swimming pool with slides, diving boards and music.",
            "A nursing home in the middle of town.",
            "Street lamps and benches along the river.",
            "A room where grandparents teach teenagers to cook.",
        ),
    ),
    Wanted(
        "Which answer people prefer when values conflict",
        *("study", "when-values-conflict", "better"),
        {"groups": ["age", "gender"], "losses": "pairs", "members": 3, "val_share": 40},
        "My friend told me a secret that could hurt somebody. What should I do?",
        (
            "Tell the person who could be hurt. Their safety comes before your promise.",
            "Keep the secret; it is not yours to tell.",
            "What could happen, and how soon? If somebody is in danger, talk to your friend first, and get help.",
        ),
    ),
    Wanted(
        "What people want of AI in schools",
        *("conversation", "schools", "agreement"),
        {"groups": ["opinion"], "losses": "points", "members": 3, "val_share": 30},
        "",
        (
            "Pupils should learn how AI works before they use it.",
            "Teachers should decide alone which tools their class uses.",
            "Homework should be corrected by AI, so that teachers have more time.",
            "Phones and AI have no place in a primary school.",
        ),
    ),
)


def load_demo() -> bool:
    """Ask for what is missing; False where everything stands, or there is nothing to learn from."""
    member = demo_researcher()
    if member is None:
        return False
    made = False
    for wanted in MODELS:
        pk = uuid.uuid5(NAMES, wanted.title)
        material = find_material(member.user, wanted.kind, wanted.key)
        if material is None or RewardModel.objects.filter(pk=pk).exists():
            continue
        question = next((one for one in material.questions() if one.key == wanted.question), None)
        if question is None:
            continue
        with transaction.atomic():
            model = request_training(
                member=member, title=wanted.title, parts=[(material, question)], plan=PLAN | wanted.plan, pk=pk
            )
            RewardScoring.objects.create(
                reward_model=model, created_by=member, prompt=wanted.prompt, texts=list(wanted.texts)
            )
        made = True
    return made
