"""How answers are distributed, item by item and group by group.  Shapes: I items, P people, K options."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from aggregation.algorithms.distributions.describe import REFUSED, code_answers, describe_answers
from aggregation.algorithms.distributions.report import distribution_report
from aggregation.pipelines.outcome import Outcome, Tell, cleaned
from aggregation.pipelines.people import groups_of, in_stratum, weights_of
from aggregation.pipelines.reference import compare_models
from aggregation.pipelines.selection import selection_from
from aggregation.sources import VOTES, Option, Ratings, Votes

MOST_ITEMS = 2_000


def compute(arrays: Votes | Ratings, parameters: Mapping[str, Any], *, seed: int, tell: Tell) -> Outcome:
    """Counts, shares and posterior intervals, with distances between groups.

    Raises
    ------
    ValueError
        If the question has no options, or nobody is left.
    """
    people = arrays.people
    selection = selection_from(parameters)
    gone = set(selection.excluded)
    kept_P = in_stratum(people, selection) & np.array([name not in gone for name in people.ids], dtype=np.bool_)
    weights, warnings = weights_of(people, selection)
    groups, group_P = groups_of(people, parameters["grouping"])
    options: tuple[Option, ...]
    if isinstance(arrays, Votes):
        items, texts, options = arrays.candidates, arrays.texts, VOTES
        item_R, option_R = arrays.candidate_R, 1 - arrays.value_R.astype(np.int64)
    else:
        items, texts, options, item_R = arrays.items, arrays.texts, arrays.options, arrays.item_R
        if not options:
            raise ValueError("Answers to this question are numbers without options; their distribution has no shares.")
        place = {option.code: number for number, option in enumerate(options)}
        option_R = np.array([place.get(code, REFUSED) for code in arrays.code_R], dtype=np.int64)
        option_R[arrays.refused_R] = REFUSED
    inside = kept_P[arrays.person_R]
    if not inside.any():
        raise ValueError("Nobody who is counted has answered.")
    if len(items) > MOST_ITEMS:
        raise ValueError(f"{len(items)} items are more than the {MOST_ITEMS} that one page can tell of")
    tell(0.1, "Counting")
    answers = code_answers(
        item_R[inside],
        arrays.person_R[inside],
        option_R[inside],
        group_P,
        n_groups=len(groups),
        offered_IK=np.ones((len(items), len(options)), dtype=np.bool_),
        weight_R=weights,
    )
    alpha0 = parameters.get("alpha0")
    found = describe_answers(answers, alpha0=None if alpha0 is None else float(alpha0))
    tell(0.6, "Comparing groups")
    values = [option.value for option in options]
    numbered = all(value is not None for value in values)
    values_IK = np.tile(np.array(values, dtype=np.float64), (len(items), 1)) if numbered else None
    names = [option.text for option in options]
    report = distribution_report(
        answers, found, (), items=items, groups=groups, options=names, values_IK=values_IK, k=0
    )
    told = parameters.get("reference") or {}
    models: list[dict[str, Any]] = []
    if told:
        models, more = compare_models(
            told,
            answers,
            found,
            items=items,
            groups=groups,
            codes=[option.code for option in options],
            values_IK=values_IK,
            seed=seed,
            tell=lambda share, message: tell(0.6 + 0.4 * share, message),
        )
        warnings = (*warnings, *more)
    result = {
        "models": models,
        "people": len(np.unique(arrays.person_R[inside])),
        "answers": int(inside.sum()),
        "options": names,
        "groups": [{"group": name, "people": int(((group_P == g) & kept_P).sum())} for g, name in enumerate(groups)],
        "texts": dict(zip(items, texts, strict=True)),
        "between_groups": report["between_groups"],
        "items": [
            {"item": item, **block, "apart": _apart(block)}
            for item, block in report["items"].items()
            if block["all"]["n"]
        ],
    }
    result["items"] = sorted(result["items"], key=lambda row: -(row["apart"] or 0))
    return Outcome(cleaned(result), warnings)


def _apart(block: Mapping[str, Any]) -> float | None:
    """The greatest distance between two groups by the first metric; None where there is one group."""
    found = [pair["distances"][0].get("value") for pair in block["between_groups"]]
    known = [value for value in found if value is not None and np.isfinite(value)]
    return max(known, default=None)
