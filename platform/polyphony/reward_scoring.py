"""`polyphony rewards predict` and `evaluate`: a folder and a table to scores and measures."""

import io
import time
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import click
import numpy as np
import pandas as pd

from aggregation.rewards.adaptation import Posterior, prior_posterior
from aggregation.rewards.data import Floats, Ints, Pairs, Points, Vocabulary, points, within_rater_pairs
from aggregation.rewards.disagreement import dividing_items, dividing_pairs
from aggregation.rewards.ensemble import Prediction, RewardEnsemble
from aggregation.rewards.evaluation import LEAST_RATERS
from aggregation.rewards.prediction import Mode, TextArrays
from aggregation.rewards.report import full_report, scored_per_second
from aggregation.rewards.tables import (
    Columns,
    Texts,
    first_known,
    groups_of_raters,
    read_pairs,
    read_points,
    with_groups_of,
)
from polyphony.errors import BadInput
from polyphony.files import engine, input_sha256, write_result
from polyphony.reward_tables import (
    chosen_device,
    columns_of,
    embeddings_of,
    encoder_of,
    opened,
    read_rows,
    routes_of,
    said_of,
    taught_texts,
    thresholds_of,
)


def predict_from_files(
    folder: Path,
    rows: Path,
    mode: str,
    context: Path | None,
    as_pairs: bool,
    out: Path | None,
    embeddings: Path | None,
    device: str,
) -> None:
    """Score the rows of a table and write a CSV in their order."""
    artifact = opened(folder, chosen_device(device))
    columns, ensemble = columns_of(artifact), artifact.ensemble
    chosen: Mode = "rater" if mode == "rater" else "group" if mode == "group" else "pooled"
    table = read_rows(rows, [])
    ready_made = as_pairs and {"item_a", "item_b"} <= set(table.columns)
    needed = ["item_a", "item_b"] if ready_made else [columns.item]
    if as_pairs and not ready_made and columns.value not in table.columns:
        raise BadInput(
            f"{rows}: --pairs takes comparisons (columns item_a, item_b), or ratings to form them from"
            f" (column {columns.value}); the columns are {', '.join(table.columns)}."
        )
    needed += [columns.rater] if chosen == "rater" or (as_pairs and not ready_made) else []
    _require(table, rows, needed)
    answers = None if context is None else read_rows(context, [columns.item, columns.rater, columns.value])
    untold = [name for name in columns.groups if name not in table.columns]
    for frame in (table, answers):
        _fill(frame, columns, ready_made=ready_made and frame is table)

    ensemble, newcomers = _introduce(ensemble, columns, table, answers)
    texts, named = Texts(), ensemble.vocabularies
    met_before: Points | None = None
    if context is not None and answers is not None:
        met_before = said_of(context, lambda: read_points(answers, columns, named, texts))
        met_before = thresholds_of(artifact).applied(met_before, named.dimensions.levels)
    asked: Points | Pairs
    if ready_made:
        asked = said_of(rows, lambda: read_pairs(table, columns, named, texts))
    else:
        listed = said_of(rows, lambda: read_points(table, columns, named, texts))
        asked = within_rater_pairs(listed, prefer=ensemble.prefer) if as_pairs else listed
    if chosen == "rater" or untold or ready_made:
        people = _people(artifact.ensemble, asked, met_before, len(named.raters))
        asked = with_groups_of(asked, people)
        met_before = None if met_before is None else with_groups_of(met_before, people)
    if chosen != "pooled" and untold and (asked.groups < 0).any():
        click.echo(f"polyphony: no column {', '.join(untold)}; it counts as withheld where unknown.", err=True)
    encoder = encoder_of(artifact, chosen_device(device))
    vectors = embeddings_of(rows, texts, embeddings, encoder, ensemble.spec.embedding, taught_texts(artifact))
    read = ensemble.read_texts(vectors, routes_of(texts, encoder) if ensemble.spec.experts > 1 else None)
    met = _meet(ensemble, read, met_before, newcomers) if chosen == "rater" else None
    safe = ensemble.safety(read)
    if isinstance(asked, Points):
        known = {} if safe is None else {"safe": safe[asked.item]}
        _write_csv(ensemble.predict_points(read, asked, chosen, met), known, out)
        return
    sides = {"item_a": asked.item_a, "item_b": asked.item_b}
    extra: dict[str, Floats | list[str]] = {}
    if not ready_made:
        extra |= {name: _names(texts, places) for name, places in sides.items()}
    if safe is not None:
        extra |= {"safe_a": safe[asked.item_a], "safe_b": safe[asked.item_b]}
    _write_csv(ensemble.predict_pairs(read, asked, chosen, met), extra, out)


def evaluate_from_files(
    folder: Path, rows: Path, draws: int, embeddings: Path | None, device: str, seed: int, out: Path | None
) -> None:
    """Measure a model on a table of answers and write JSON."""
    if seed < 0:
        raise BadInput(f"--seed {seed}: should be 0 or more.")
    artifact = opened(folder, chosen_device(device))
    columns, ensemble = columns_of(artifact), artifact.ensemble
    table = read_rows(rows, [])
    ready_made = {"item_a", "item_b"} <= set(table.columns)
    _require(table, rows, ["preferred", columns.rater] if ready_made else columns.needed())
    ensemble, newcomers = _introduce(ensemble, columns, table, table)
    texts, named = Texts(), ensemble.vocabularies
    if ready_made:
        compared = said_of(rows, lambda: read_pairs(table, columns, named, texts))
        compared = with_groups_of(compared, _people(artifact.ensemble, compared, None, len(named.raters)))
        answers = points([], [], [], groups=compared.groups[:0])
    else:
        answers = said_of(rows, lambda: read_points(table, columns, named, texts))
        compared = within_rater_pairs(answers, prefer=ensemble.prefer)
    encoder = encoder_of(artifact, chosen_device(device))
    vectors = embeddings_of(rows, texts, embeddings, encoder, ensemble.spec.embedding, taught_texts(artifact))
    read = ensemble.read_texts(vectors, routes_of(texts, encoder) if ensemble.spec.experts > 1 else None)
    rng = np.random.default_rng(seed)
    answers = thresholds_of(artifact).applied(answers, named.dimensions.levels)
    known = len(artifact.ensemble.vocabularies.raters)
    met = _meet(ensemble, read, None, newcomers)
    rater = compared.rater if ready_made else answers.rater
    k = int(artifact.groups.get("k", LEAST_RATERS))
    started = time.perf_counter()
    report = full_report(ensemble, read, answers, compared, rng=rng, draws=draws, k=k, posteriors=met)
    seconds = time.perf_counter() - started
    result = {
        "engine": engine(seed, {"draws": draws}),
        "input_sha256": input_sha256(rows),
        "rows": len(answers),
        "comparisons": len(compared),
        "raters_known": len(np.unique(rater[rater < known])),
        "raters_new": newcomers,
        **report,
        "k": k,
        "seconds": round(seconds, 3),
        "pairs_per_second": scored_per_second(ensemble, read, compared),
        "dividing_items": dividing_pairs(ensemble, read, compared, items=texts.items, k=k)
        if ready_made
        else dividing_items(ensemble, read, answers, items=texts.items, k=k),
    }
    write_result(result, out)


def _require(table: pd.DataFrame, path: Path, needed: list[str]) -> None:
    for name in needed:
        if name not in table.columns:
            raise BadInput(f"{path}: no column {name!r}; the columns are {', '.join(table.columns)}.")


def _fill(table: pd.DataFrame | None, columns: Columns, *, ready_made: bool) -> None:
    """Empty cells for columns that scoring can do without: texts with known embeddings, raters, groups, context."""
    if table is None or ready_made:
        return
    for name in columns.needed(value=False):
        if name not in table.columns:
            table[name] = ""


def _people(ensemble: RewardEnsemble, asked: Points | Pairs, context: Points | None, persons: int) -> Ints:
    """What is known of each person's attributes: from training, from the rows, from the context, (persons, A)."""
    tables = [groups_of_raters(asked, persons)]
    if ensemble.profiles is not None:
        tables.insert(0, padded(ensemble.profiles, persons))
    if context is not None:
        tables.append(groups_of_raters(context, persons))
    return first_known(*tables)


def _introduce(
    ensemble: RewardEnsemble, columns: Columns, table: pd.DataFrame, answers: pd.DataFrame | None
) -> tuple[RewardEnsemble, int]:
    """The ensemble with codes for raters that it does not know, after those that it does; and how many those are."""
    raters = ensemble.vocabularies.raters
    said = [frame[columns.rater] for frame in (table, answers) if frame is not None and columns.rater in frame.columns]
    fresh = sorted({name for column in said for name in column if name} - set(raters.levels))
    named = replace(ensemble.vocabularies, raters=Vocabulary((*raters.levels, *fresh)))
    return replace(ensemble, vocabularies=named), len(fresh)


def _meet(ensemble: RewardEnsemble, read: list[TextArrays], answers: Points | None, newcomers: int) -> list[Posterior]:
    """Posteriors of known raters as trained, followed by those of newcomers from their answers in the context."""
    old = len(ensemble.vocabularies.raters) - newcomers
    fresh = points([], [], []) if answers is None else answers.take(answers.rater >= old)
    if answers is not None and len(fresh) < len(answers):
        click.echo(
            f"polyphony: {len(answers) - len(fresh)} context answers are of raters known from training.", err=True
        )
    found = []
    moved = replace(fresh, rater=fresh.rater - old) if len(fresh) else None
    for place, member in enumerate(ensemble.members):
        if moved is None:
            met = prior_posterior(member.people.within_groups, newcomers)
        else:
            met = ensemble.meet_member(place, read[place], moved, persons=newcomers)
        found.append(
            Posterior(
                np.concatenate([member.raters.mean[:old], met.mean]),
                np.concatenate([member.raters.covariance[:old], met.covariance]),
            )
        )
    return found


def padded(profiles_UA: Ints, persons: int) -> Ints:
    """Profiles of known raters, followed by withheld ones for newcomers, (persons, A)."""
    newcomers = np.full((persons - len(profiles_UA), profiles_UA.shape[1]), -1, dtype=np.int64)
    return np.concatenate([profiles_UA, newcomers])


def _names(texts: Texts, places: np.ndarray[tuple[int], np.dtype[np.int64]]) -> list[str]:
    return [texts.items[place] for place in places.tolist()]


def _write_csv(prediction: Prediction, extra: Mapping[str, Floats | list[str]], out: Path | None) -> None:
    columns: dict[str, Floats | list[str] | range] = {
        "row": range(len(prediction.p)),
        "p": prediction.p,
        "mean": prediction.mean,
        "epistemic": prediction.epistemic,
        "aleatoric": prediction.aleatoric,
        "group_disagreement": prediction.group_disagreement,
    }
    if prediction.sigma is not None:
        columns["sigma"] = prediction.sigma
    table = pd.DataFrame({**columns, **extra})
    if out is None:
        text = io.StringIO()
        table.to_csv(text, index=False)
        click.echo(text.getvalue(), nl=False)
        return
    try:
        table.to_csv(out, index=False)
    except OSError as problem:
        raise BadInput(f"--out {out}: cannot be written ({problem.strerror}).") from None
