"""How a model is trained; nothing here loads torch."""

from dataclasses import dataclass, field
from typing import Literal

from aggregation.rewards.plan import LossPlan

TrunkKind = Literal["kernel", "linear", "mlp"]

# Prior scales of a level's slope and of its learnt coordinates. A matrix of level effects is in the end penalised by
# sqrt(direction_l2) / turn times its nuclear norm; noise in a thousand answers has a norm of about 15.
STRENGTHS = ((1.0, 0.0), (0.3, 0.1), (1.0, 0.4))


@dataclass(frozen=True)
class Settings:
    """How to train; the defaults suit some thousand answers on frozen embeddings."""

    plan: LossPlan = field(default_factory=LossPlan)
    trunk: TrunkKind = "kernel"
    members: int = 5
    rank: int = 2
    experts: int = 1
    bandwidths: tuple[float, ...] = (0.4, 0.5, 0.7, 1.0)  # in median distances between texts
    penalties: tuple[float, ...] = (0.2, 0.4, 0.8)
    strengths: tuple[tuple[float, float], ...] = STRENGTHS
    landmarks: int = 1500
    hidden: int = 64
    dropout: float = 0.3
    steps: int = 60
    seed: int = 0
    device: str = "cpu"
