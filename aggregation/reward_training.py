"""What the worker does for reward models: trains them, keeps their files, scores texts. Only workers import this."""

import hashlib
import io
import tempfile
import time
import zipfile
from collections.abc import Iterator, MutableMapping
from importlib.metadata import version
from pathlib import Path
from typing import Any

import torch
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone

from accounts.models import Member
from aggregation.actions.rewards import score_what_waits
from aggregation.artifacts import artifact_name
from aggregation.models import RewardCheckpoint, RewardModel, RewardScoring, Run
from aggregation.reward_report import groups_say
from aggregation.reward_tables import Part, Read, read_parts
from aggregation.rewards.artifacts import read_artifact, write_artifact
from aggregation.rewards.data import Floats
from aggregation.rewards.encoder import EmbeddingCache, Encoder, EncoderMissing, embed, text_of
from aggregation.rewards.ensemble import RewardEnsemble
from aggregation.rewards.progress import Event
from aggregation.rewards.recipe import Finished, Recipe, train_from_tables
from aggregation.rewards.scoring import score_read_texts
from aggregation.rewards.uncertainty import semantic_entropy
from aggregation.sources import NotGiven, find_material
from governance.gate import propose_release
from jobs.kinds import Unfinishable
from jobs.progress import Progress

KIND = "reward_model"
SAVE_SECONDS = 0.5
BEGIN, END = 0.15, 0.95  # of the progress bar, that the training itself takes
WORDS = {
    "fit": "Fitting",
    "text": "Learning what texts have in common",
    "scales": "Learning how much people differ",
    "groups": "Asking whether groups or people differ",
    "calibration": "Learning how sure to be",
    "member": "Training the members of the ensemble",
}
EPOCH = (1980, 1, 1, 0, 0, 0)


def train_reward_model(progress: Progress, *, reward_model: str, member: int) -> dict[str, Any]:
    """Train one reward model from its stored plan; a second run finds it trained, or goes on from its checkpoints."""
    found = RewardModel.objects.select_related("community").get(pk=reward_model)
    if found.is_trained:
        return {"address": found.get_absolute_url()}
    started_at = timezone.now()
    progress.report(0.02, "Reading the answers")
    asked_by = Member.objects.select_related("user").get(pk=member)
    read = _read(found, asked_by)
    recipe = recipe_of(found)
    listener = Watcher(found, progress)
    try:
        finished = train_from_tables(
            read.tables,
            recipe,
            lambda texts: _embedded(texts, recipe.encoder, progress),
            listen=listener,
            checkpoint=Checkpoints(found),
            input_sha256=read.sha256,
            source=source_of(found),
            device=_device(),
        )
    except (ValueError, EncoderMissing) as problem:
        raise Unfinishable(f"{str(problem)[:1].upper()}{str(problem)[1:]}.") from None
    progress.report(0.97, "Keeping the model's files")
    _keep(found, finished, read, recipe, started_at)
    score_what_waits(reward_model=found, member=asked_by)
    return {"address": found.get_absolute_url()}


def source_of(reward_model: RewardModel) -> str:
    """What was asked of whom, in a sentence for the model card."""
    asked = ", ".join(f"“{one['title']}” ({one['question_title']})" for one in reward_model.materials)
    synthetic = " The people are synthetic." if reward_model.is_synthetic else ""
    return f"Answers of {reward_model.community.name} to {asked}.{synthetic}"


def recipe_of(reward_model: RewardModel) -> Recipe:
    """The stored plan as the training takes it."""
    chosen = {name: value for name, value in reward_model.plan.items() if name in Recipe.__dataclass_fields__}
    return Recipe(**chosen, least_raters=reward_model.community.small_cell)


def score(progress: Progress, *, scoring: str) -> dict[str, Any]:
    """Score somebody's texts; a second run gives the same scores."""
    found = RewardScoring.objects.select_related("reward_model__run").get(pk=scoring)
    model = found.reward_model
    progress.report(0.1, "Opening the model")
    with tempfile.TemporaryDirectory() as folder:
        with default_storage.open(artifact_name(model.artifact_sha256)) as file, zipfile.ZipFile(file) as packed:
            packed.extractall(folder)
        artifact = read_artifact(Path(folder), device=_device())
    texts = [text_of(found.prompt, text) for text in found.texts]
    vectors = _embedded(texts, artifact.about["encoder"]["id"], progress)
    found.result = scores_for_all(artifact.ensemble, vectors, shown_levels(_report(model)["groups"]))
    found.save(update_fields=["result"])
    return {"address": found.get_absolute_url()}


def scores_for_all(ensemble: RewardEnsemble, vectors: Floats, levels: dict[str, tuple[str, ...]]) -> dict[str, Any]:
    """Scores of each text in each dimension: for everybody, and as the people of each level see it."""
    read = ensemble.read_texts(vectors)
    everybody = score_read_texts(ensemble, read).as_dict()
    groups = {
        attribute: {
            level: score_read_texts(ensemble, read, blend=[({attribute: level}, 1.0)]).as_dict() for level in named
        }
        for attribute, named in levels.items()
    }
    dimensions = list(ensemble.spec.dimensions)
    return {
        "dimensions": dimensions,
        "threshold": ensemble.threshold,
        "entropy_of_wording": semantic_entropy(vectors),
        "scores": [
            {
                "everybody": [text[dimension] for text in everybody],
                "groups": {
                    attribute: {level: [text[dimension] for text in rows] for level, rows in named.items()}
                    for attribute, named in groups.items()
                },
            }
            for dimension in dimensions
        ],
    }


def shown_levels(groups: dict[str, Any]) -> dict[str, tuple[str, ...]]:
    """By attribute, the levels with enough people to be shown."""
    return {
        name: tuple(level for level, count in levels.items() if not count["suppressed"])
        for name, levels in groups["attributes"].items()
    }


class Watcher:
    """Tells the job and the page how far a training is, a few times a second at most.

    What an earlier run drew stays, until a fit of the same name is begun again.
    """

    def __init__(self, reward_model: RewardModel, progress: Progress) -> None:
        self.rows = RewardModel.objects.filter(pk=reward_model.pk)
        self.progress = progress
        self.curve: list[dict[str, Any]] = list(reward_model.curve)
        self.begun: set[str] = set()
        self.saved_at = float("-inf")

    def __call__(self, event: Event) -> None:
        """Note one step; raises `JobCancelled` where somebody asked to stop."""
        if event.stage == "fit" and event.name not in self.begun:
            self.begun.add(event.name)
            self.curve = [one for one in self.curve if one["name"] != event.name]
        if event.stage == "fit" and event.done % 5 == 0:
            self.curve.append({"name": event.name, "loss": round(event.loss, 6)})
        now = time.monotonic()
        if now - self.saved_at > SAVE_SECONDS or event.stage == "member":
            self.saved_at = now
            self.rows.update(curve=self.curve)
        self.progress.report(BEGIN + (END - BEGIN) * event.fraction, f"{WORDS[event.stage]} ({event.name})")


class Checkpoints(MutableMapping[str, bytes]):
    """The checkpoints of one training as rows, each written at once so that a killed worker loses nothing finished."""

    def __init__(self, reward_model: RewardModel) -> None:
        self.rows = RewardCheckpoint.objects.filter(reward_model=reward_model)
        self.reward_model = reward_model

    def __getitem__(self, name: str) -> bytes:
        found = self.rows.filter(name=name).first()
        if found is None:
            raise KeyError(name)
        return bytes(found.data)

    def __setitem__(self, name: str, data: bytes) -> None:
        RewardCheckpoint.objects.update_or_create(reward_model=self.reward_model, name=name, defaults={"data": data})

    def __delitem__(self, name: str) -> None:
        if not self.rows.filter(name=name).delete()[0]:
            raise KeyError(name)

    def __iter__(self) -> Iterator[str]:
        return iter(self.rows.values_list("name", flat=True))

    def __len__(self) -> int:
        return self.rows.count()


def _read(reward_model: RewardModel, member: Member) -> Read:
    parts = []
    for chosen in reward_model.materials:
        material = find_material(member.user, chosen["kind"], chosen["key"])
        asked = [one for one in material.questions() if one.key == chosen["question"]] if material else []
        if material is None or not asked:
            raise Unfinishable(f"“{chosen['title']}” is gone, or is not yours to use any more. Choose other material.")
        parts.append(Part(material, asked[0]))
    try:
        return read_parts(parts, reward_model.plan["groups"])
    except NotGiven as problem:
        raise Unfinishable(str(problem)) from None


def _embedded(texts: list[str], encoder: str, progress: Progress) -> Floats:
    cache = EmbeddingCache(Path(settings.VAR_DIR) / "embeddings.sqlite3")
    return embed(
        texts,
        Encoder(encoder, _device()),
        cache,
        lambda done, of: progress.report(0.03 + 0.12 * done / max(of, 1), f"Reading the texts ({done} of {of})"),
    )


def _device() -> str:
    return "cuda" if torch.cuda.is_available() else "cpu"


def _keep(reward_model: RewardModel, finished: Finished, read: Read, recipe: Recipe, started_at: Any) -> None:
    """Store the files under their hash, then everything else in one transaction."""
    artifact = finished.artifact
    data = packed_artifact(finished)
    sha256 = hashlib.sha256(data).hexdigest()
    if not default_storage.exists(artifact_name(sha256)):
        default_storage.save(artifact_name(sha256), ContentFile(data))
    with transaction.atomic():
        run = Run.objects.create(
            community=reward_model.community,
            kind=KIND,
            parameters=reward_model.plan | {"materials": reward_model.materials},
            seed=recipe.seed,
            input_sha256=read.sha256,
            versions={name: version(name) for name in ("polyphony", "torch", "numpy", "scikit-learn")},
            result={
                "rows": artifact.about["rows"],
                "seconds": finished.seconds,
                "threshold": artifact.ensemble.threshold,
                "thresholds": artifact.about["thresholds"],
                "dimensions": list(artifact.ensemble.spec.dimensions),
                "groups": artifact.groups,
                "metrics": artifact.metrics,
                "interactions": artifact.about["choices"]["interactions"],
                "divided": finished.divided,
                "texts": _divided_texts(finished, read, "text"),
                "prompts": _divided_texts(finished, read, "prompt"),
                "card": artifact.card,
            },
            started_at=started_at,
        )
        RewardModel.objects.filter(pk=reward_model.pk).update(
            run=run, raters=read.members, artifact_sha256=sha256, artifact_bytes=len(data)
        )
        RewardCheckpoint.objects.filter(reward_model=reward_model).delete()
        propose_release(
            community=reward_model.community,
            kind="model",
            title=reward_model.title,
            content_sha256=sha256,
            address=reward_model.get_absolute_url(),
            risk_tier="medium",
            proposed_by=reward_model.created_by,
            rationale="A reward model can be used to steer what an assistant says to everybody.",
            facts={
                "annotators": str(artifact.about["rows"]["raters"]),
                "items": str(artifact.about["rows"]["items"]),
                "aggregation": f"Reward model, losses {recipe.losses}, seed {recipe.seed}, input {read.sha256}",
                "uncertainty": groups_say(artifact.metrics),
                "limits": "Nothing learnt about single persons is in the files.",
            },
        )


def packed_artifact(finished: Finished) -> bytes:
    """The model's folder as a zip archive; the same model gives the same bytes. Nothing about single persons."""
    memory = io.BytesIO()
    with tempfile.TemporaryDirectory() as folder:
        write_artifact(finished.artifact, Path(folder), raters=False)
        with zipfile.ZipFile(memory, "w", zipfile.ZIP_DEFLATED) as archive:
            for path in sorted(Path(folder).iterdir()):
                archive.writestr(zipfile.ZipInfo(path.name, EPOCH), path.read_bytes(), zipfile.ZIP_DEFLATED)
    return memory.getvalue()


def _divided_texts(finished: Finished, read: Read, column: str) -> dict[str, str]:
    """The texts that the report names, or the prompts that they answer."""
    wanted = {str(row[name]) for row in finished.divided for name in ("item", "item_a", "item_b") if name in row}
    found: dict[str, str] = {}
    for table, sides in ((read.tables.ratings, ("",)), (read.tables.comparisons, ("_a", "_b"))):
        for side in sides:
            item, text = f"item{side}", f"text{side}" if column == "text" else "prompt"
            rows = table[table[item].isin(list(wanted))].drop_duplicates(item)
            found.update(zip(rows[item].tolist(), rows[text].tolist(), strict=True))
    return found


def _report(reward_model: RewardModel) -> dict[str, Any]:
    if reward_model.run is None:
        raise Unfinishable("The model is not trained.")
    report: dict[str, Any] = reward_model.run.result
    return report
