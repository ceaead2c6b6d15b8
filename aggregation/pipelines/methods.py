"""The methods there are: what each answers, which arrays it takes, and where it is computed and shown."""

import importlib
from collections.abc import Callable
from dataclasses import dataclass

from aggregation.pipelines.outcome import Outcome
from aggregation.sources import Question, Shape


@dataclass(frozen=True)
class Method:
    """One way to aggregate.

    Attributes
    ----------
    name : as in addresses and ``Run.kind``
    title : what people choose
    promise : what they get, in plain words
    shapes : arrays it can work on, the first that a question has is taken
    module : has ``compute(arrays, parameters, *, seed, tell) -> Outcome``
    template : shows the result
    """

    name: str
    title: str
    promise: str
    shapes: tuple[Shape, ...]
    module: str
    template: str

    def compute(self) -> Callable[..., Outcome]:
        """Import the computation, heavy libraries with it."""
        found: Callable[..., Outcome] = importlib.import_module(self.module).compute
        return found

    def shape_of(self, question: Question) -> Shape | None:
        """The arrays it would take of a question; None where it has none that fit."""
        return next((shape for shape in self.shapes if shape in question.shapes), None)


_METHODS = (
    Method(
        "slate",
        "A slate of statements",
        "A few statements that together speak for everybody, with a certificate of what that promises and to whom.",
        ("votes", "utilities"),
        "aggregation.pipelines.slate",
        "aggregation/results/slate.html",
    ),
    Method(
        "generate",
        "Statements that stand for everybody, some newly written",
        "As a slate, but new statements may be written for people whom nothing in the pool speaks for. Works without a "
        "language model, from the pool alone.",
        ("votes",),
        "aggregation.pipelines.generate",
        "aggregation/results/generate.html",
    ),
    Method(
        "ranking",
        "A ranking",
        "The statements in order, from what each group gains, with the axioms that the order keeps and breaks.",
        ("votes", "utilities"),
        "aggregation.pipelines.ranking",
        "aggregation/results/ranking.html",
    ),
    Method(
        "distribution",
        "How answers are distributed",
        "For every statement or item the shares of each group with intervals, and how far groups are apart.",
        ("votes", "ratings"),
        "aggregation.pipelines.distribution",
        "aggregation/results/distribution.html",
    ),
    Method(
        "viewpoints",
        "The viewpoints there are (Overton set)",
        "Which views people hold, how many hold each, and the statements that tell them.",
        ("votes",),
        "aggregation.pipelines.viewpoints",
        "aggregation/results/viewpoints.html",
    ),
    Method(
        "bridging",
        "What groups agree on (bridging)",
        "The statements that every group agrees with, also where groups differ otherwise: the product over groups and "
        "the group that agrees least.",
        ("votes",),
        "aggregation.pipelines.bridging",
        "aggregation/results/bridging.html",
    ),
    Method(
        "coverage",
        "Which viewpoints models cover (OvertonScore)",
        "Whether the responses of each model represent every group, question by question, by the people's own ratings.",
        ("ratings",),
        "aggregation.pipelines.coverage",
        "aggregation/results/coverage.html",
    ),
    Method(
        "integrity",
        "Whose votes look copied or careless",
        "Flags ballots that are alike beyond chance, one-sided or too fast, with what changes without them. A person "
        "decides about each, with a reason, and the decision can be appealed.",
        ("votes",),
        "aggregation.pipelines.integrity",
        "aggregation/results/integrity.html",
    ),
)

METHODS = {method.name: method for method in _METHODS}
"""Every method by its name, in the order in which they are offered."""


def methods_for(question: Question) -> list[Method]:
    """The methods that can work on a question."""
    return [method for method in METHODS.values() if method.shape_of(question)]
