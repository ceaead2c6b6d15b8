"""From a training to a folder: measure the model beside the peers, count its groups, write its card."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np

from aggregation.rewards.artifacts import Artifact
from aggregation.rewards.card import count_groups, model_card
from aggregation.rewards.encoder import encoder_sha256
from aggregation.rewards.peers import measure_peers
from aggregation.rewards.problem import Problem
from aggregation.rewards.report import full_report
from aggregation.rewards.tables import Columns
from aggregation.rewards.training import Trained, one_thread
from aggregation.rewards.workshop import Settings


@dataclass(frozen=True)
class Origin:
    """Where the answers come from and how they were read."""

    encoder: str
    items: Sequence[str]  # names of the texts, by their places
    input_sha256: str
    columns: Columns = field(default_factory=Columns)
    losses: str = "points,pairs"  # as written
    split: dict[str, Any] = field(default_factory=dict)  # rule, rows, hash
    embeddings_sha256: str | None = None  # of a file of embeddings, where one was given
    consent: str = ""  # what the people agreed to, in a sentence; empty where it is recorded elsewhere
    source: str = ""  # what was asked of whom, in a sentence
    license: str = ""
    thresholds: Mapping[str, float] = field(default_factory=dict)  # by dimension, where each has its own


@one_thread()  # so that the last digits of what is measured do not depend on the machine either
def assemble(
    trained: Trained,
    problem: Problem,
    settings: Settings,
    origin: Origin,
    *,
    draws: int = 300,
    k: int = 5,
    tell: Callable[[str], object] | None = None,
) -> Artifact:
    """The artifact of a training, measured on the problem's held-out answers; nothing is written.

    Parameters
    ----------
    k : groups of fewer raters are suppressed in every table
    tell : called with "measures" and "peers" as each begins
    """
    tell = tell or (lambda _: None)
    ensemble = trained.ensemble
    about = {
        "encoder": {
            "id": origin.encoder,
            "sha256": encoder_sha256(origin.encoder),
            "dimensions": problem.embeddings.shape[1],
            "embeddings_file_sha256": origin.embeddings_sha256,
        },
        "columns": asdict(origin.columns),
        "seed": settings.seed,
        "settings": {"losses": origin.losses, "reduction": settings.plan.reduction, **_plain(settings)},
        "thresholds": dict(origin.thresholds),
        "choices": trained.choices,
        "input_sha256": origin.input_sha256,
        "landmark_items": _landmark_items(problem, origin.items, settings),
        "provenance": {"source": origin.source, "consent": origin.consent, "license": origin.license},
        "rows": {
            "train": len(problem.train),
            "val": len(problem.val),
            "train_pairs": len(problem.train_pairs),
            "val_pairs": len(problem.val_pairs),
            "raters": len(problem.vocabularies.raters),
            "items": len(origin.items),
        },
    }
    rng = np.random.default_rng(settings.seed)
    tell("measures")
    read = ensemble.read_texts(problem.embeddings, problem.routes)
    metrics = full_report(ensemble, read, problem.val, problem.val_pairs, rng=rng, draws=draws, k=k)
    tell("peers")
    metrics["peers"] = measure_peers(problem, seed=settings.seed)
    groups = count_groups(problem.vocabularies, problem.train, problem.train_pairs, k=k)
    card = model_card(ensemble, about, metrics, groups)
    fitted_on = {"answers": len(problem.val), "pairs": len(problem.val_pairs)}
    calibration = {"fitted_on": fitted_on, "reliability": metrics["calibration"]}
    return Artifact(ensemble, about, groups, calibration, metrics, origin.split, card)


def _landmark_items(problem: Problem, items: Sequence[str], settings: Settings) -> list[str]:
    """Items whose embeddings the kernel keeps, in its order; none where it keeps only some."""
    pairs = problem.train_pairs
    taught = np.unique(np.concatenate([problem.train.item, pairs.item_a, pairs.item_b]))
    return [items[place] for place in taught] if len(taught) <= settings.landmarks else []


def _plain(settings: Settings) -> dict[str, Any]:
    """The settings but the machine's, which must not change a model's bytes."""
    kept = {name: value for name, value in asdict(settings).items() if name not in ("plan", "device", "seed")}
    plan = settings.plan
    kept |= {"terms": [list(term) for term in plan.terms], "certainty": plan.certainty_beta}
    if plan.reduction in ("group-dro", "cvar"):
        kept["balanced_attribute"] = plan.attribute
    if plan.reduction == "cvar":
        kept["alpha"] = plan.alpha
    if plan.reduction == "group-dro":
        kept["eta"] = plan.eta
    return kept
