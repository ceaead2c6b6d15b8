"""The promises that rules are known or checked for, each told once.

Pages, API and command line list axioms from here, rules name them by their short names
(:mod:`aggregation.algorithms.rules`), and the tests prove every pair of a rule and an axiom it claims.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Axiom:
    """One promise.

    Attributes
    ----------
    short : the name in results and options
    name : the name in the literature
    meaning : what it says, in plain words
    source : author and year
    checker : "module:function" of the checker of a single result, or empty where only a rule as a whole can be tested
    """

    short: str
    name: str
    meaning: str
    source: str
    checker: str = ""


_SLATES = "aggregation.algorithms.slates"

_AXIOMS = (
    Axiom(
        "jr",
        "Justified representation",
        "If one k-th of the people agree on a statement, at least one of them approves something in the slate.",
        "Aziz, Brill, Conitzer, Elkind, Freeman and Walsh 2017",
        f"{_SLATES}.justified:check_jr",
    ),
    Axiom(
        "pjr",
        "Proportional justified representation",
        "If l k-ths of the people agree on l statements, the slate holds at least l statements that some of them "
        "approve.",
        "Sánchez-Fernández, Elkind, Lackner, Fernández, Fisteus, Basanta Val and Skowron 2017",
    ),
    Axiom(
        "ejr+",
        "Extended justified representation, robust form (EJR+)",
        "If l k-ths of the people agree on a statement that is left out, at least one of them approves l statements "
        "in the slate.",
        "Brill and Peters 2023",
        f"{_SLATES}.justified:check_ejr_plus",
    ),
    Axiom(
        "committee-monotone",
        "Committee monotonicity",
        "A longer slate keeps everything that a shorter one holds.",
        "Elkind, Faliszewski, Skowron and Slinko 2017",
    ),
    Axiom(
        "bjr",
        "Balanced justified representation",
        "When everybody is assigned to one statement, an equal number to each, no k-th of the people agree on another "
        "statement that all of them like at a level which none of them gets.",
        "Fish, Gölz, Parkes, Procaccia, Rusak, Shapira and Wüthrich 2023",
        f"{_SLATES}.balanced:check_bjr",
    ),
    Axiom(
        "cbjr",
        "Cost-balanced justified representation",
        "No group whose share of the budget pays for another statement likes it at a level which none of the group "
        "gets.",
        "Boehmer, Fish and Procaccia 2025",
        f"{_SLATES}.balanced:check_cbjr",
    ),
    Axiom(
        "condorcet",
        "Condorcet winner",
        "An option that more people prefer to each other option than the other way round comes first, alone.",
        "Condorcet 1785",
    ),
    Axiom(
        "majority",
        "Majority",
        "An option that more than half of the people put first comes first, alone.",
        "May 1952; Tideman 2006",
    ),
    Axiom(
        "pareto",
        "Pareto",
        "Where everybody prefers one option to another, it stands above the other.",
        "Arrow 1951",
    ),
    Axiom(
        "clones",
        "Independence of clones",
        "Putting an option forward again under another name changes nothing about who wins.",
        "Tideman 1987",
    ),
    Axiom(
        "monotone",
        "Monotonicity",
        "A winner that some people come to like better still wins.",
        "Smith 1973",
    ),
)

AXIOMS = {axiom.short: axiom for axiom in _AXIOMS}
"""Every axiom by its short name, in the order in which they are listed."""
