"""Whether responses of models cover the viewpoints of those who rated them: OvertonScore.

Shapes: P people, R ratings, M models.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from aggregation.algorithms.overton.adjusted import adjust_scores
from aggregation.algorithms.overton.report import scores_report
from aggregation.algorithms.overton.scores import Ratings as OvertonRatings
from aggregation.algorithms.overton.scores import overton_ratings, score_responses
from aggregation.pipelines.outcome import Outcome, Tell, cleaned, portion
from aggregation.pipelines.people import groups_of, in_stratum, weights_of
from aggregation.pipelines.selection import selection_from
from aggregation.sources import Ratings

REPLICATES = 1000


def compute(arrays: Ratings, parameters: Mapping[str, Any], *, seed: int, tell: Tell) -> Outcome:
    """Score every model by the mean rating that each group gives its responses, question by question.

    The groups of the grouping stand for the viewpoints; a question is what a response answers.

    Raises
    ------
    ValueError
        If responses do not say which model they are of, or nobody is left.
    """
    selection = selection_from(parameters)
    gone = set(selection.excluded)
    kept_P = in_stratum(arrays.people, selection)
    kept_P &= np.array([name not in gone for name in arrays.people.ids], dtype=np.bool_)
    weights, warnings = weights_of(arrays.people, selection)
    groups, group_P = groups_of(arrays.people, parameters["grouping"])
    rated = kept_P[arrays.person_R] & ~np.isnan(arrays.value_R)
    rated &= np.array([bool(origin) for origin in arrays.origins], dtype=np.bool_)[arrays.item_R]
    if not rated.any():
        raise ValueError("No rated response says which model it is of.")
    questions, question_I = np.unique(np.array(arrays.prompts, dtype=object).astype(str), return_inverse=True)
    models, model_I = np.unique(np.array(arrays.origins, dtype=object).astype(str), return_inverse=True)
    question_N, person_N = question_I[arrays.item_R[rated]], arrays.person_R[rated]
    # A viewpoint is a group's on one question.
    pair_N = question_N * len(groups) + group_P[person_N]
    pairs, viewpoint_N = np.unique(pair_N, return_inverse=True)
    used, model_N = np.unique(model_I[arrays.item_R[rated]], return_inverse=True)
    asked, question_N = np.unique(question_N, return_inverse=True)
    ratings = overton_ratings(question_N, model_N, viewpoint_N, person_N, arrays.value_R[rated], weights)
    tau = float(parameters["tau"])
    found = score_responses(
        ratings,
        tau=tau,
        replicates=REPLICATES,
        rng=np.random.default_rng(seed),
        progress=portion(tell, 0.1, 0.9, "Intervals"),
    )
    names = [f"{groups[pair % len(groups)]}" for pair in pairs.tolist()]
    report = scores_report(
        ratings,
        found,
        adjust_scores(found.coverage.coverage_QM),
        questions=[str(questions[q]) for q in asked],
        responses=[str(models[m]) for m in used],
        viewpoints=names,
    )
    raters_PM = _raters(ratings)
    for m, model in enumerate(used.tolist()):
        told = report["responses"][str(models[model])]["questions"]
        for p, name in enumerate(names):
            cell = told.get(str(questions[asked[ratings.question_P[p]]]), {"viewpoints": {}})["viewpoints"].get(name)
            if cell is not None:
                # A number, so that it is left out with the others where few people stand behind it.
                cell |= {
                    "n": int(raters_PM[p, m]),
                    "covered": None if cell["covered"] is None else int(cell["covered"]),
                }
    rows = [{"model": model, **told} for model, told in report["responses"].items()]
    people_of = {g: len(np.unique(person_N[group_P[person_N] == place])) for place, g in enumerate(groups)}
    result = {
        "people": len(np.unique(person_N)),
        "ratings": int(rated.sum()),
        "tau": tau,
        "groups": list(groups),
        "questions": [str(questions[q]) for q in asked],
        "models": [row | {"by_group": by_group(row["questions"], people_of)} for row in rows],
    }
    return Outcome(cleaned(result), warnings)


def _raters(ratings: OvertonRatings) -> NDArray[np.int64]:
    """How many people of each viewpoint rated something of each model, shape (viewpoints, M)."""
    shape = (len(ratings.question_P), ratings.n_responses)
    cells_N = ratings.viewpoint_N * shape[1] + ratings.response_N
    once = np.unique(np.stack([cells_N, ratings.rater_N]), axis=1)[0]
    return np.bincount(once, minlength=shape[0] * shape[1]).reshape(shape)


def by_group(questions: Mapping[str, Any], people_of: Mapping[str, int | None]) -> list[dict[str, Any]]:
    """For each group on how many questions a model covers it, of those whose answer is known.

    Parameters
    ----------
    questions : by question, the cells of its viewpoints
    people_of : how many people rated, by group
    """
    told = []
    for group, people in people_of.items():
        cells = [one["viewpoints"][group] for one in questions.values() if group in one["viewpoints"]]
        known = [cell for cell in cells if cell["covered"] is not None]
        means = [cell["mean"] for cell in known]
        told.append(
            {
                "group": group,
                "people": people,
                "questions": len(known),
                "covered": sum(bool(cell["covered"]) for cell in known),
                "mean": float(np.mean(means)) if means else None,
            }
        )
    return told
