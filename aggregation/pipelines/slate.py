"""A slate of statements, with all that is known about it.  Shapes: P people, C candidates, K members of the slate."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from aggregation.algorithms.rules import Rule, find_rule, rules_of
from aggregation.algorithms.slates.certify import Certificate
from aggregation.algorithms.slates.choose import Missing, SlateResult, choose_slate
from aggregation.pipelines.ballots import Table, table_of
from aggregation.pipelines.outcome import Outcome, Tell, number, portion
from aggregation.pipelines.people import Selection
from aggregation.pipelines.represented import best_value_P, by_group, represented
from aggregation.pipelines.scrutiny import attack, influence, objectors
from aggregation.sources import Utilities, Votes

AXIOMS = {"approvals": ("jr", "ejr+"), "bjr": ("bjr",), "prose": ("cbjr",)}
COSTS_ABOVE = 0.02
"""A loss of a group's mean value from which a rule is said to cost it something."""


@dataclass(frozen=True)
class SlateParameters:
    """What was asked for.

    Attributes
    ----------
    rule : short name of a slate rule
    k : size of the slate, for rules that need one
    budget : words, for rules with costs
    missing : what to do with votes that were not cast: "refuse", "zero" or "impute"
    draws : completions of the votes, when they are imputed
    grouping : key of the grouping that the result is told by
    selection : who counts, and how much
    compare : whether the other rules are computed on the same input
    """

    rule: str = "mes"
    k: int = 5
    budget: float = 100.0
    missing: Missing = "refuse"
    draws: int = 100
    grouping: str = ""
    selection: Selection = field(default_factory=Selection)
    compare: bool = True

    @classmethod
    def from_json(cls, told: Mapping[str, Any]) -> "SlateParameters":
        """Read what a run stores."""
        chosen = dict(told.get("selection") or {})
        if chosen.get("stratum"):
            chosen["stratum"] = tuple(chosen["stratum"])
        chosen["excluded"] = tuple(chosen.get("excluded") or ())
        return cls(**{**told, "selection": Selection(**chosen)})


def compute(arrays: Votes | Utilities, parameters: Mapping[str, Any], *, seed: int, tell: Tell) -> Outcome:
    """Choose the slate, certify it, and look at it from every side.

    Raises
    ------
    ValueError
        If votes are missing and refused, or the parameters do not fit the arrays; the text says what to change.
    """
    asked = SlateParameters.from_json(parameters)
    rule = find_rule(asked.rule)
    table = _table(arrays, asked, rule)
    tell(0.02, "Choosing the slate")
    chosen = _choose(rule, table, asked, seed, checked=True, tell=tell, part=(0.02, 0.4))
    value_PC = table.value_PC()
    result: dict[str, Any] = {
        "people": len(table.people),
        "candidates": len(table.candidates),
        "answers": int((~np.isnan(table.ballots.values_VC)).sum()),
        "n_eff": number(table.ballots.effective_n),
        "complete": table.ballots.complete,
        "groups": by_group(table, value_PC, chosen.chosen),
        "slate": represented(table, value_PC, chosen),
        "certificates": [certificate_json(one, table) for one in chosen.certificates],
        "exposure": _exposure(chosen, table),
        "imputed": _imputed(chosen, table),
    }
    tell(0.4, "Comparing the rules")
    if asked.compare:
        result["rules"] = _side_by_side(rule, chosen, table, asked, seed, tell)
    result["objectors"] = objectors(table, value_PC, chosen.chosen)
    if rule.takes == "approvals":
        result["influence"] = influence(rule, table, value_PC, asked.k, portion(tell, 0.75, 0.88, "Leaving people out"))
        result["attack"] = attack(rule, table, value_PC, asked.k, portion(tell, 0.88, 0.95, "Trying to change it"))
    if asked.selection.excluded:
        tell(0.95, "Leaving out whom you excluded")
        result["without"] = _without(arrays, rule, chosen, table, asked, seed)
    return Outcome(result, (*table.warnings, *chosen.warnings))


def _table(arrays: Votes | Utilities, asked: SlateParameters, rule: Rule, without: tuple[str, ...] = ()) -> Table:
    budget = asked.budget if "budget" in rule.needs else None
    return table_of(arrays, asked.selection, grouping=asked.grouping, budget=budget, without=without)


def _choose(
    rule: Rule, table: Table, asked: SlateParameters, seed: int, *, checked: bool, tell: Tell, part: tuple[float, float]
) -> SlateResult:
    axioms = AXIOMS.get(rule.short, AXIOMS["approvals"]) if checked else ()
    return choose_slate(
        rule,
        table.ballots,
        asked.k if "k" in rule.needs else None,
        missing=asked.missing,
        group_V=table.group_P,
        axioms=axioms,
        rng=np.random.default_rng(seed),
        draws=asked.draws,
        progress=portion(tell, *part, "Drawing the votes that were not cast"),
    )


def _side_by_side(
    own: Rule, chosen: SlateResult, table: Table, asked: SlateParameters, seed: int, tell: Tell
) -> list[dict[str, Any]]:
    """Every rule of the same needs on the same input: its slate, where it differs, and which groups it costs what."""
    value_PC = table.value_PC()
    mine = {row["group"]: row["best"] for row in by_group(table, value_PC, chosen.chosen)}
    rows = []
    others = [rule for rule in rules_of("slate") if rule.needs == own.needs or rule.short == own.short]
    for place, rule in enumerate(others):
        tell(0.4 + 0.35 * place / len(others), f"Comparing with {rule.name}")
        if rule.takes == "utilities" and table.ballots.weights_V is not None:
            continue
        found = (
            chosen
            if rule.short == own.short
            else _choose(
                rule,
                table,
                asked,
                seed,
                checked=False,
                tell=tell,
                part=(0.4 + 0.35 * place / len(others), 0.4 + 0.35 * (place + 1) / len(others)),
            )
        )
        groups = by_group(table, value_PC, found.chosen)
        rows.append(
            {
                "rule": rule.short,
                "name": rule.name,
                "slate": [table.candidates[c] for c in found.chosen],
                "added": [table.candidates[c] for c in found.chosen if c not in chosen.chosen],
                "dropped": [table.candidates[c] for c in chosen.chosen if c not in found.chosen],
                "groups": [{name: row[name] for name in ("group", "people", "best", "agreed")} for row in groups],
                "costs": [row["group"] for row in groups if row["best"] < mine[row["group"]] - COSTS_ABOVE],
                "helps": [row["group"] for row in groups if row["best"] > mine[row["group"]] + COSTS_ABOVE],
                "mean": number(best_value_P(value_PC, found.chosen).mean()) if found.chosen else None,
            }
        )
    return rows


def _without(
    arrays: Votes | Utilities, rule: Rule, chosen: SlateResult, whole: Table, asked: SlateParameters, seed: int
) -> dict[str, Any]:
    """The same computation without the people who were excluded."""
    table = _table(arrays, asked, rule, without=asked.selection.excluded)
    found = _choose(rule, table, asked, seed, checked=True, tell=lambda share, message: None, part=(0, 1))
    before = {whole.candidates[c] for c in chosen.chosen}
    after = [table.candidates[c] for c in found.chosen]
    return {
        "people": len(table.people),
        "left_out": len(whole.people) - len(table.people),
        "slate": [{"candidate": table.candidates[c], "text": table.texts[c]} for c in found.chosen],
        "added": [name for name in after if name not in before],
        "dropped": sorted(before - set(after)),
        "certificates": [certificate_json(one, table) for one in found.certificates],
    }


def certificate_json(certificate: Certificate, table: Table) -> dict[str, Any]:
    """A certificate by ids, with the size of the group that objects rather than its people's numbers."""
    found = certificate.finding
    violations = [
        {
            "candidate": table.candidates[one.candidate],
            "text": table.texts[one.candidate],
            "level": number(one.level),
            "supporters": number(one.supporters),
            "needed": number(one.needed),
        }
        for one in (found.violations if found else ())
    ]
    return {
        "axiom": certificate.axiom,
        "scope": certificate.scope,
        "holds": certificate.holds,
        "reason": certificate.reason,
        "share": number(certificate.share),
        "own_share": number(certificate.own_share),
        "draws": certificate.draws,
        "violations": violations,
    }


def _exposure(chosen: SlateResult, table: Table) -> dict[str, Any] | None:
    found = chosen.exposure
    if found is None:
        return None
    inside = set(chosen.chosen)
    rows = [
        {
            "candidate": table.candidates[c],
            "text": table.texts[c],
            "seen": int(found.seen_C[c]),
            "approved": int(found.approved_C[c]),
            "agreement": number(found.agreement_C[c]),
            "in_slate": c in inside,
        }
        for c in range(len(table.candidates))
    ]
    return {
        "correlation": number(found.correlation),
        "agreement_correlation": number(found.agreement_correlation),
        "decides": found.decides,
        "rows": rows,
    }


def _imputed(chosen: SlateResult, table: Table) -> dict[str, Any] | None:
    found = chosen.imputed
    if found is None:
        return None
    order = np.argsort(-found.inclusion_C, kind="stable").tolist()
    return {
        "draws": found.draws,
        "distinct": found.distinct,
        "top": [table.candidates[c] for c in found.top],
        "inclusion": [
            {
                "candidate": table.candidates[c],
                "text": table.texts[c],
                "frequency": number(found.inclusion_C[c]),
                "in_slate": c in chosen.chosen,
            }
            for c in order
            if found.inclusion_C[c] > 0
        ],
    }
