"""What `polyphony overton` and `polyphony viewpoints` do, from files to what they write."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from aggregation.algorithms.overton.adjusted import adjust_scores
from aggregation.algorithms.overton.report import scores_report, window_report
from aggregation.algorithms.overton.scores import overton_ratings, score_responses
from aggregation.algorithms.overton.viewpoints import find_viewpoints
from annotation.formats.missing import canonical_id, left_blank
from deliberation.formats import PolisFolder
from polyphony.errors import BadInput
from polyphony.files import read_table, row_numbers
from polyphony.rater_weights import read_rater_weights
from polyphony.ratings import Refused


@dataclass(frozen=True)
class OvertonColumns:
    """Names of the columns of a table of ratings."""

    question: str
    response: str
    viewpoint: str
    rater: str
    value: str

    def names(self) -> list[str]:
        return [self.question, self.response, self.viewpoint, self.rater, self.value]


def score_files(
    path: Path,
    columns: OvertonColumns,
    *,
    tau: float,
    weights: Path | None = None,
    replicates: int = 1000,
    seed: int = 0,
    progress: Callable[[int, int], object] | None = None,
) -> dict[str, Any]:
    """Overton scores of a table of ratings; see `polyphony overton`.

    Raises
    ------
    BadInput
        If a file is not what it should be.
    """
    table, refused = _read(path, columns)
    question_N, questions = pd.factorize(table["question"])
    response_N, responses = pd.factorize(table["response"])
    rater_N, raters = pd.factorize(table["rater"])
    pair_N, pairs = pd.factorize(pd.MultiIndex.from_frame(table[["question", "viewpoint"]]))
    _one_viewpoint_each(path, columns, table)
    weight_R = None if weights is None else read_rater_weights(weights, list(raters), columns.rater)
    try:
        ratings = overton_ratings(question_N, response_N, pair_N, rater_N, table["value"].to_numpy(), weight_R)
    except ValueError as problem:
        raise BadInput(f"{path}: {problem}.") from None
    found = score_responses(ratings, tau=tau, replicates=replicates, rng=np.random.default_rng(seed), progress=progress)
    unrated = int(np.isnan(found.coverage.mean_PM).sum()) if len(responses) == 1 else 0
    report = scores_report(
        ratings,
        found,
        adjust_scores(found.coverage.coverage_QM),
        questions=list(questions),
        responses=list(responses),
        viewpoints=[str(viewpoint) for _, viewpoint in pairs],
    )
    warnings = []
    if len(refused):
        warnings.append(f"{len(refused)} rows lack something and do not count")
    if unrated:
        warnings.append(f"{unrated} viewpoints have no rating and do not count")
    return {
        "tau": tau,
        "raters": len(raters),
        "ratings": len(table),
        "n_questions": len(questions),
        **report,
        "refused": refused,
        "warnings": warnings,
    }


def window_of_folder(
    folder: PolisFolder, *, k: int | None, least_support: float, excluded: tuple[int, ...], seed: int
) -> dict[str, Any]:
    """The viewpoints of a conversation; see `polyphony viewpoints`.

    Raises
    ------
    BadInput
        If the clusters cannot be had.
    """
    groups = [group or None for group in folder.group_ids]
    try:
        window = find_viewpoints(
            folder.votes,
            k=k,
            least_support=least_support,
            group_P=groups if any(groups) else None,
            excluded=excluded,
            moderated_out=np.isin(folder.statements, folder.moderated_out),
            seed=seed,
        )
    except ValueError as problem:
        raise BadInput(f"--k {k}: {problem}.") from None
    text = {comment.id: comment.body for comment in folder.comments}
    told = window_report(window, folder.participants, folder.statements)
    for one in told:
        one["text"] = text.get(one["evidence"][0], "") if one["evidence"] else ""
        one["evidence_texts"] = {statement: text.get(statement, "") for statement in one["evidence"]}
    return {
        "participants": window.found.n_participants,
        "clustered": int((window.found.labels >= 0).sum()),
        "least_support": least_support,
        "viewpoints": told,
        "reasonable": [one["id"] for one in told if one["reasonable"]],
        "warnings": list(window.found.warnings),
    }


def _read(path: Path, columns: OvertonColumns) -> tuple[pd.DataFrame, Refused]:
    source = read_table(path, needs=columns.names())
    table = pd.DataFrame(
        {
            "question": source[columns.question].map(canonical_id),
            "response": source[columns.response].map(canonical_id),
            "viewpoint": source[columns.viewpoint].map(canonical_id),
            "rater": source[columns.rater].map(canonical_id),
            "text": source[columns.value].map(canonical_id),
            "row": row_numbers(source, path),
        }
    )
    named = dict(zip(("question", "response", "viewpoint", "rater", "text"), columns.names(), strict=True))
    reasons = pd.Series("", index=table.index, dtype=object)
    for key, column in reversed(named.items()):
        blank = table[key].map(left_blank)
        reasons[blank] = f"no {column}"
    value = np.full(len(table), np.nan)
    for place, (text, reason) in enumerate(zip(table["text"], reasons, strict=True)):
        if reason:
            continue
        try:
            value[place] = float(text)
        except ValueError:
            value[place] = math.nan
        if not math.isfinite(value[place]):
            row = table["row"].iloc[place]
            raise BadInput(f"{path}, row {row}, column {columns.value!r}: {text!r} is not a number.")
    table["value"] = value
    again = (reasons == "") & table[reasons == ""].duplicated(["question", "response", "rater"]).reindex(
        table.index, fill_value=False
    )
    for place in np.flatnonzero(again):
        said = table.iloc[place]
        reasons.iloc[place] = f"rater {said['rater']!r} rates {said['response']!r} on {said['question']!r} again"
    left_out = reasons != ""
    refused: Refused = [
        {"row": int(row), "reason": reason}
        for row, reason in zip(table.loc[left_out, "row"], reasons[left_out], strict=True)
    ]
    kept = table[~left_out].reset_index(drop=True)
    if kept.empty:
        raise BadInput(f"{path}: no row has a question, a response, a viewpoint, a rater and a value.")
    return kept, refused


def _one_viewpoint_each(path: Path, columns: OvertonColumns, table: pd.DataFrame) -> None:
    first: dict[tuple[str, str], tuple[str, int]] = {}
    keys = zip(table["question"], table["rater"], table["viewpoint"], table["row"], strict=True)
    for question, rater, viewpoint, row in keys:
        held, where = first.setdefault((question, rater), (viewpoint, row))
        if held != viewpoint:
            raise BadInput(
                f"{path}, row {row}, column {columns.viewpoint!r}: rater {rater!r} holds {viewpoint!r} on {question!r}"
                f" and {held!r} in row {where}; one viewpoint per question is allowed."
            )
