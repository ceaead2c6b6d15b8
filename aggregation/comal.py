"""What results and reward models say in an audit: rule, axioms, sensitivity, worst group; :mod:`governance.comal`."""

from typing import Any
from uuid import UUID

from accounts.models import Community
from aggregation.algorithms.axioms import AXIOMS
from aggregation.algorithms.rules import RULES
from aggregation.models import Aggregation, RewardModel
from aggregation.released import model_behind, run_behind
from aggregation.releasing import GATED, released_result
from aggregation.reward_report import groups_say, kind_of, peers_say
from governance.comal import Figure, Filling
from governance.models import Release
from governance.queries.releases import release_of
from governance.subjects import Reference


def origins(community: Community, reference: Reference) -> list[Reference]:
    """A result came from a conversation or a study; a reward model from some of each."""
    found = _behind(community, reference)
    if isinstance(found, Aggregation):
        return [Reference(found.source, found.material, found.material_title)]
    if isinstance(found, RewardModel):
        return [Reference(one["kind"], one["key"], one.get("title", "")) for one in found.materials]
    return []


def fill(community: Community, reference: Reference) -> dict[str, Filling]:
    """Aggregation of a slate, a ranking or generated statements; measurement and aggregation of a reward model."""
    found = _behind(community, reference)
    if isinstance(found, Aggregation):
        return {"aggregation": _result(found)}
    if isinstance(found, RewardModel) and found.run is not None:
        return {"measurement": _model(found), "aggregation": _learning(found)}
    return {}


def _behind(community: Community, reference: Reference) -> Aggregation | RewardModel | None:
    if reference.type == "slate":
        try:
            runs = Aggregation.objects.filter(pk=UUID(reference.id), run__community=community, run__kind__in=GATED)
        except ValueError:
            return None
        return runs.select_related("run__community").first()
    if reference.type != "artifact" or not reference.content_sha256:
        return None
    release = release_of(reference.content_sha256, community)
    if release is None:
        return None
    if release.kind == Release.Kind.SLATE:
        return run_behind(release)
    return model_behind(release) if release.kind == Release.Kind.MODEL else None


def _result(aggregation: Aggregation) -> Filling:
    """Rule and certificates; how the votes that were seen bear on it; what other rules give on the same votes."""
    run, result = aggregation.run, released_result(aggregation)
    rule = RULES.get(str(run.parameters.get("rule")))
    words = [f"“{aggregation.title}” was computed from {result.get('people')} people, seed {run.seed}."]
    figures = [Figure("People", result["people"], n=result["people"])] if result.get("people") else []
    if result.get("n_eff") is not None:
        figures.append(Figure("Effective number of people", result["n_eff"], n=result.get("people")))
    if rule:
        words.append(f"Rule: {rule.name} ({rule.source}). {rule.promise}")
    for one in result.get("certificates") or [one for one in [result.get("certificate")] if one]:
        holds = "holds" if one["holds"] else "does not hold"
        words.append(f"{AXIOMS[one['axiom']].name}: {holds} ({one['scope']} votes).")
    exposure = result.get("exposure") or {}
    if exposure.get("correlation") is not None:
        name = "Correlation of approval with how often it was seen"
        figures.append(Figure(name, exposure["correlation"], n=result.get("people")))
    others = [_sensitivity(row) for row in result.get("rules", []) if rule is None or row["rule"] != rule.short]
    figures += [Figure(name, share) for name, share, _ in others]
    words += [said for _, _, said in others if said]
    words += [str(warning) for warning in run.warnings]
    kept = ("people", "n_eff", "certificates", "certificate", "exposure", "rules", "groups", "complete")
    measured: dict[str, Any] = {name: result[name] for name in kept if name in result}
    measured |= {"run": str(run.pk), "input_sha256": run.input_sha256, "parameters": run.parameters, "seed": run.seed}
    measured |= {"versions": run.versions}
    return Filling(
        " ".join(words),
        figures,
        title=f"Result: {aggregation.title}",
        address=aggregation.get_absolute_url(),
        measured=measured,
    )


def _sensitivity(row: dict[str, Any]) -> tuple[str, float, str]:
    """How much of the slate another rule would have kept, and which groups it would cost something."""
    size = len(row["slate"])
    kept = (size - len(row["added"])) / size if size else 0.0
    said = f"{row['name']} would have kept {size - len(row['added'])} of {size}"
    said += f" and cost {', '.join(row['costs'])}." if row["costs"] else "."
    return f"Kept under {row['name']}", kept, said


def _named(model: RewardModel, measured: dict[str, Any]) -> dict[str, Any]:
    return {"title": f"Reward model: {model.title}", "address": model.get_absolute_url(), "measured": measured}


def _model(model: RewardModel) -> Filling:
    """Held-out log-loss overall and of the worst group that is large enough."""
    assert model.run is not None
    metrics, rows = model.run.result["metrics"], model.run.result["rows"]
    tables = metrics.get("points") or metrics.get("pairs") or {}
    figures, words = [], [f"“{model.title}” learnt from {rows['raters']} people on {rows['items']} items."]
    for mode, table in tables.items():
        overall = table["overall"]
        low, high = overall.get("log_loss_interval") or (None, None)
        figures.append(Figure(f"Held-out log-loss, {mode}", overall["log_loss"], low, high, overall.get("n")))
        worst = table.get("worst_group")
        if worst:
            figures.append(Figure(f"Worst group, {mode}: {worst['group']}", worst["log_loss"], n=worst.get("n")))
            words.append(f"Told {mode}, it is furthest off for {worst['group']} ({worst['log_loss']:.3f}).")
    if tables:
        words += [groups_say(metrics), peers_say(metrics)]
    measured = {"kind": kind_of(metrics), "rows": rows, "metrics": tables, "groups": model.run.result["groups"]}
    return Filling(" ".join(word for word in words if word), figures, **_named(model, measured))


def _learning(model: RewardModel) -> Filling:
    """How what groups say is brought together, and how often the groups disagree."""
    assert model.run is not None
    run, plan = model.run, model.plan
    reduced = f"groups brought together by {plan['reduction']}" if plan.get("reduction") else "everybody alike"
    words = (
        f"Losses: {plan.get('losses')}; {reduced}; groups told to it: {', '.join(plan.get('groups') or []) or 'none'};"
        f" seed {run.seed}. {len(run.result['divided'])} texts divide the groups most."
    )
    measured = {"plan": plan, "input_sha256": run.input_sha256, "versions": run.versions}
    measured["artifact"] = model.artifact_sha256
    return Filling(words, **_named(model, measured))
