"""Options in order, with what each group gets and which axioms hold.  Shapes: P people, C options."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from aggregation.algorithms.rankings.axiom_report import report_axioms
from aggregation.algorithms.rankings.profile import Profile, Ranking, Settings, apply_floor, make_profile
from aggregation.algorithms.rankings.report import ranking_report
from aggregation.algorithms.rules import Rule, find_rule
from aggregation.pipelines.ballots import table_of
from aggregation.pipelines.outcome import Outcome, Tell, cleaned
from aggregation.pipelines.selection import selection_from
from aggregation.sources import Utilities, Votes

BESIDE = ("nash", "leximin", "utilitarian", "schulze", "borda")
PROBES = 10


def compute(arrays: Votes | Utilities, parameters: Mapping[str, Any], *, seed: int, tell: Tell) -> Outcome:
    """Rank the options that people like best on average, by one rule, with others beside it.

    Raises
    ------
    ValueError
        If answers are missing and refused, or the parameters do not fit the arrays.
    """
    selection = selection_from(parameters)
    table = table_of(arrays, selection, grouping=parameters["grouping"])
    rule = find_rule(parameters["rule"])
    if not table.ballots.complete and parameters["missing"] == "refuse":
        empty = int(np.isnan(table.ballots.values_VC).sum())
        raise ValueError(
            f"{empty} of {table.ballots.values_VC.size} answers are missing and you refuse to estimate them"
        )
    warnings = list(table.warnings)
    if not table.ballots.complete:
        warnings.append("answers that were not given were estimated from what people of the same group said")
    value_PC = table.value_PC()
    kept = np.sort(np.argsort(-value_PC.mean(axis=0), kind="stable")[: int(parameters["most"])])
    if len(kept) < value_PC.shape[1]:
        warnings.append(
            f"only the {len(kept)} of {value_PC.shape[1]} statements that are liked best on average are ranked"
        )
    ids, texts = [table.candidates[c] for c in kept], [table.texts[c] for c in kept]
    profile = make_profile(value_PC[:, kept], weight_V=table.ballots.weights_V, group_V=table.group_P)
    floor = parameters.get("floor")

    def ranked_by(how: Rule) -> Any:
        def ranked(changed: Profile) -> Ranking:
            found: Ranking = how.load()(changed, Settings(seed=seed))
            return found if floor is None else apply_floor(found, changed.group_means(), float(floor))

        return ranked

    tell(0.1, f"Ranking by {rule.name}")
    ranking = ranked_by(rule)(profile)
    tell(0.3, "Trying the axioms")
    outcomes = report_axioms(profile, ranking, ranked_by(rule), rng=np.random.default_rng(seed), probes=PROBES)
    report = ranking_report(profile, ranking, outcomes, options=ids, groups=table.groups)
    beside = []
    for place, short in enumerate(dict.fromkeys((rule.short, *BESIDE))):
        tell(0.5 + 0.5 * place / (len(BESIDE) + 1), f"Comparing with {short}")
        other = ranking if short == rule.short else ranked_by(find_rule(short))(profile)
        beside.append(
            {"rule": short, "name": find_rule(short).name, "order": [[ids[c] for c in t] for t in other.order]}
        )
    result = {
        "people": len(table.people),
        "n_eff": table.ballots.effective_n,
        "groups": [
            {"group": name, "people": int((table.group_P == place).sum())} for place, name in enumerate(table.groups)
        ],
        "texts": dict(zip(ids, texts, strict=True)),
        "order": report["order"],
        "scores": report["scores"],
        "axioms": report["axioms"],
        "details": report["details"],
        "means": _means(profile, table.groups, ids),
        "beside": beside,
    }
    return Outcome(cleaned(result), tuple(warnings))


def _means(profile: Profile, groups: tuple[str, ...], ids: list[str]) -> list[dict[str, Any]]:
    held = profile.group_weights() > 0
    names = [name for name, has_weight in zip(groups, held, strict=True) if has_weight]
    means: NDArray[np.float64] = profile.group_means()
    return [
        {"group": name, "means": dict(zip(ids, row.tolist(), strict=True))}
        for name, row in zip(names, means, strict=True)
    ]
