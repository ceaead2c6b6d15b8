"""The one list of aggregation rules: pages, API and command line read it, tests prove what it claims.

Listing rules imports none of them: a rule names its function, and :meth:`Rule.load` imports it when it is used.  A new
rule is one more entry in ``_RULES`` (and, for an axiom not yet known, one in :mod:`aggregation.algorithms.axioms`).
"""

import importlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

Kind = Literal["slate", "ranking", "selection"]
Takes = Literal["approvals", "utilities", "ranks", "comparisons", "votes", "rewards"]


@dataclass(frozen=True)
class Rule:
    """One rule.

    Attributes
    ----------
    short : the name in options, addresses and results
    name : the name in the literature
    kind : what it gives: a slate of k statements, a ranking, or a selection per prompt
    takes : what it works on
    source : author and year
    axioms : short names of the axioms it satisfies, from :data:`aggregation.algorithms.axioms.AXIOMS`
    promise : what it promises and to whom, in plain words
    function : "module:function"
    needs : parameters that must be given beside the table, such as k, or costs and budget
    """

    short: str
    name: str
    kind: Kind
    takes: Takes
    source: str
    axioms: tuple[str, ...]
    promise: str
    function: str
    needs: tuple[str, ...] = ()

    def load(self) -> Callable[..., Any]:
        """Import the rule's function."""
        module, _, name = self.function.partition(":")
        function: Callable[..., Any] = getattr(importlib.import_module(module), name)
        return function


_SLATES = "aggregation.algorithms.slates"
_RANKINGS = "aggregation.algorithms.rankings"
_SELECTION = "aggregation.algorithms.selection"

_RULES = (
    Rule(
        "phragmen",
        "Sequential Phragmén",
        "slate",
        "approvals",
        "Phragmén 1899; Brill, Freeman, Janson and Lackner 2017",
        ("jr", "pjr", "committee-monotone"),
        "Every group gets about as many statements as its size calls for: each statement is a load that its supporters "
        "share, and the next one is always the one that weighs least on them. Small groups that agree are not "
        "outvoted. A longer slate only adds to a shorter one.",
        f"{_SLATES}.phragmen:seq_phragmen",
        ("k",),
    ),
    Rule(
        "mes",
        "Method of Equal Shares, completed by sequential Phragmén",
        "slate",
        "approvals",
        "Peters and Skowron 2020",
        ("jr", "pjr", "ejr+"),
        "Everybody gets the same share of the slate to spend on statements they approve. A group that agrees and is "
        "large enough for l statements always has a member who approves l of them: the strongest promise to groups "
        "among the rules here.",
        f"{_SLATES}.equal_shares:equal_shares",
        ("k",),
    ),
    Rule(
        "seqpav",
        "Sequential proportional approval voting",
        "slate",
        "approvals",
        "Thiele 1895; Janson 2016",
        ("committee-monotone",),
        "The slate that makes most people content, where a person's second approved statement counts half, the third a "
        "third. Close to proportional in practice, without a guarantee for every group in slates of six or more.",
        f"{_SLATES}.pav:seq_pav",
        ("k",),
    ),
    Rule(
        "greedy-monroe",
        "Greedy Monroe",
        "slate",
        "approvals",
        "Monroe 1995; Skowron, Faliszewski and Slinko 2015",
        ("jr",),
        "Each statement speaks for an equal part of the people, and nobody is spoken for twice. A group of one k-th "
        "that agrees on something is heard at least once.",
        f"{_SLATES}.monroe:greedy_monroe",
        ("k",),
    ),
    Rule(
        "av",
        "Approval voting",
        "slate",
        "approvals",
        "Brams and Fishburn 1978",
        ("committee-monotone",),
        "The statements that most people approve. A majority can take every seat and minorities are promised nothing; "
        "it stands here as the baseline that the other rules are compared with.",
        f"{_SLATES}.pav:approval_voting",
        ("k",),
    ),
    Rule(
        "bjr",
        "Democratic process for balanced justified representation",
        "slate",
        "utilities",
        "Fish, Gölz, Parkes, Procaccia, Rusak, Shapira and Wüthrich 2023",
        ("bjr",),
        "Everybody is represented by exactly one statement, an equal number of people by each. No k-th of the people "
        "can name another statement that all of them like better than a level that none of them gets.",
        f"{_SLATES}.pool:balanced_slate",
        ("k",),
    ),
    Rule(
        "prose",
        "PROSE process within a word budget",
        "slate",
        "utilities",
        "Boehmer, Fish and Procaccia 2025",
        ("cbjr",),
        "Statements have a cost, such as their words, and every person brings an equal share of the budget. No group "
        "whose shares pay for another statement likes it at a level that none of the group gets.",
        f"{_SLATES}.pool:prose_slate",
        ("costs", "budget"),
    ),
    Rule(
        "nash",
        "Nash welfare",
        "ranking",
        "utilities",
        "Nash 1950; Kaneko and Nakamura 1979",
        ("pareto", "clones", "monotone"),
        "The option with the greatest product of what the groups gain, each to the power of its weight. A loss for one "
        "group is not made up by a like gain for another that has much already. A group whose weight goes to nothing "
        "is not protected: a floor does that.",
        f"{_RANKINGS}.welfare:nash",
    ),
    Rule(
        "leximin",
        "Leximin",
        "ranking",
        "utilities",
        "Rawls 1971; Sen 1970",
        ("pareto", "clones", "monotone"),
        "The option whose worst-off group is best off, then the second worst-off, and so on. The size of groups does "
        "not count.",
        f"{_RANKINGS}.welfare:leximin",
    ),
    Rule(
        "utilitarian",
        "Utilitarian sum",
        "ranking",
        "utilities",
        "Bentham 1789; Harsanyi 1955",
        ("pareto", "clones", "monotone"),
        "The option with the greatest average utility. Great gains of many can hide losses of few.",
        f"{_RANKINGS}.welfare:utilitarian",
    ),
    Rule(
        "nash-order",
        "Nash-optimal order of position-discounted utilities",
        "ranking",
        "utilities",
        "Kaneko and Nakamura 1979; Järvelin and Kekäläinen 2002 for the discount",
        (),
        "The whole order with the greatest product of what the groups gain from it, where earlier places count more. "
        "Every group finds something it values near the top.",
        f"{_RANKINGS}.welfare:nash_order",
    ),
    Rule(
        "schulze",
        "Schulze (beat paths, winning votes)",
        "ranking",
        "ranks",
        "Schulze 2011",
        ("condorcet", "majority", "pareto", "clones", "monotone"),
        "An option that beats every other one to one comes first. Where preferences go in circles, the weakest links "
        "are broken. Putting an idea forward twice helps and hurts nobody.",
        f"{_RANKINGS}.pairwise:schulze",
    ),
    Rule(
        "borda",
        "Borda count",
        "ranking",
        "ranks",
        "Borda 1784",
        ("pareto", "monotone"),
        "The option that stands highest on average. Broadly liked options do well; but clones change who wins, and an "
        "option that most put first can lose.",
        f"{_RANKINGS}.pairwise:borda",
    ),
    Rule(
        "kemeny",
        "Kemeny's order",
        "ranking",
        "ranks",
        "Kemeny 1959; Young and Levenglick 1978",
        ("condorcet", "majority", "pareto"),
        "The order that disagrees least with everybody's, pair by pair. Found exactly up to 8 options, beyond by a "
        "search that may miss the best.",
        f"{_RANKINGS}.pairwise:kemeny",
    ),
    Rule(
        "bradley-terry",
        "Bradley–Terry strengths per group",
        "ranking",
        "comparisons",
        "Bradley and Terry 1952",
        ("pareto",),
        "A strength for each option in each group, ordered by the mean over groups. Groups stay visible: a single "
        "model of everybody would rank as Borda does and hide them.",
        f"{_RANKINGS}.strengths:bradley_terry",
    ),
    Rule(
        "plackett-luce",
        "Plackett–Luce strengths per group",
        "ranking",
        "ranks",
        "Plackett 1975; Luce 1959",
        ("pareto",),
        "A strength for each option in each group from whole orders: each place is a choice among what is left. "
        "Ordered by the mean over groups.",
        f"{_RANKINGS}.strengths:plackett_luce",
    ),
    Rule(
        "pareto",
        "Pareto set",
        "selection",
        "rewards",
        "Pareto 1906",
        (),
        "All candidates that no other one matches in every dimension and beats in some. It picks none of them.",
        f"{_SELECTION}:pareto_set",
    ),
    Rule(
        "chebyshev",
        "Augmented Chebyshev scalarisation",
        "selection",
        "rewards",
        "Steuer and Choo 1983",
        (),
        "The candidate whose greatest weighted shortfall from the best in any dimension is least. A weak dimension "
        "is not hidden behind a strong one.",
        f"{_SELECTION}:chebyshev",
    ),
    Rule(
        "lexicographic",
        "Lexicographic with tolerances",
        "selection",
        "rewards",
        "Skalse, Hammond, Griffin and Abate 2022",
        (),
        "The best in the first dimension, and only among those about as good there, the best in the second, and so on. "
        "With floors only candidates that clear them take part, so that safety can come before everything.",
        f"{_SELECTION}:lexicographic",
        ("order",),
    ),
    Rule(
        "cvar",
        "Best for the worst-off (CVaR over groups)",
        "selection",
        "rewards",
        "Rockafellar and Uryasev 2000; Williamson and Menon 2019",
        (),
        "The candidate that serves the worst-off share of the people best.",
        f"{_SELECTION}:best_for_the_worst_off",
        ("alpha",),
    ),
    Rule(
        "risk",
        "Mean less the fear of the tail (E[R] - lambda CVaR over groups)",
        "selection",
        "rewards",
        "Rockafellar and Uryasev 2000",
        (),
        "The candidate with the best average, where what it costs the worst-off share of the people counts again.",
        f"{_SELECTION}:best_risk_adjusted",
        ("alpha", "lam"),
    ),
    Rule(
        "threshold",
        "Floors in every dimension",
        "selection",
        "rewards",
        "Simon 1955",
        (),
        "The best on average among candidates that clear every floor; nothing where none does.",
        f"{_SELECTION}:above_floors",
        ("floor",),
    ),
)

RULES = {rule.short: rule for rule in _RULES}
"""Every rule by its short name, in the order in which they are listed."""


def rules_of(kind: Kind) -> tuple[Rule, ...]:
    """The rules of one kind, in the order in which they are listed."""
    return tuple(rule for rule in RULES.values() if rule.kind == kind)


def find_rule(short: str) -> Rule:
    """The rule of that short name.

    Raises
    ------
    ValueError
        If there is none.
    """
    try:
        return RULES[short]
    except KeyError:
        raise ValueError(f"rule={short!r} should be one of {', '.join(RULES)}") from None
