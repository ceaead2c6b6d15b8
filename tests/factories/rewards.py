"""Reward models that are trained, as far as pages know: the figures are few, the files are no model."""

import hashlib
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone

from accounts.models import Member
from aggregation.artifacts import artifact_name
from aggregation.models import RewardModel, RewardScoring, Run
from governance.gate import propose_release

PLAN = {"groups": [], "losses": "points", "reduction": "mean", "reduction_group": "", "threshold": None}
NOTHING: dict[str, Any] = {"points": {}, "pairs": {}}
SCORE = {"p": 0.5, "reward": 0.0, "epistemic": 0.0, "aleatoric": 0.5, "group_disagreement": 0.1}


def make_reward_model(member: Member, **more: Any) -> RewardModel:
    """One in training."""
    return RewardModel.objects.create(
        community=member.community,
        title="What people say",
        created_by=member,
        materials=[],
        plan=PLAN | {"prefer": "high", "members": 2, "val_share": 20, "seed": 0},
        **more,
    )


def make_trained(member: Member) -> RewardModel:
    """One that is trained, with its release in draft and one scoring."""
    data = f"files of {member.pk}".encode()
    sha256 = hashlib.sha256(data).hexdigest()
    if not default_storage.exists(artifact_name(sha256)):
        default_storage.save(artifact_name(sha256), ContentFile(data))
    rows = {"train": 80, "val": 20, "train_pairs": 0, "val_pairs": 0, "raters": 10, "items": 10}
    measured = dict.fromkeys(("calibration", "abstention", "gains", "peers"), NOTHING)
    run = Run.objects.create(
        community=member.community,
        kind="reward_model",
        input_sha256="0" * 64,
        started_at=timezone.now(),
        result={
            "rows": rows,
            "threshold": 1.0,
            "dimensions": ["reward"],
            "groups": {"k": 5, "attributes": {}, "suppressed_cells": 0},
            "metrics": {**NOTHING, **measured, "few_shot": []},
            "interactions": {},
            "divided": [],
            "texts": {},
            "card": "# Model card",
        },
    )
    made = make_reward_model(member, run=run, artifact_sha256=sha256, artifact_bytes=len(data))
    propose_release(
        community=member.community,
        kind="model",
        title=made.title,
        content_sha256=sha256,
        address=made.get_absolute_url(),
        risk_tier="medium",
        proposed_by=member,
    )
    make_scoring(made, member)
    return made


def make_scoring(reward_model: RewardModel, member: Member) -> RewardScoring:
    """Two texts with their scores."""
    scores = [{"everybody": [SCORE, SCORE], "groups": {}}]
    return RewardScoring.objects.create(
        reward_model=reward_model,
        created_by=member,
        texts=["One text", "Another"],
        result={"dimensions": ["reward"], "threshold": 1.0, "scores": scores},
    )
