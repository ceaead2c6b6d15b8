"""What `polyphony agreement` reports of a table of ratings."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from aggregation.algorithms.agreement.alpha import Alpha, krippendorff_alpha
from aggregation.algorithms.agreement.answers import MOST_SQUARED, Answers, Level
from aggregation.algorithms.agreement.audit import audit_groups, audit_majority
from aggregation.algorithms.agreement.description import fleiss_kappa, full_agreement, mean_entropy_bits
from aggregation.algorithms.agreement.groups import compare_groups
from aggregation.algorithms.agreement.variance import Variance, decompose_category_variance, decompose_variance
from aggregation.algorithms.privacy.suppression import suppress_small_cells
from annotation.formats.dataset import in_order
from annotation.formats.missing import missing_kind

MOST_TESTED_GROUPS = 50
MOST_TESTED_LABELS = 500
MOST_COMPARED = 500_000_000  # sums by label, group, and item or other group: seconds, and no more memory than there is
Progress = Callable[[int, int], object]


@dataclass(frozen=True)
class Plan:
    """How to measure: the level, the random steps, and the least group to show (0 shows all)."""

    level: Level
    seed: int
    replicates: int
    permutations: int
    k: int = 0


@dataclass(frozen=True)
class Grouping:
    """One column: the names of its groups, each answer's group (below 0 where missing), and the kinds of missing."""

    column: str
    names: list[str]
    codes: NDArray[np.int64]
    missing: dict[str, NDArray[np.bool_]]


def report_agreement(
    answers: Answers,
    groupings: Sequence[Grouping],
    plan: Plan,
    *,
    multiple: bool = False,
    progress: Progress | None = None,
) -> tuple[dict[str, Any], list[str]]:
    """All figures, and warnings.

    Raises
    ------
    ValueError
        If the values do not fit the level.
    """
    numbers = answers.numbers(plan.level)
    alpha = _alpha(answers.items, numbers, plan, 0)
    audit = audit_majority(answers.items, answers.values)
    sizes = np.bincount(answers.items, minlength=len(answers.item_names))
    warnings: list[str] = []
    if too_large := answers.points is not None and float(np.abs(answers.points).max(initial=0.0)) > MOST_SQUARED:
        warnings.append(f"There are values beyond {MOST_SQUARED:g}, whose squares are no numbers: no variance.")
    report: dict[str, Any] = {
        "items": len(answers.item_names),
        "raters": len(answers.rater_names),
        "answers": len(answers),
        "alpha": {"level": plan.level, "value": alpha.value, "interval": _pair(alpha.interval)},
        "fleiss_kappa": fleiss_kappa(answers.items, answers.values),
        "full_agreement": full_agreement(answers.items, answers.values),
        "mean_entropy_bits": mean_entropy_bits(answers.items, answers.values),
        "items_with_one_answer": int((sizes == 1).sum()),
        "by": {},
        "cross": [],
        "variance": None if too_large else _variance(_decompose(answers)),
        "variance_by": {},
        "majority_audit": {
            "items": audit.items,
            "split_items": audit.split_items,
            "tied_items": audit.tied_items,
            "erased_answers": audit.erased_answers,
            "flips": {},
        },
        "missing": {},
    }
    if multiple:
        report["labels"] = _per_label(answers, plan)
    for place, grouping in enumerate(groupings):
        shown = _Shown(answers, grouping, plan.k)
        groups, cross = _compare(answers, numbers, grouping, plan, shown, place + 1, warnings, progress)
        report["by"][grouping.column] = groups
        report["cross"] += cross
        report["variance_by"][grouping.column] = None if too_large else _variance(_decompose(answers, grouping.codes))
        report["majority_audit"]["flips"][grouping.column] = _flips(answers, grouping, shown)
        report["missing"][grouping.column] = shown.missing()
    if groupings:
        report["variance"] = report["variance_by"][groupings[0].column]
    return report, warnings


def group_answers(table: pd.DataFrame, columns: Sequence[str]) -> list[Grouping]:
    """The groups in each column of ratings; people who declined, or whose data expired, are not a group."""
    found = []
    for column in columns:
        codes, texts = pd.factorize(table[f"by {column}"])
        kinds = [missing_kind(text) for text in texts]
        names = in_order(str(text) for text, kind in zip(texts, kinds, strict=True) if kind is None)
        place = {name: position for position, name in enumerate(names)}
        recode = np.array(
            [-1 if kind else place[str(text)] for text, kind in zip(texts, kinds, strict=True)], dtype=np.int64
        )
        missing: dict[str, NDArray[np.bool_]] = {}
        for code, kind in enumerate(kinds):
            if kind is not None:
                missing[kind] = missing.get(kind, np.zeros(len(codes), dtype=np.bool_)) | (codes == code)
        found.append(Grouping(column, names, recode[codes] if len(recode) else codes.astype(np.int64), missing))
    return found


class _Shown:
    """Which groups of a column may be shown, so that totals do not tell the size of the others."""

    def __init__(self, answers: Answers, grouping: Grouping, k: int) -> None:
        self.names, self.kinds = grouping.names, list(grouping.missing)
        masks = [grouping.codes == group for group in range(len(self.names))] + list(grouping.missing.values())
        self.raters = [len(np.unique(answers.raters[mask])) for mask in masks]
        self.answers = [int(mask.sum()) for mask in masks]
        hidden = suppress_small_cells(self.raters, k=k).hidden if k > 1 and masks else np.zeros(len(masks) + 1, bool)
        self.hidden = hidden[: len(masks)]

    def missing(self) -> dict[str, Any]:
        """People without a group, by kind of missing."""
        first = len(self.names)
        return {
            kind: {"raters": None, "answers": None, "suppressed": True}
            if self.hidden[first + place]
            else {"raters": self.raters[first + place], "answers": self.answers[first + place]}
            for place, kind in enumerate(self.kinds)
        }


def _compare(
    answers: Answers,
    numbers: NDArray[np.float64],
    grouping: Grouping,
    plan: Plan,
    shown: _Shown,
    place: int,
    warnings: list[str],
    progress: Progress | None,
) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    names = grouping.names
    if not names:
        warnings.append(f"{grouping.column} is empty: there is nobody to compare.")
        return {}, []
    if plan.level == "nominal" and _sums(answers, len(names)) > MOST_COMPARED:
        warnings.append(
            f"{grouping.column} has {len(names)} groups and there are {len(answers.labels)} different values, too many"
            " to compare."
        )
        return {}, []
    permutations = plan.permutations
    if len(names) > MOST_TESTED_GROUPS:
        warnings.append(f"{grouping.column} has {len(names)} groups, more than {MOST_TESTED_GROUPS}: no p-values.")
        permutations = 0
    elif plan.level == "nominal" and len(answers.labels) > MOST_TESTED_LABELS:
        warnings.append(
            f"There are {len(answers.labels)} different values, more than {MOST_TESTED_LABELS}: no p-values."
        )
        permutations = 0
    test = compare_groups(
        answers.items,
        answers.raters,
        numbers,
        grouping.codes,
        len(names),
        level=plan.level,
        permutations=permutations,
        rng=np.random.default_rng([plan.seed, place]),
        progress=progress,
    )
    figures, gai_G = test.figures, test.figures.gai_G
    groups: dict[str, Any] = {}
    for code, name in enumerate(names):
        if shown.hidden[code]:
            groups[name] = {
                "raters": None,
                "answers": None,
                "mean": None,
                "alpha": None,
                "gai": None,
                "suppressed": True,
            }
            continue
        mine = grouping.codes == code
        alpha = _alpha(answers.items[mine], numbers[mine], plan, place, code)
        groups[name] = {
            "raters": shown.raters[code],
            "answers": shown.answers[code],
            "mean": None if answers.points is None else float(answers.points[answers.values[mine]].mean()),
            "alpha": alpha.value,
            "alpha_interval": _pair(alpha.interval),
            "gai": gai_G[code],
            "gai_p_value": test.gai_p_G[code],
            "xrr_rest": figures.rest_G[code],
            "xrr_rest_p_value": test.rest_p_G[code],
            "items_shared_with_rest": int(figures.rest_items_G[code]),
        }
        if figures.rest_G[code] < 0:
            warnings.append(
                f"{grouping.column}={name}: agreement with the rest is below chance"
                f" ({figures.rest_G[code]:.3f}), so that the sign of gai says nothing."
            )
    cross = [
        {
            "column": grouping.column,
            "a": names[a],
            "b": names[b],
            "items": int(figures.items_GG[a, b]),
            "xrr": figures.xrr_GG[a, b],
            "p_value": test.xrr_p_GG[a, b],
        }
        for a in range(len(names))
        for b in range(a + 1, len(names))
        if not (shown.hidden[a] or shown.hidden[b]) and (len(names) <= MOST_TESTED_GROUPS or figures.items_GG[a, b] > 0)
    ]
    return groups, cross


def _alpha(items: NDArray[np.int64], numbers: NDArray[np.float64], plan: Plan, *stream: int) -> Alpha:
    rng = np.random.default_rng([plan.seed, *stream])
    return krippendorff_alpha(items, numbers, level=plan.level, rng=rng, replicates=plan.replicates)


def _per_label(answers: Answers, plan: Plan) -> dict[str, Any]:
    """Where a person may give several labels, the agreement on each label being given or not."""
    sets = [frozenset(label.split(",")) for label in answers.labels]
    result = {}
    for place, label in enumerate(in_order({one for some in sets for one in some})):
        given = np.array([label in some for some in sets], dtype=np.float64)[answers.values]
        alpha = krippendorff_alpha(
            answers.items,
            given,
            level="nominal",
            rng=np.random.default_rng([plan.seed, place]),
            replicates=plan.replicates,
        )
        result[label] = {"share": float(given.mean()), "alpha": alpha.value, "alpha_interval": _pair(alpha.interval)}
    return result


def _flips(answers: Answers, grouping: Grouping, shown: _Shown) -> dict[str, Any]:
    flips = audit_groups(answers.items, answers.values, grouping.codes, len(grouping.names))
    return {
        name: None
        if shown.hidden[code]
        else {
            "items": int(flips.items[code]),
            "flips": int(flips.flips[code]),
            "answers": int(flips.answers[code]),
            "erased_answers": int(flips.erased[code]),
        }
        for code, name in enumerate(grouping.names)
    }


def _sums(answers: Answers, groups: int) -> int:
    """How many sums the comparison of groups takes at the nominal level."""
    return len(answers.labels) * groups * max(len(answers.item_names), 5 * groups)


def _decompose(answers: Answers, groups: NDArray[np.int64] | None = None) -> Variance | None:
    """The variance of the values as numbers, or of the categories where they are not (it is Gini's impurity)."""
    if answers.points is None:
        return decompose_category_variance(answers.items, answers.values, groups)
    return decompose_variance(answers.items, answers.points[answers.values], groups)


def _variance(found: Variance | None) -> dict[str, Any] | None:
    if found is None:
        return None
    return {
        "total": found.total,
        "between_items": found.between_items,
        "within_items": found.within_items,
        "between_groups": found.between_groups,
        "within_groups": found.within_groups,
        "answers": found.answers,
    }


def _pair(interval: tuple[float, float] | None) -> list[float] | None:
    return None if interval is None else list(interval)
