"""Choose a slate from ballots by any registered slate rule, dealing with missing votes as told.

Shapes: V voters, C candidates.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from aggregation.algorithms.rules import Rule
from aggregation.algorithms.slates.ballots import Ballots
from aggregation.algorithms.slates.certificates import Finding
from aggregation.algorithms.slates.certify import Certificate, Scope, certify
from aggregation.algorithms.slates.exposure import WARN_ABOVE, Exposure, measure_exposure
from aggregation.algorithms.slates.imputation import LEAST_DRAWS, AxiomShare, ImputedSlate, impute_slate
from aggregation.algorithms.slates.pool import MatchedSlate
from aggregation.algorithms.slates.posterior import fit_posterior
from aggregation.algorithms.slates.slate import Slate

Missing = Literal["refuse", "zero", "impute"]
SEEN_ENOUGH = 20
"""Answers from which a candidate can enter an imputed slate; a quarter of the voters is enough where that is fewer."""
CONFIDENT = 0.95
"""Share of draws in which an axiom holds from which an imputed certificate says that it holds."""


@dataclass(frozen=True)
class SlateResult:
    """A slate with what is known about it.

    Attributes
    ----------
    chosen : candidates in the order chosen
    scores : what an approval rule compared when it chose them; empty for matching rules
    seat_V : each voter's position in ``chosen``, for matching rules
    unmatched : voters whom the matching process left over
    certificates : in the order asked
    exposure : the exposure table, for approvals
    imputed : inclusion frequencies and all that, when missing votes were drawn
    warnings : what a reader has to know, in sentences
    """

    chosen: tuple[int, ...]
    scores: tuple[float, ...]
    seat_V: NDArray[np.intp] | None
    unmatched: tuple[int, ...]
    certificates: tuple[Certificate, ...]
    exposure: Exposure | None
    imputed: "ImputedSlate[Slate | MatchedSlate] | None"
    warnings: tuple[str, ...]


def choose_slate(
    rule: Rule,
    ballots: Ballots,
    k: int | None = None,
    *,
    missing: Missing = "refuse",
    group_V: NDArray[np.intp] | None = None,
    axioms: Sequence[str] = (),
    rng: np.random.Generator,
    draws: int = LEAST_DRAWS,
    least_seen: int | None = None,
    progress: Callable[[int, int], object] | None = None,
) -> SlateResult:
    """Choose a slate and certify it.

    Parameters
    ----------
    rule : a rule of kind "slate"
    ballots : approvals or utilities, as the rule takes them; utilities rules also take approvals
    k : size of the slate, for rules that need one
    missing : with answers missing, "refuse" them, count them as "zero", or "impute" approvals
    group_V : each voter's group 0..G-1, for imputing
    axioms : short names of axioms to check, of :data:`aggregation.algorithms.slates.certify.CHECKED`
    rng, draws, progress : for imputing
    least_seen : for imputing, how many answers a candidate needs to enter the slate; see :func:`answers_needed`

    Raises
    ------
    ValueError
        If answers are missing and refused, or anything does not fit the rule.
    """
    exposure = measure_exposure(ballots.values_VC) if ballots.are_approvals else None
    if ballots.complete:
        return _certified(rule, ballots, k, axioms, exposure, ())
    if missing == "refuse":
        empty = int(np.isnan(ballots.values_VC).sum())
        raise ValueError(f"{empty} of {ballots.values_VC.size} answers are missing and missing='refuse'")
    if missing == "zero":
        return _certified(rule, ballots, k, axioms, exposure, _about_zeros(ballots, exposure))
    if exposure is None:
        raise ValueError("only approvals (1, 0 or missing) can be imputed")
    posterior = fit_posterior(ballots.values_VC, group_V)
    least = answers_needed(exposure.seen_C, k or 1, len(ballots.values_VC), least_seen)
    columns = np.flatnonzero(exposure.seen_C >= least)

    def draw(stream: np.random.Generator) -> Ballots:
        if rule.takes == "approvals":
            return ballots.with_values(posterior.draw_approvals(stream).astype(np.float64))
        return ballots.with_values(posterior.draw_utilities(stream))

    def check(axiom: str) -> "Callable[[Ballots, Slate | MatchedSlate], Finding]":
        def found(drawn: Ballots, slate: Slate | MatchedSlate) -> Finding:
            result = certify(axiom, drawn, slate.chosen, seat_V=_seats(slate)).finding
            if result is None:
                raise ValueError(f"{axiom} gives no finding")
            return result

        return found

    imputed = impute_slate(
        draw,
        lambda drawn: run_rule(rule, drawn.of_candidates(columns), k).renamed(columns),
        ballots.n_candidates,
        rng=rng,
        draws=draws,
        axioms={axiom: check(axiom) for axiom in axioms},
        progress=progress,
    )
    certificates = tuple(_imputed(axiom, imputed.axioms[axiom], draws) for axiom in axioms)
    return _result(imputed.slate, certificates, exposure, _about_unseen(exposure, least), imputed)


def answers_needed(seen_C: NDArray[np.int64], k: int, n_voters: int, least: int | None = None) -> int:
    """How many answers a candidate needs to be put in a slate on imputed votes; at least k candidates have them.

    Among many candidates that few have seen, some always look excellent in any one draw (the optimiser's curse), and
    each draw would fill its slate with others of them. The least is 20 answers, or a quarter of the voters where that
    is fewer, unless told; where fewer than k candidates have it, what the k-th most seen has.
    """
    wanted = min(SEEN_ENOUGH, -(-n_voters // 4)) if least is None else least
    return min(wanted, int(np.sort(seen_C)[-min(k, len(seen_C))]))


def _about_unseen(exposure: Exposure, least: int) -> tuple[str, ...]:
    left_out = int((exposure.seen_C < least).sum())
    if not left_out:
        return ()
    return (
        f"{left_out} of {len(exposure.seen_C)} candidates have fewer than {least} answers, too few to judge them by, "
        "and could not enter the slate",
    )


def run_rule(rule: Rule, ballots: Ballots, k: int | None) -> Slate | MatchedSlate:
    """Run a slate rule on complete ballots (missing approvals count as not approved).

    Raises
    ------
    ValueError
        If the rule needs something that is not given, or takes no weights.
    """
    function = rule.load()
    if rule.takes == "approvals":
        approved: Slate = function(ballots.approvals(), _size(rule, k))
        return approved
    if ballots.weights_V is not None:
        raise ValueError(f"{rule.short} counts people and takes no weights")
    matched: MatchedSlate
    if "k" in rule.needs:
        matched = function(ballots.values_VC, _size(rule, k))
    elif ballots.costs_C is None or ballots.budget is None:
        raise ValueError(f"{rule.short} needs costs and a budget")
    else:
        matched = function(ballots.values_VC, ballots.costs_C, ballots.budget)
    return matched


def _size(rule: Rule, k: int | None) -> int:
    if k is None:
        raise ValueError(f"{rule.short} needs k, the size of the slate")
    return k


def _certified(
    rule: Rule,
    ballots: Ballots,
    k: int | None,
    axioms: Sequence[str],
    exposure: Exposure | None,
    warnings: tuple[str, ...],
) -> SlateResult:
    filled = ballots.filled()
    slate = run_rule(rule, filled, k)
    scope: Scope = "dense" if ballots.complete else "observed"
    certificates = tuple(certify(axiom, filled, slate.chosen, seat_V=_seats(slate), scope=scope) for axiom in axioms)
    return _result(slate, certificates, exposure, warnings, None)


def _imputed(axiom: str, shares: AxiomShare, draws: int) -> Certificate:
    return Certificate(
        axiom,
        "imputed",
        shares.share >= CONFIDENT,
        shares.counterexample,
        share=shares.share,
        own_share=shares.own_share,
        draws=draws,
    )


def _seats(slate: Slate | MatchedSlate) -> NDArray[np.intp] | None:
    return slate.seat_V if isinstance(slate, MatchedSlate) and slate.chosen else None


def _result(
    slate: Slate | MatchedSlate,
    certificates: tuple[Certificate, ...],
    exposure: Exposure | None,
    warnings: tuple[str, ...],
    imputed: "ImputedSlate[Slate | MatchedSlate] | None",
) -> SlateResult:
    repeated = len(slate.chosen) - len(set(slate.chosen))
    if repeated:
        warnings = (
            *warnings,
            f"{repeated} of {len(slate.chosen)} seats repeat a statement that stands for more people",
        )
    if not slate.chosen:
        warnings = (*warnings, "no statement has enough supporters to pay for it; the slate is empty")
    if isinstance(slate, Slate):
        return SlateResult(slate.chosen, slate.scores, None, (), certificates, exposure, imputed, warnings)
    unmatched = tuple(slate.unmatched.tolist())
    return SlateResult(slate.chosen, (), slate.seat_V, unmatched, certificates, exposure, imputed, warnings)


def _about_zeros(ballots: Ballots, exposure: Exposure | None) -> tuple[str, ...]:
    empty = int(np.isnan(ballots.values_VC).sum())
    said = (
        f"{empty} of {ballots.values_VC.size} answers are missing and count as {'not approved' if exposure else 0}; "
        "certificates speak of the votes cast, not of what people think"
    )
    return (said, *about_exposure(exposure))


def about_exposure(exposure: Exposure | None) -> tuple[str, ...]:
    """The warning that what was seen most looks approved most; empty where there is no reason for it."""
    if exposure is None or exposure.correlation is None or not exposure.decides:
        return ()
    agreement = exposure.agreement_correlation
    versus = "" if agreement is None else f" (with the share that agrees: {agreement:.2f})"
    return (
        f"approvals follow exposure: correlation {exposure.correlation:.2f}{versus}, above {WARN_ABOVE}; "
        "the rule picks what was seen most, not what is agreed with most. Impute missing votes or ask a dense panel",
    )
