"""A slate from incomplete votes: chosen in many completions of the votes, with how sure that is."""

import copy
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from aggregation.algorithms.slates.certificates import Finding

LEAST_DRAWS = 100


class HasChosen(Protocol):
    """A slate of any rule."""

    @property
    def chosen(self) -> tuple[int, ...]: ...


Votes = TypeVar("Votes")
Chosen = TypeVar("Chosen", bound=HasChosen)


@dataclass(frozen=True)
class AxiomShare:
    """How often an axiom holds over the draws.

    Attributes
    ----------
    share : share of the draws in which the returned slate satisfies it
    own_share : share of the draws in which the slate drawn there satisfies it there
    counterexample : what the checker found in the first draw where the returned slate fails; None where it never does
    """

    share: float
    own_share: float
    counterexample: Finding | None


@dataclass(frozen=True)
class ImputedSlate(Generic[Chosen]):
    """The slate that stands for all draws.

    Attributes
    ----------
    slate : the drawn slate with the greatest sum of inclusion frequencies (the earliest of equals)
    inclusion_C : share of the draws in which each candidate is in the slate
    top : as many candidates as the slate has, by inclusion alone; ties to the earlier column
    draws : number of draws
    distinct : number of different slates among them
    axioms : per axiom how often it holds
    """

    slate: Chosen
    inclusion_C: NDArray[np.float64]
    top: tuple[int, ...]
    draws: int
    distinct: int
    axioms: Mapping[str, AxiomShare]


def impute_slate(
    draw: Callable[[np.random.Generator], Votes],
    choose: Callable[[Votes], Chosen],
    n_candidates: int,
    *,
    rng: np.random.Generator,
    draws: int = LEAST_DRAWS,
    axioms: "Mapping[str, Callable[[Votes, Chosen], Finding]] | None" = None,
    progress: Callable[[int, int], object] | None = None,
) -> "ImputedSlate[Chosen]":
    """Choose a slate in each of many draws of the complete votes and return the one most typical of them.

    Parameters
    ----------
    draw : makes one completion of the votes
    choose : the rule
    n_candidates : number of candidates
    rng : randomness; each draw has a stream of its own
    draws : number of draws, at least 100
    axioms : checkers to run on every draw, by axiom
    progress : called with (done, total)

    Raises
    ------
    ValueError
        If draws < 100.

    References
    ----------
    Halpern, Kehne, Procaccia, Tucker-Foltz and Wüthrich (2023), Representation with incomplete votes: no rule can
    promise representation on incomplete votes, so frequencies over draws are reported, never a certificate.
    """
    if draws < LEAST_DRAWS:
        raise ValueError(f"draws={draws} should be >= {LEAST_DRAWS}")
    checkers = dict(axioms or {})
    total = draws * (2 if checkers else 1)
    tell = progress or (lambda done, total: None)
    streams = rng.spawn(draws)
    slates: list[Chosen] = []
    for stream in streams:
        # A copy of the stream, so that the second pass makes the same votes again instead of keeping them all.
        slates.append(choose(draw(copy.deepcopy(stream))))
        tell(len(slates), total)
    members = [sorted(set(slate.chosen)) for slate in slates]
    inclusion_C = np.bincount(np.concatenate(members).astype(np.intp), minlength=n_candidates) / draws
    typical = int(np.argmax([round(float(inclusion_C[chosen].sum()), 12) for chosen in members]))
    top = np.argsort(-inclusion_C, kind="stable")[: len(members[typical])]
    kept: dict[str, list[Finding]] = {axiom: [] for axiom in checkers}
    own: dict[str, int] = dict.fromkeys(checkers, 0)
    if checkers:
        for number, stream in enumerate(streams):
            votes = draw(stream)
            for axiom, check in checkers.items():
                kept[axiom].append(check(votes, slates[typical]))
                own[axiom] += check(votes, slates[number]).holds
            tell(draws + number + 1, total)
    return ImputedSlate(
        slates[typical],
        inclusion_C,
        tuple(int(candidate) for candidate in top),
        draws,
        len({tuple(chosen) for chosen in members}),
        {axiom: _share(kept[axiom], own[axiom]) for axiom in checkers},
    )


def _share(findings: list[Finding], own: int) -> AxiomShare:
    failing = [found for found in findings if not found.holds]
    n = len(findings)
    return AxiomShare(1 - len(failing) / n, own / n, failing[0] if failing else None)
