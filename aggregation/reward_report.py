"""A reward model's report as its page shows it: sentences first, then pictures, then tables."""

from typing import Any

from aggregation import reward_figures
from aggregation.models import RewardModel

MOST_DIVIDED = 10


def report_context(reward_model: RewardModel) -> dict[str, Any]:
    """Everything the result page reads."""
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
        "divided": divided(report),
    }


def kind_of(metrics: dict[str, Any]) -> str:
    """Whether single answers were measured, or only pairs."""
    return "points" if metrics["points"] else "pairs"


def groups_say(metrics: dict[str, Any]) -> str:
    """Whether telling the groups helps, no stronger than the interval allows."""
    gain = metrics["gains"].get(kind_of(metrics), {}).get("group")
    if gain is None or gain["gain"] is None:
        return "No groups were told to the model."
    interval = "{:+.3f} to {:+.3f}".format(*gain["interval"])
    if gain["better"]:
        return f"Told the groups, the model predicts better: its log-loss is lower by {gain['gain']:.3f} ({interval})."
    return (
        "It is not shown to predict better when it is told the groups:"
        f" the log-loss falls by {gain['gain']:+.3f}, and the interval ({interval}) includes none at all or worse."
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
    """Texts on which groups differ most, over all attributes, with their words."""
    rows = report["divided"][:MOST_DIVIDED]
    return [row | {"text": report["texts"].get(row["item"], row["item"])} for row in rows]


def _overall(metrics: dict[str, Any]) -> dict[str, Any]:
    """The measures of the mode whose curves are drawn."""
    modes: dict[str, dict[str, Any]] = metrics[kind_of(metrics)]
    mode = "group" if metrics["calibration"].get(kind_of(metrics), {}).get("group") else "pooled"
    overall: dict[str, Any] = modes[mode]["overall"]
    return overall


def _of_mode(metrics: dict[str, Any], name: str) -> list[dict[str, float]]:
    """A curve of the model told the groups, or of everybody alike."""
    modes: dict[str, list[dict[str, float]]] = metrics[name].get(kind_of(metrics), {})
    return modes.get("group") or modes.get("pooled") or []
