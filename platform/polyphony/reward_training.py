"""`polyphony rewards train`: from files to a folder."""

import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import click
import numpy as np
import pandas as pd
from tqdm import tqdm

from aggregation.rewards.artifacts import PRIVATE, write_artifact
from aggregation.rewards.assembly import Origin, assemble
from aggregation.rewards.checkpoint import FolderStore
from aggregation.rewards.data import Pairs, Points, within_rater_pairs
from aggregation.rewards.encoder import Encoder
from aggregation.rewards.evaluation import rater_groups
from aggregation.rewards.plan import LossPlan, parse_terms
from aggregation.rewards.problem import Problem
from aggregation.rewards.reductions import check_tail
from aggregation.rewards.report import scored_per_second
from aggregation.rewards.split import split_with_texts, train_and_val
from aggregation.rewards.tables import Columns, Texts, read_pairs, read_points, vocabularies
from aggregation.rewards.thresholds import Thresholds, choose_thresholds
from aggregation.rewards.training import Event, train
from aggregation.rewards.workshop import Settings
from polyphony.errors import BadInput
from polyphony.files import engine, input_sha256, show_progress, write_result
from polyphony.reward_tables import chosen_device, embeddings_of, read_rows, routes_of, said_of


@dataclass(frozen=True)
class Request:
    """The options of `polyphony rewards train`."""

    item: str
    rater: str
    value: str
    text: str
    prompt: str
    response: str
    groups: tuple[str, ...]
    dimension: str
    context_column: str
    safety: str
    threshold: float | None
    split: str
    pairs_file: Path | None
    prefer: Literal["high", "low"]
    embeddings: Path | None
    encoder: str
    losses: str
    reduction: Literal["mean", "group-dro", "cvar", "mgda"]
    reduction_group: str
    alpha: float
    certainty: float
    trunk: Literal["kernel", "linear", "mlp"]
    members: int
    rank: int
    experts: int
    raters: bool
    k: int
    checkpoint: Path | None
    device: str

    @property
    def columns(self) -> Columns:
        """The columns of the tables."""
        return Columns(
            self.item,
            self.rater,
            self.value,
            self.text,
            self.prompt,
            self.response,
            self.groups,
            self.dimension,
            self.context_column,
            self.split,
            self.safety,
        )

    def plan(self) -> LossPlan:
        """The losses, or one clear line."""
        try:
            terms = parse_terms(self.losses)
        except ValueError as problem:
            raise BadInput(f"--losses {self.losses}: {problem}.") from None
        if any(name == "safety" for name, _ in terms) != bool(self.safety):
            raise BadInput("--losses safety and --safety COL need each other: the loss learns from the labels there.")
        attribute = self.reduction_group or (self.groups[0] if self.groups else "")
        if self.reduction in ("group-dro", "cvar") and attribute not in self.groups:
            raise BadInput(
                f"--reduction {self.reduction}: {attribute!r} is not one of --groups {','.join(self.groups)}."
            )
        if not self.certainty >= 0:
            raise BadInput(f"--certainty {self.certainty}: should be 0 or more.")
        if self.certainty and {name for name, _ in terms} <= {"safety", "centering"}:
            raise BadInput("--certainty weighs ratings and comparisons; --losses names no term of either.")
        place = self.groups.index(attribute) if attribute in self.groups else 0
        return LossPlan(terms, self.reduction, place, self.alpha, certainty_beta=self.certainty)


def train_from_files(ratings: Path, out: Path, seed: int, request: Request) -> None:
    """Read, train, measure beside the peers, write the folder, and print what was measured."""
    if seed < 0:
        raise BadInput(f"--seed {seed}: should be 0 or more.")
    if out.exists() and not out.is_dir():
        raise BadInput(f"--out {out}: is a file; a folder is written there.")
    kept = request.checkpoint
    if kept is not None and kept.exists() and not kept.is_dir():
        raise BadInput(f"--checkpoint {kept}: is a file; a folder is written there.")
    plan, device = request.plan(), chosen_device(request.device)
    problem, texts, split, thresholds, embed_seconds = _problem(ratings, request, device)
    if plan.reduction == "cvar":
        said_of(ratings, lambda: check_tail(plan.alpha, problem.levels_taught(plan.attribute)))
    settings = Settings(
        plan=plan,
        trunk=request.trunk,
        members=request.members,
        rank=request.rank,
        experts=request.experts,
        steps=60 if plan.reduction == "mean" and request.trunk != "mlp" else 300,
        seed=seed,
        device=device,
    )
    started = time.perf_counter()
    store = None if kept is None else FolderStore(kept)
    with tqdm(total=100, desc="Training", unit="%", disable=not show_progress()) as bar:

        def listen(event: Event) -> None:
            bar.set_postfix_str(f"{event.name}, loss {event.loss:.4f}", refresh=False)
            bar.update(round(100 * event.fraction) - bar.n)

        try:
            trained = said_of(ratings, lambda: train(problem, settings, listen=listen, checkpoint=store))
        except OSError as failure:
            raise BadInput(f"--checkpoint {kept}: cannot be used ({failure.strerror}).") from None
    train_seconds = time.perf_counter() - started
    hashed = input_sha256(*[path for path in (ratings, request.pairs_file, request.embeddings) if path is not None])
    origin = Origin(
        request.encoder,
        texts.items,
        hashed,
        request.columns,
        request.losses,
        split,
        None if request.embeddings is None else input_sha256(request.embeddings),
        thresholds=thresholds.by_dimension,
    )
    artifact = assemble(trained, problem, settings, origin, k=request.k)
    metrics = artifact.metrics
    try:
        write_artifact(artifact, out, raters=request.raters)
    except OSError as failure:
        raise BadInput(f"--out {out}: cannot be written ({failure.strerror}).") from None
    if request.raters and artifact.ensemble.vocabularies.raters.levels:
        persons = len(artifact.ensemble.vocabularies.raters)
        click.echo(
            f"polyphony: {' and '.join(PRIVATE)} in {out} hold what was learnt about {persons} people. They are"
            " personal data: delete both before you pass the folder on, or train with --no-raters.",
            err=True,
        )
    result = {
        "engine": engine(seed, {"losses": request.losses, "reduction": request.reduction, "trunk": request.trunk}),
        "input_sha256": hashed,
        "out": str(out),
        "rows": artifact.about["rows"],
        "seconds": {"embedding": round(embed_seconds, 3), "training": round(train_seconds, 3)},
        "pairs_per_second": scored_per_second(
            artifact.ensemble, artifact.ensemble.read_texts(problem.embeddings, problem.routes), problem.train_pairs
        ),
        "metrics": metrics,
        "interactions": trained.choices["interactions"],
        "raters_kept": request.raters,
    }
    write_result(result, None)


def _problem(ratings: Path, request: Request, device: str) -> tuple[Problem, Texts, dict[str, Any], Thresholds, float]:
    columns, texts = request.columns, Texts()
    extra = [name for name in (columns.split, columns.safety) if name]
    table = read_rows(ratings, columns.needed() + extra)
    teaches, tunes = _split(table, columns, ratings)
    named = vocabularies(table[teaches], columns)
    answers = said_of(ratings, lambda: read_points(table, columns, named, texts))
    whole_scale, dimensions = request.plan().has("ordinal"), named.dimensions.levels
    thresholds = said_of(
        ratings,
        lambda: choose_thresholds(answers.take(teaches), dimensions, asked=request.threshold, whole_scale=whole_scale),
    )
    pairs = [within_rater_pairs(answers.take(rows), prefer=request.prefer) for rows in (teaches, tunes)]
    if request.pairs_file is not None:
        path = request.pairs_file
        compared = read_rows(path, ["item_a", "item_b", columns.rater, "preferred"])
        said = said_of(path, lambda: read_pairs(compared, columns, named, texts))
        said = rater_groups(answers, said, len(named.raters))
        pairs = _split_pairs(said, compared, columns, answers, tunes)
    started = time.perf_counter()
    encoder = Encoder(request.encoder, device)
    embeddings = embeddings_of(ratings, texts, request.embeddings, encoder)
    routes = routes_of(texts, encoder) if request.experts > 1 else None
    seconds = time.perf_counter() - started
    safe_item, safe = _safety(table, columns, answers, teaches, ratings) if columns.safety else (None, None)
    split = {
        "rule": f"column {columns.split}: train, val"
        if columns.split
        else "val where int(sha1('item:' + item), 16) mod 100 < 15, else train",
        "train_rows": int(teaches.sum()),
        "val_rows": int(tunes.sum()),
        "left_out_rows": int((~teaches & ~tunes).sum()),
        "input_sha256": input_sha256(ratings),
    }
    given = thresholds.applied(answers, dimensions)
    problem = Problem(
        embeddings,
        named,
        thresholds.common,
        given.take(teaches),
        given.take(tunes),
        pairs[0],
        pairs[1],
        request.prefer,
        routes,
        safe_item,
        safe,
    )
    return problem.without_small_levels(request.k), texts, split, thresholds, seconds


def _split(table: pd.DataFrame, columns: Columns, path: Path) -> tuple[Any, Any]:
    """Masks of the rows that teach and that tune."""
    if not columns.split:
        teaches = train_and_val(table[columns.item])
        return (teaches, ~teaches) if teaches.any() else (~teaches, teaches)
    said = table[columns.split].to_numpy()
    teaches, tunes = said == "train", said == "val"
    if not teaches.any():
        found = ", ".join(sorted({str(word) for word in said})[:5])
        raise BadInput(f"{path}, column {columns.split!r}: no row says train; found {found}.")
    return teaches, tunes


def _split_pairs(given: Pairs, table: pd.DataFrame, columns: Columns, answers: Points, tunes: Any) -> list[Pairs]:
    """Comparisons by their own split column, or: those of a text that tunes are held out with it."""
    if columns.split and columns.split in table.columns:
        said = table[columns.split].to_numpy()
        return [given.take(said == "train"), given.take(said == "val")]
    return list(split_with_texts(given, np.unique(answers.item[tunes])))


def _safety(table: pd.DataFrame, columns: Columns, answers: Points, teaches: Any, path: Path) -> tuple[Any, Any]:
    labels = {"1": 1.0, "0": 0.0}
    rows = [row for row in np.flatnonzero(teaches) if table[columns.safety].iloc[row] != ""]
    for row in rows:
        if table[columns.safety].iloc[row] not in labels:
            found = table[columns.safety].iloc[row]
            raise BadInput(f"{path}, row {row + 2}, column {columns.safety!r}: {found!r} is not 0 or 1.")
    return answers.item[rows], np.array([labels[table[columns.safety].iloc[row]] for row in rows])
