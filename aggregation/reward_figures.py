"""Pictures of a reward model's report."""

from collections.abc import Mapping
from typing import Any

from frontend.figures import CurvePoint, Estimate, Figure, Panel, dots_with_intervals, line_with_intervals

MODES = {
    "pooled": "This model, everybody alike",
    "group": "This model, told the groups",
    "rater": "This model, by person",
}
SHORT_MODES = {"pooled": "everybody alike", "group": "told the groups", "rater": "by person"}
KINDS = {"points": "Answers", "pairs": "Pairs"}
ENOUGH_GIVEN = 0.75  # of the answers named, on average over people


def _estimate(label: str, value: float, interval: list[float], n: int | None = None) -> Estimate:
    low, high = interval
    return Estimate(label, value, low, high, n)


def _measured(mode: str, overall: dict[str, Any]) -> Estimate:
    return _estimate(MODES[mode], overall["log_loss"], overall["intervals"]["log_loss"], overall["n"])


def training_curve(curve: list[dict[str, Any]]) -> Figure | None:
    """The loss after each step, as it is known so far."""
    if not curve:
        return None
    last = curve[-1]
    return line_with_intervals(
        [CurvePoint(step, one["loss"], part=one["name"]) for step, one in enumerate(curve, 1)],
        title=f"In {last['name']} the loss is {last['loss']:.3f}",
        words="Lower is better. Each line is one fit: first several ways of reading texts are tried, then groups, then"
        " how sure to be, then each member of the ensemble is fitted.",
        x_name="Step",
        y_name="Loss",
        name="training",
    )


def beside_the_peers(metrics: Mapping[str, Any]) -> Figure | None:
    """Log-loss of the model in each mode and of the built-in peers, on the texts held out."""
    panels = []
    for kind, title in KINDS.items():
        found = [_measured(mode, table["overall"]) for mode, table in metrics.get(kind, {}).items()]
        found += [
            _estimate(f"Peer: {name}", peer["log_loss"], peer["log_loss_interval"])
            for name, peer in metrics["peers"].get(kind, {}).items()
        ]
        if found:
            panels.append(Panel(title, tuple(found)))
    if not panels:
        return None
    return dots_with_intervals(
        panels,
        title="How far off the predictions are, beside simpler models",
        words="Log-loss on texts that were held out: lower is better, 0.69 is guessing. The bars are 95 % intervals"
        " from a bootstrap over texts and people. Where bars overlap, the difference may be chance.",
        value_name="Log-loss",
        name="peers",
        as_share=False,
    )


def by_group(metrics: Mapping[str, Any]) -> Figure | None:
    """Log-loss for each group with enough people."""
    tables = metrics.get("points") or metrics.get("pairs") or {}
    table = tables.get("group") or tables.get("pooled")
    if not table:
        return None
    panels = []
    for name, levels in table["groups"].items():
        shown = [
            _estimate(level, found["log_loss"], found["log_loss_interval"], found["n"])
            for level, found in levels.items()
            if not found["suppressed"]
        ]
        if shown:
            panels.append(Panel(name.capitalize(), tuple(shown)))
    if not panels:
        return None
    worst = table["worst_group"]
    said = f" The worst of the larger groups is {worst['group']} ({worst['log_loss']:.3f})." if worst else ""
    return dots_with_intervals(
        panels,
        title="How far off the predictions are for each group",
        words=f"The dashed line is everybody's log-loss. Groups of too few people are left out.{said}",
        value_name="Log-loss",
        name="groups",
        as_share=False,
        baseline=table["overall"]["log_loss"],
    )


def calibration(bins: list[dict[str, float]], overall: Mapping[str, Any]) -> Figure | None:
    """What was predicted against what happened, and how far chance alone would part them."""
    if not bins:
        return None
    strays = f" On average they part by {100 * overall['ece']:.1f} points (ECE)"
    if overall.get("ece_by_chance") is not None:
        strays += (
            f"; on so few answers chance alone would part them by {100 * overall['ece_by_chance']:.1f} if every"
            " prediction were right"
        )
    return line_with_intervals(
        [CurvePoint(one["predicted"], one["observed"], n=int(one["n"])) for one in bins],
        title="When the model says 70 %, does it happen 7 times in 10?",
        words="On the dashed diagonal predictions come true as often as they say. Below it the model is too sure of a"
        f" yes, above it too timid.{strays}.",
        x_name="Predicted probability",
        y_name="Share that came true",
        name="calibration",
        diagonal=True,
        as_share=(True, True),
    )


def few_shot(curve: list[dict[str, Any]]) -> Figure | None:
    """Log-loss on a new person's answers after a few of them."""
    tried = [one for one in curve if one.get("given", one["k"]) >= ENOUGH_GIVEN * one["k"]]
    if len(tried) < 2:
        return None
    first, last = tried[0], tried[-1]
    gain = first["log_loss"] - last["log_loss"]
    learns = f"falls by {gain:.3f}" if gain > 0.005 else "hardly changes"
    return line_with_intervals(
        [CurvePoint(one["k"], one["log_loss"], *one["log_loss_interval"]) for one in tried],
        title=f"With {last['k']} {'answer' if last['k'] == 1 else 'answers'} of a new person the log-loss {learns}",
        words="People are treated as if nobody had met them before. The dashed line is knowing nothing of them."
        + (" People answered too few of the texts held out to try with more." if len(tried) < len(curve) else ""),
        x_name="Answers known of a person",
        y_name="Log-loss on their other answers",
        name="few-shot",
        baseline=first["log_loss"],
    )


def abstention(curve: list[dict[str, float]]) -> Figure | None:
    """Errors among the answers it is surest of."""
    if not curve:
        return None
    half = min(curve, key=lambda one: abs(one["coverage"] - 0.5))
    return line_with_intervals(
        [CurvePoint(one["coverage"], one["error"]) for one in curve],
        title=f"Answering only the surest half, it is wrong {100 * half['error']:.0f} times in 100",
        words=f"Answering everything, it is wrong {100 * curve[-1]['error']:.0f} times in 100 (the dashed line)."
        " A curve that rises to the right means that the model knows when it does not know.",
        x_name="Share of cases answered",
        y_name="Share of wrong answers",
        name="abstention",
        baseline=curve[-1]["error"],
        as_share=(True, True),
    )
