"""A reward model's report as its page shows it: sentences first, then pictures, then tables."""

from dataclasses import dataclass, replace
from typing import Any

from aggregation import reward_figures
from aggregation.models import RewardModel
from aggregation.reasons import Side, one_side
from aggregation.sources import Reason, find_material

MOST_DIVIDED = 10
FIRST, SECOND = "Prefers the first", "Prefers the second"


@dataclass(frozen=True)
class Words:
    """What a yes is called: of a vote, of a rating with a threshold, of an answer that is yes or no."""

    does: str  # "a person …"
    did: str
    did_not: str


def words_of(reward_model: RewardModel) -> Words:
    """How the pages call it when an answer reaches the threshold."""
    assert reward_model.run is not None
    threshold = float(reward_model.run.result["threshold"])
    if all(one["kind"] == "conversation" for one in reward_model.materials) and threshold > 0:
        return Words("agrees", "Agreed", "Did not agree")
    if threshold > 1:
        return Words(f"rates it {threshold:g} or higher", f"Rated it {threshold:g} or higher", "Rated it lower")
    return Words("says yes", "Said yes", "Said no")


def report_context(reward_model: RewardModel, user: Any) -> dict[str, Any]:
    """Everything the result page reads; people's reasons only where they may read the answers themselves."""
    assert reward_model.run is not None
    report = reward_model.run.result
    metrics = report["metrics"]
    figures = [
        reward_figures.beside_the_peers(metrics),
        reward_figures.by_group(metrics),
        reward_figures.calibration(_of_mode(metrics, "calibration"), _overall(metrics)),
        reward_figures.few_shot(metrics["few_shot"]),
        reward_figures.abstention(_of_mode(metrics, "abstention")),
        reward_figures.training_curve(reward_model.curve),
    ]
    return {
        "report": report,
        "figures": [figure for figure in figures if figure is not None],
        "groups_say": groups_say(metrics),
        "peers_say": peers_say(metrics),
        "measures": measures_table(metrics),
        "divided": with_reasons(divided(report), reward_model, user),
        "words": words_of(reward_model),
    }


MEASURES = (
    ("n", "Answers or pairs"),
    ("log_loss", "Log-loss"),
    ("accuracy", "Accuracy"),
    ("brier", "Brier score"),
    ("ece", "Calibration error, 15 bins (ECE)"),
    ("ece_by_chance", "Calibration error that chance alone would show"),
    ("ece_adaptive", "Calibration error, bins of equal size"),
    ("aurc", "Area under the risk-coverage curve (AURC)"),
    ("excess_aurc", "AURC above that of the best order"),
    ("coverage_at_risk", "Share answered at one error in five"),
    ("jsd", "Divergence from the shares of answers per text (JSD, bits)"),
)
OVER_GROUPS = (
    ("worst", "Log-loss of the worst group of 100 or more"),
    ("cvar20", "Log-loss of the worst-off fifth (CVaR20)"),
    ("macro", "Log-loss, each group counted alike (macro)"),
)


def measures_table(metrics: dict[str, Any]) -> dict[str, Any]:
    """Every measure by row, each mode of answers and of pairs by column; figures that cannot be had are None."""
    found = [(kind, mode, table) for kind in reward_figures.KINDS for mode, table in metrics.get(kind, {}).items()]
    rows: list[tuple[str, list[float | None]]] = [
        (words, [table["overall"].get(name) for _, _, table in found]) for name, words in MEASURES
    ]
    for name, words in OVER_GROUPS:
        over = [
            table.get(name) if name != "worst" else (table.get("worst_group") or {}).get("log_loss")
            for _, _, table in found
        ]
        rows.append((words, over))
    heads = [f"{reward_figures.KINDS[kind]}: {reward_figures.SHORT_MODES[mode]}" for kind, mode, _ in found]
    return {"heads": heads, "rows": [row for row in rows if any(value is not None for value in row[1])]}


def kind_of(metrics: dict[str, Any]) -> str:
    """Whether single answers were measured, or only pairs."""
    return "points" if metrics["points"] else "pairs"


def groups_say(metrics: dict[str, Any]) -> str:
    """Whether telling the groups helps, no stronger than the interval allows."""
    gain = metrics["gains"].get(kind_of(metrics), {}).get("group")
    if gain is None or gain["gain"] is None:
        return "No groups were told to the model."
    interval = "{:+z.3f} to {:+z.3f}".format(*gain["interval"])
    if gain["better"]:
        return f"Told the groups, the model predicts better: its log-loss is lower by {gain['gain']:.3f} ({interval})."
    if gain["worse"]:
        return (
            f"Told the groups, the model predicts worse: its log-loss is higher by {-gain['gain']:.3f} ({interval})."
            " Use it for everybody alike."
        )
    return (
        "It is not shown to predict better when it is told the groups:"
        f" the log-loss falls by {gain['gain']:+z.3f}, and the interval ({interval}) includes no gain at all."
    )


def peers_say(metrics: dict[str, Any]) -> str:
    """The best peer beside the model, in words."""
    kind = kind_of(metrics)
    peers = metrics["peers"].get(kind, {})
    if not peers:
        return ""
    name, best = min(peers.items(), key=lambda pair: float(pair[1]["log_loss"]))
    value = min(float(table["overall"]["log_loss"]) for table in metrics[kind].values())
    low, high = best["log_loss_interval"]
    if value < low:
        return f"Its log-loss of {value:.3f} is below that of the best simple model ({name}, {best['log_loss']:.3f})."
    if value > high:
        return f"A simple model does better: {name} has a log-loss of {best['log_loss']:.3f}, this model {value:.3f}."
    return (
        f"It does about as well as the best simple model: {value:.3f} against {best['log_loss']:.3f} ({name});"
        " the difference may be chance."
    )


def divided(report: dict[str, Any]) -> list[dict[str, Any]]:
    """Texts, or pairs of them, on which groups differ most, over all attributes, with their words."""
    texts = report["texts"]
    return [
        row
        | {
            "items": tuple(row[name] for name in ("item", "item_a", "item_b") if name in row),
            "prompt": report.get("prompts", {}).get(row.get("item", row.get("item_a")), ""),
            "texts": [texts.get(row[name], row[name]) for name in ("item", "item_a", "item_b") if name in row],
        }
        for row in report["divided"][:MOST_DIVIDED]
    ]


def with_reasons(rows: list[dict[str, Any]], reward_model: RewardModel, user: Any) -> list[dict[str, Any]]:
    """Each with what both sides wrote; read now, so that nobody's words outlive their consent."""
    if not rows or reward_model.run is None:
        return rows
    materials = reward_model.materials
    several = len({(one["kind"], one["key"]) for one in materials}) > 1
    given: list[Reason] = []
    for one in materials:
        material = find_material(user, one["kind"], one["key"])
        prefix = f"{one['key']}/" if several else ""
        named = {item.removeprefix(prefix) for row in rows for item in row["items"] if item.startswith(prefix)}
        for reason in material.reasons(one["question"], named) if material and named else ():
            given.append(replace(reason, items=tuple(prefix + item for item in reason.items)))
    k, threshold = reward_model.community.small_cell, float(reward_model.run.result["threshold"])
    words = words_of(reward_model)
    return [row | {"sides": _sides(row, given, words, threshold, k)} for row in rows]


def _sides(row: dict[str, Any], given: list[Reason], words: Words, threshold: float, k: int) -> list[tuple[str, Side]]:
    about = [one for one in given if set(one.items) == set(row["items"])]
    if not about:
        return []
    if len(row["items"]) == 1:
        parts = [
            (words.did, [one for one in about if one.value >= threshold]),
            (words.did_not, [one for one in about if one.value < threshold]),
        ]
    else:
        turned = [one.value if one.items == row["items"] else -one.value for one in about]
        parts = [
            (FIRST, [one for one, value in zip(about, turned, strict=True) if value > 0]),
            (SECOND, [one for one, value in zip(about, turned, strict=True) if value < 0]),
        ]
    return [(label, one_side(reasons, attribute=row["attribute"], k=k)) for label, reasons in parts]


def _overall(metrics: dict[str, Any]) -> dict[str, Any]:
    """The measures of the mode whose curves are drawn; none where nothing was measured."""
    modes: dict[str, dict[str, Any]] = metrics[kind_of(metrics)]
    mode = "group" if metrics["calibration"].get(kind_of(metrics), {}).get("group") else "pooled"
    overall: dict[str, Any] = modes.get(mode, {}).get("overall", {})
    return overall


def _of_mode(metrics: dict[str, Any], name: str) -> list[dict[str, float]]:
    """A curve of the model told the groups, or of everybody alike."""
    modes: dict[str, list[dict[str, float]]] = metrics[name].get(kind_of(metrics), {})
    return modes.get("group") or modes.get("pooled") or []
