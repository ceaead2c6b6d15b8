"""What a training will cost, told before anything is computed, and without loading torch.

The seconds are those of one core of a common server in 2024 to 2026, by constants measured on real answers; on a busy
machine it takes longer.

Shapes: T texts, E embedding, Z landmarks, N answers, P pairs, L factors.
"""

from dataclasses import dataclass
from typing import Any

from aggregation.rewards.settings import Settings

TEXT_FIT, SCALES, FACTOR = 0.6, 1.5, 1.4  # what parts of a training cost, in full-size fits
PARTS = 5  # of the texts that teach: how sure to be is learnt by as many fits, each without one part
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


@dataclass(frozen=True)
class Sizes:
    """What a cost depends on.

    Attributes
    ----------
    texts, width : how many texts, and how long their embeddings are
    answers, pairs : to learn from; ``held_out`` are those to choose by
    factors : levels of each attribute, then of the context, then how many people
    dimensions : of the reward
    """

    texts: int
    answers: int
    pairs: int
    held_out: int
    factors: tuple[int, ...]
    width: int = 384
    dimensions: int = 1


def planned_fits(sizes: Sizes, settings: Settings) -> float:
    """The work of a training in full-size fits: the text model, scales, interactions, calibration, members."""
    held = bool(sizes.held_out)
    widths = len(settings.bandwidths) if settings.trunk == "kernel" else 1
    candidates = widths + len(settings.penalties) - 1 if held else 0
    factors = sum(size >= 2 for size in sizes.factors) if held and settings.rank else 0
    scales = SCALES if sizes.answers else 0.0
    return candidates * TEXT_FIT + scales + factors * FACTOR + cross_fits(sizes, settings) + settings.members


def cross_fits(sizes: Sizes, settings: Settings) -> float:
    """The work, in full-size fits, of the fits without a part of the texts.

    None without texts to measure on, and none where answers are weighed by how certain they are, since a part of the
    texts would weigh them otherwise.
    """
    return PARTS * TEXT_FIT if sizes.held_out and not settings.plan.certainty_beta else 0.0


def estimate(sizes: Sizes, settings: Settings | None = None, *, texts_to_encode: int = 0) -> Cost:
    """The cost of training on a problem of these sizes.

    Parameters
    ----------
    texts_to_encode : texts whose embeddings are not known yet
    """
    settings = settings or Settings()
    texts, width = sizes.texts, sizes.width
    landmarks: int = min(texts, settings.landmarks)
    features = {"kernel": landmarks, "mlp": settings.hidden, "linear": width}[settings.trunk]
    factors = len(sizes.factors)
    fits = planned_fits(sizes, settings)
    choosing = max(fits - settings.members, 0.0)
    answers, pairs = sizes.answers, sizes.pairs
    rows = answers + pairs
    rows_choosing = answers + pairs * PAIRS_WHILE_CHOOSING
    product: int = texts * (features * sizes.dimensions * settings.experts + width * (settings.rank + settings.experts))
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
