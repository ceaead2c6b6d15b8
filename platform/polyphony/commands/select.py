"""`polyphony select`: the best candidate per prompt where rewards are vectors, or none."""

from pathlib import Path

import click

from aggregation.algorithms.rules import RULES, rules_of
from polyphony.errors import BadInput
from polyphony.options import out_and_seed


def _pairs(text: str | None, option: str) -> dict[str, float]:
    """DIM=X pairs separated by commas."""
    found: dict[str, float] = {}
    for part in (text or "").split(","):
        if not part.strip():
            continue
        name, equals, number = part.rpartition("=")
        try:
            value = float(number)
        except ValueError:
            value = float("nan")
        if not equals or not abs(value) < float("inf"):
            raise BadInput(f"{option} {part.strip()!r}: should be DIM=number.")
        found[name.strip()] = value
    return found


@click.command("select")
@click.argument("rewards", type=click.Path(path_type=Path))
@click.option(
    "--rule",
    "short",
    type=click.Choice([rule.short for rule in rules_of("selection")]),
    required=True,
    help="; ".join(f"{rule.short}: {rule.name}" for rule in rules_of("selection")) + ".",
)
@click.option("--order", help="For lexicographic: dimensions from first to last priority, separated by commas.")
@click.option("--tolerance", type=click.FloatRange(min=0), default=0.0, show_default=True, help="For lexicographic.")
@click.option("--weights", help="DIM=W,… for chebyshev, cvar, risk and threshold; equal without it.")
@click.option("--floor", help="DIM=X,… for threshold, and for lexicographic: who is below takes no part.")
@click.option(
    "--alpha", type=float, default=0.2, show_default=True, help="For cvar, risk: the worst-off share of groups."
)
@click.option(
    "--lam", type=click.FloatRange(min=0), default=1.0, show_default=True, help="For risk: weight of the tail."
)
@click.option("--kappa", type=click.FloatRange(min=0), default=0.0, show_default=True, help="Take so many sigma off.")
@click.option("--unsure", type=float, help="Abstain where the chosen candidate's mean sigma is above this.")
@click.option("--divided", type=float, help="Abstain where groups differ on it by more (standard deviation).")
@out_and_seed
def select_command(
    rewards: Path,
    short: str,
    order: str | None,
    tolerance: float,
    weights: str | None,
    floor: str | None,
    alpha: float,
    lam: float,
    kappa: float,
    unsure: float | None,
    divided: float | None,
    seed: int,
    out: Path | None,
) -> None:
    """Choose one candidate for each prompt of REWARDS, or abstain with the reason.

    REWARDS has columns prompt, candidate, dimension, reward, and may have sigma and group. With --kappa every reward is
    its lower bound, reward - kappa sigma: a floor is then cleared only by candidates that are very likely above it.
    """
    from polyphony.files import engine, input_sha256, write_result
    from polyphony.selections import Wishes, select_files

    weight_of = _pairs(weights, "--weights")
    if any(weight < 0 for weight in weight_of.values()) or (weight_of and not sum(weight_of.values()) > 0):
        raise BadInput(f"--weights {weights}: should be at least 0, and not all 0.")
    priorities = [name.strip() for name in (order or "").split(",") if name.strip()]
    floors = _pairs(floor, "--floor")
    result = select_files(
        rewards,
        RULES[short],
        Wishes(priorities, tolerance, weight_of, floors, alpha, lam, kappa, unsure, divided),
    )
    parameters = {
        "rule": short, "order": priorities, "tolerance": tolerance, "weights": weight_of, "floor": floors,
        "alpha": alpha, "lam": lam, "kappa": kappa, "unsure": unsure, "divided": divided,
    }  # fmt: skip
    write_result({"engine": engine(seed, parameters), "input_sha256": input_sha256(rewards), **result}, out)


commands = [select_command]
