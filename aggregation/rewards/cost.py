"""What a training will cost, told before anything is computed.

The seconds are those of one core of a common server in 2024 to 2026, by constants measured on real answers; on a busy
machine it takes longer.

Shapes: T texts, E embedding, Z landmarks, N answers, P pairs, L factors.
"""

from dataclasses import dataclass
from typing import Any

from aggregation.rewards.problem import Problem
from aggregation.rewards.training import planned_fits
from aggregation.rewards.workshop import Settings

TEXTS_PER_SECOND = 26.0  # the default encoder on two cores, texts of about 100 tokens
CALLS_PER_STEP = 1.1  # evaluations of the objective for each step of the quasi-Newton method
SECONDS_PER_CALL = 8e-3
SECONDS_PER_ROW = 3e-8  # a row and factor, forward and backward
SECONDS_PER_PRODUCT = 4e-9  # an entry of a text's features or embedding against a head, forward and backward
SECONDS_PER_CUBE = 5e-10  # eigenvectors of the landmarks' kernel
PAIRS_WHILE_CHOOSING = 0.3
BYTES = 8
COPIES_OF_ROWS = 30  # latents, their gradients and the codes of each row, held at once
BASE_BYTES = 560_000_000  # the libraries themselves


@dataclass(frozen=True)
class Cost:
    """An estimate; it is within a factor of about three on an idle machine."""

    embedding_seconds: float
    training_seconds: float
    memory_bytes: int

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return {
            "embedding_seconds": round(self.embedding_seconds, 1),
            "training_seconds": round(self.training_seconds, 1),
            "memory_bytes": self.memory_bytes,
        }


def estimate(problem: Problem, settings: Settings | None = None, *, texts_to_encode: int = 0) -> Cost:
    """The cost of training on a problem.

    Only the sizes of ``problem.embeddings`` are read: zeros of the right shape do where nothing is encoded yet.

    Parameters
    ----------
    texts_to_encode : texts whose embeddings are not known yet
    """
    settings = settings or Settings()
    texts, width = problem.embeddings.shape
    landmarks: int = min(texts, settings.landmarks)
    features = {"kernel": landmarks, "mlp": settings.hidden, "linear": width}[settings.trunk]
    factors = len(problem.vocabularies.attributes) + 2
    dimensions = max(len(problem.vocabularies.dimensions), 1)
    fits = planned_fits(problem, settings)
    choosing = max(fits - settings.members, 0.0)
    answers, pairs = len(problem.train), len(problem.train_pairs)
    rows = answers + pairs
    rows_choosing = answers + pairs * PAIRS_WHILE_CHOOSING
    product: int = texts * (features * dimensions * settings.experts + width * (settings.rank + settings.experts))
    steps = settings.steps * CALLS_PER_STEP

    def seconds(fits: float, rows: float) -> float:
        call = SECONDS_PER_CALL + rows * factors * SECONDS_PER_ROW + product * SECONDS_PER_PRODUCT
        return float(fits * steps * call)

    kernels = len(settings.bandwidths) if settings.trunk == "kernel" else 0
    training = (
        seconds(choosing, rows_choosing) + seconds(settings.members, rows) + kernels * landmarks**3 * (SECONDS_PER_CUBE)
    )
    held = texts * width + kernels * (texts * features + 2 * landmarks**2) + COPIES_OF_ROWS * rows
    return Cost(texts_to_encode / TEXTS_PER_SECOND, training, BASE_BYTES + BYTES * held)
