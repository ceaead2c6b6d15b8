"""Members of an ensemble as named tensors and back. Safetensors only: no pickle is written or read."""

from dataclasses import asdict
from typing import Any

import numpy as np
import torch
from safetensors import SafetensorError
from safetensors.torch import load, save
from torch import Tensor

from aggregation.rewards.adaptation import Posterior
from aggregation.rewards.ensemble import Member
from aggregation.rewards.model import RewardModel, Spec
from aggregation.rewards.prediction import Population
from aggregation.rewards.seal import BrokenArtifact
from aggregation.rewards.trunk import KernelTrunk, LinearTrunk, MlpTrunk, Trunk


def trunk_tensors(trunk: Trunk) -> dict[str, Tensor]:
    """State of a trunk."""
    return {f"trunk.{name}": value for name, value in trunk.state_dict().items()}


def describe_trunk(trunk: Trunk) -> dict[str, Any]:
    """What a trunk is, beside its tensors."""
    about: dict[str, Any] = {"kind": trunk.kind}
    if isinstance(trunk, KernelTrunk):
        about["bandwidth"] = trunk.bandwidth
    if isinstance(trunk, MlpTrunk):
        about |= {"hidden": trunk.width, "dropout": trunk.dropout}
    return about


def build_trunk(about: dict[str, Any], tensors: dict[str, Tensor], embedding: int) -> Trunk:
    """The trunk again, in evaluation mode."""
    state = {name.removeprefix("trunk."): value for name, value in tensors.items() if name.startswith("trunk.")}
    if about["kind"] == "kernel":
        return KernelTrunk(state["landmarks"], about["bandwidth"])
    if about["kind"] == "mlp":
        made = MlpTrunk(embedding, about["hidden"], about["dropout"]).to(torch.float64)
        made.load_state_dict(state)
        return made.eval()
    return LinearTrunk(embedding)


def member_tensors(member: Member) -> dict[str, Tensor]:
    """Everything of one member but its trunk and its raters."""
    people = member.people
    return {f"model.{name}": value for name, value in member.model.state_dict().items()} | {
        "people.mean": torch.from_numpy(people.mean.copy()),
        "people.between_groups": torch.from_numpy(people.between_groups.copy()),
        "people.within_groups": torch.from_numpy(people.within_groups.copy()),
    }


def rater_tensors(member: Member) -> dict[str, Tensor]:
    """What one member has learnt about single persons."""
    return {
        "raters.mean": torch.from_numpy(member.raters.mean.copy()),
        "raters.covariance": torch.from_numpy(member.raters.covariance.copy()),
    }


def build_member(spec: Spec, trunk: Trunk, tensors: dict[str, Tensor]) -> Member:
    """A member again; without rater tensors it knows nobody.

    Raises
    ------
    BrokenArtifact
        If a tensor is missing or has another shape than the outline says.
    """
    model = RewardModel(spec)
    state = {name.removeprefix("model."): value for name, value in tensors.items() if name.startswith("model.")}
    q = len(spec.dimensions) + spec.coordinates
    try:
        model.load_state_dict(state)
        people = Population(
            *(tensors[f"people.{name}"].numpy() for name in ("mean", "between_groups", "within_groups"))
        )
    except (RuntimeError, KeyError) as problem:
        raise BrokenArtifact(f"tensors do not fit the outline ({str(problem).splitlines()[0]})") from None
    mean = tensors.get("raters.mean", torch.zeros(0, q, dtype=torch.float64))
    covariance = tensors.get("raters.covariance", torch.zeros(0, q, q, dtype=torch.float64))
    return Member(model.eval(), trunk, people, Posterior(np.asarray(mean.numpy()), np.asarray(covariance.numpy())))


def to_bytes(tensors: dict[str, Tensor]) -> bytes:
    """Serialised; the same tensors give the same bytes."""
    return save({name: tensors[name].detach().cpu().contiguous() for name in sorted(tensors)})


def from_bytes(data: bytes, name: str) -> dict[str, Tensor]:
    """Read back.

    Raises
    ------
    BrokenArtifact
        If the bytes are not a whole safetensors file.
    """
    try:
        return load(data)
    except (SafetensorError, ValueError, KeyError) as problem:
        raise BrokenArtifact(f"{name}: not a whole safetensors file ({problem})") from None


def spec_as_plain(spec: Spec) -> dict[str, Any]:
    """A spec for JSON."""
    return asdict(spec)


def spec_from_plain(plain: dict[str, Any]) -> Spec:
    """A spec from JSON."""
    factors = tuple((str(name), int(levels)) for name, levels in plain["factors"])
    return Spec(**{**plain, "dimensions": tuple(plain["dimensions"]), "factors": factors})
