"""`polyphony rewards predict` and `evaluate`: a folder and a table to scores and measures."""

import io
from dataclasses import replace
from pathlib import Path

import click
import numpy as np
import pandas as pd

from aggregation.rewards.adaptation import Posterior, prior_posterior
from aggregation.rewards.data import Floats, Ints, Points, Vocabulary, points, within_rater_pairs
from aggregation.rewards.disagreement import dividing_items
from aggregation.rewards.ensemble import Prediction, RewardEnsemble
from aggregation.rewards.prediction import Mode, TextArrays
from aggregation.rewards.report import full_report
from aggregation.rewards.tables import (
    Columns,
    Texts,
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
    needed = ["item_a", "item_b"] if ready_made else [*columns.needed(value=False), columns.value if as_pairs else ""]
    optional = {columns.rater if chosen == "pooled" and not as_pairs else "", *columns.groups, columns.context}
    _require(table, rows, [name for name in needed if name and name not in optional], chosen, columns)
    for name in columns.needed(value=False):
        if name not in table.columns and not ready_made:
            table[name] = ""
    answers = None if context is None else read_rows(context, columns.needed())

    ensemble, newcomers = _introduce(ensemble, columns, table, answers)
    texts, named = Texts(), ensemble.vocabularies
    known = None
    if answers is not None:
        known = said_of(Path(str(context)), lambda: read_points(answers, columns, named, texts))
    if ready_made:
        compared = said_of(rows, lambda: read_pairs(table, columns, named, texts))
    elif as_pairs:
        listed = said_of(rows, lambda: read_points(table, columns, named, texts))
        compared = within_rater_pairs(listed, prefer=ensemble.prefer)
    else:
        scored = said_of(rows, lambda: read_points(table, columns, named, texts))
    encoder = encoder_of(artifact, chosen_device(device))
    vectors = embeddings_of(texts, embeddings, encoder, ensemble.spec.embedding, taught_texts(artifact))
    read = ensemble.read_texts(vectors, routes_of(texts, encoder) if ensemble.spec.experts > 1 else None)
    met = _meet(ensemble, read, known, newcomers) if chosen == "rater" else None
    if as_pairs:
        if known is not None:
            compared = with_groups_of(compared, groups_of_raters(known, len(named.raters)))
        if artifact.ensemble.profiles is not None:
            compared = with_groups_of(compared, padded(artifact.ensemble.profiles, len(named.raters)))
        prediction = ensemble.predict_pairs(read, compared, chosen, met)
        extra = (
            {} if ready_made else {"item_a": _names(texts, compared.item_a), "item_b": _names(texts, compared.item_b)}
        )
    else:
        prediction, extra = ensemble.predict_points(read, scored, chosen, met), {}
    _write_csv(prediction, extra, out)


def evaluate_from_files(
    folder: Path, rows: Path, draws: int, embeddings: Path | None, device: str, seed: int, out: Path | None
) -> None:
    """Measure a model on a table of answers and write JSON."""
    if seed < 0:
        raise BadInput(f"--seed {seed}: should be 0 or more.")
    artifact = opened(folder, chosen_device(device))
    columns, ensemble = columns_of(artifact), artifact.ensemble
    table = read_rows(rows, columns.needed())
    ensemble, newcomers = _introduce(ensemble, columns, table, table)
    texts = Texts()
    answers = said_of(rows, lambda: read_points(table, columns, ensemble.vocabularies, texts))
    encoder = encoder_of(artifact, chosen_device(device))
    vectors = embeddings_of(texts, embeddings, encoder, ensemble.spec.embedding, taught_texts(artifact))
    read = ensemble.read_texts(vectors, routes_of(texts, encoder) if ensemble.spec.experts > 1 else None)
    rng = np.random.default_rng(seed)
    compared = within_rater_pairs(answers, prefer=ensemble.prefer)
    known = len(artifact.ensemble.vocabularies.raters)
    met = _meet(ensemble, read, None, newcomers)
    report = full_report(ensemble, read, answers, compared, rng=rng, draws=draws, posteriors=met)
    result = {
        "engine": engine(seed, {"draws": draws}),
        "input_sha256": input_sha256(rows),
        "rows": len(answers),
        "pairs": len(compared),
        "raters_known": len(np.unique(answers.rater[answers.rater < known])),
        "raters_new": newcomers,
        **report,
        "dividing_items": dividing_items(ensemble, read, answers, items=texts.items),
    }
    write_result(result, out)


def _require(table: pd.DataFrame, path: Path, needed: list[str], mode: Mode, columns: Columns) -> None:
    if mode == "group" and "item_a" not in needed:  # in pairs the groups may come from what is known of the rater
        needed = needed + list(columns.groups)
    if mode == "rater":
        needed = [*needed, columns.rater]
    for name in needed:
        if name not in table.columns:
            raise BadInput(f"{path}: no column {name!r}; the columns are {', '.join(table.columns)}.")


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


def _write_csv(prediction: Prediction, extra: dict[str, list[str]], out: Path | None) -> None:
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
    table = pd.DataFrame(columns | extra)
    if out is None:
        text = io.StringIO()
        table.to_csv(text, index=False)
        click.echo(text.getvalue(), nl=False)
        return
    try:
        table.to_csv(out, index=False)
    except OSError as problem:
        raise BadInput(f"--out {out}: cannot be written ({problem.strerror}).") from None
