"""What a training may be asked to do, and whether a plan fits the questions that it learns from."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from aggregation.sources import Question

BOTH = "points,pairs:0.3"
LOSSES = (
    ("points", "Points: whether each answer reaches the threshold"),
    (BOTH, "Points and pairs: comparisons where people made some, otherwise those between each person's answers"),
    ("ordinal", "Ordinal: every step of the scale counts"),
)
PAIR_LOSSES = (
    ("pairs", "Bradley–Terry: which of two was preferred; a tie counts half for each"),
    ("rao-kupper", "Rao–Kupper: ties count"),
    ("davidson", "Davidson: ties count, as the geometric mean of both sides"),
    ("distributional", "Distributional: each text has a spread of its own; a tie counts half for each"),
)
REDUCTIONS = (
    ("mean", "Everybody's answers count alike"),
    ("group-dro", "Group-DRO: groups with a high loss count more"),
    ("cvar", "CVaR: only the groups with the highest losses count, a fifth of the people or one group"),
    ("mgda", "MGDA: no question is learnt better at the cost of another (two questions or more)"),
)
BALANCING = ("group-dro", "cvar")


@dataclass(frozen=True)
class Unfit:
    """One thing in a plan that cannot be done: the name of the choice, and why."""

    field: str
    why: str


def unfit_for(questions: Sequence[Question], plan: dict[str, Any]) -> list[Unfit]:
    """What in the plan does not fit the questions; nothing where it does."""
    found = []
    if plan["reduction"] in BALANCING and not plan["groups"]:
        found.append(Unfit("groups", "Choose the groups whose losses should be balanced."))
    if plan["reduction"] == "mgda" and len(questions) < 2:
        found.append(Unfit("reduction", "MGDA weighs several questions; choose two or more."))
    compared = {"pairs" in question.shapes for question in questions}
    pairwise = plan["losses"] in dict(PAIR_LOSSES)
    if len(compared) > 1 and plan["losses"] != BOTH:
        found.append(Unfit("losses", "Ratings and comparisons together need the loss of points and pairs."))
    elif compared == {not pairwise}:
        found.append(Unfit("losses", "Ratings and votes need a loss of points; comparisons need one of pairs."))
    return found
