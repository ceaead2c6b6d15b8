"""What to minimise: terms with weights, how rows are reduced, and how long to go on."""

from dataclasses import dataclass
from typing import Literal, get_args

Term = Literal["points", "ordinal", "pairs", "rao-kupper", "davidson", "distributional", "centering", "safety"]
Ties = Literal["none", "rao-kupper", "davidson"]
Link = Literal["logit", "probit"]
Reduction = Literal["mean", "group-dro", "cvar", "mgda"]
COMPARISONS: tuple[Term, ...] = ("pairs", "rao-kupper", "davidson", "distributional")
DEFAULT_WEIGHT = {"pairs": 0.3, "centering": 0.01}


@dataclass(frozen=True)
class LossPlan:
    """Terms of the objective and the reduction over groups."""

    terms: tuple[tuple[Term, float], ...] = (("points", 1.0), ("pairs", 0.3))
    reduction: Reduction = "mean"
    attribute: int = 0  # whose levels group-DRO and CVaR balance
    alpha: float = 0.2
    eta: float = 0.1
    certainty_beta: float = 0.0  # above 0: uncertainty weights exp(-beta u), mean 1 in every group

    @property
    def comparison(self) -> Term | None:
        """The one loss of pairs, if any."""
        return next((term for term, _ in self.terms if term in COMPARISONS), None)

    @property
    def ties(self) -> Ties:
        """The model of ties that the comparisons need."""
        found = self.comparison
        return found if found == "rao-kupper" or found == "davidson" else "none"

    @property
    def link(self) -> Link:
        """How a difference of rewards becomes a probability."""
        return "probit" if self.comparison == "distributional" else "logit"

    def has(self, term: Term) -> bool:
        """Whether a term takes part."""
        return any(name == term for name, _ in self.terms)


def parse_terms(text: str) -> tuple[tuple[Term, float], ...]:
    """Read "points,pairs:0.3,centering:0.01".

    Raises
    ------
    ValueError
        At an unknown term, a weight that is not a positive number, a term twice, or two losses of pairs.
    """
    allowed: dict[str, Term] = {term: term for term in get_args(Term)}
    found: dict[Term, float] = {}
    for part in (piece.strip() for piece in text.split(",") if piece.strip()):
        written, _, weight = part.partition(":")
        if written not in allowed:
            raise ValueError(f"loss {written!r} is not one of {', '.join(allowed)}")
        name = allowed[written]
        try:
            value = float(weight) if weight else DEFAULT_WEIGHT.get(name, 1.0)
        except ValueError:
            raise ValueError(f"the weight of loss {name!r} is {weight!r}; it should be a number") from None
        if not 0 < value < float("inf"):
            raise ValueError(f"the weight of loss {name!r} is {value}; it should be above 0")
        if name in found:
            raise ValueError(f"loss {name!r} stands twice")
        found[name] = value
    comparisons = [name for name in found if name in COMPARISONS]
    if len(comparisons) > 1:
        raise ValueError(f"losses {' and '.join(comparisons)} are both of pairs; choose one")
    if not found.keys() - {"centering"}:
        raise ValueError("no loss that learns from answers; choose points, ordinal or one of the pairs")
    return tuple(found.items())
