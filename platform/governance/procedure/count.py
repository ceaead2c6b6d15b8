"""Counting a vote by its rule, in whole numbers and fractions: no rounding decides anything."""

from dataclasses import dataclass
from fractions import Fraction

from governance.procedure.case import Case, Choice


@dataclass(frozen=True)
class Count:
    """A counted vote.

    Attributes
    ----------
    for_, against, abstain : ballots
    quorum_base, quorum_needed, quorum_met : of how many, least number of ballots, whether there were as many
    threshold_base, threshold_needed, threshold_met : of how many, least number for it, whether there were as many
    override_needed : least number for it that overrides vetoes
    """

    for_: int
    against: int
    abstain: int
    quorum_base: int
    quorum_needed: int
    quorum_met: bool
    threshold_base: int
    threshold_needed: int
    threshold_met: bool
    override_needed: int

    @property
    def cast(self) -> int:
        """Ballots of any kind."""
        return self.for_ + self.against + self.abstain


def count(case: Case) -> Count:
    """Count the first vote. Nobody at all is never enough: each number needed is at least one."""
    rule, eligible = case.rule, len(case.eligible)
    choices = case.first.choices
    for_, against = choices.count(Choice.FOR), choices.count(Choice.AGAINST)
    quorum_base = eligible + (case.vacant if rule.quorum_base == "seats" else 0)
    quorum_needed = least(rule.quorum * quorum_base)
    threshold_base = {"decisive": for_ + against, "cast": len(choices), "eligible": eligible}[rule.threshold_base]
    threshold_needed = least(rule.threshold * threshold_base, more_than=rule.more_than)
    return Count(
        for_=for_,
        against=against,
        abstain=len(choices) - for_ - against,
        quorum_base=quorum_base,
        quorum_needed=quorum_needed,
        quorum_met=len(choices) >= quorum_needed,
        threshold_base=threshold_base,
        threshold_needed=threshold_needed,
        threshold_met=for_ >= threshold_needed,
        override_needed=least(rule.override * eligible),
    )


def overrides(case: Case) -> bool:
    """Whether the second vote overrides the vetoes."""
    return case.second.choices.count(Choice.FOR) >= count(case).override_needed


def least(share: Fraction, *, more_than: bool = False) -> int:
    """The least whole number, one or more, that reaches (or exceeds) a share."""
    number = share.__floor__() + 1 if more_than else share.__ceil__()
    return max(1, number)
