"""What each risk tier asks of the decision that lets an artifact go: a floor that a body's own rules may only raise."""

from dataclasses import dataclass
from fractions import Fraction

from governance.models.releases import Release, RiskTier
from governance.procedure import Rule


@dataclass(frozen=True)
class TierRule:
    """The floor of one tier.

    Attributes
    ----------
    quorum : least share of those who may vote that must do so
    threshold : least share that has to be for it
    exceeded : whether that share has to be exceeded rather than reached
    min_open_hours : least time the decision stands open
    needs_limited_first : whether the public stage comes only after the limited one
    needs_audit : whether the public stage needs a COMAL audit of exactly these bytes
    words : the rule for a page
    """

    quorum: Fraction
    threshold: Fraction
    exceeded: bool
    min_open_hours: int
    needs_limited_first: bool
    needs_audit: bool
    words: str


HALF, THIRD = Fraction(1, 2), Fraction(1, 3)

TIERS: dict[str, TierRule] = {
    RiskTier.LOW: TierRule(
        THIRD,
        HALF,
        exceeded=True,
        min_open_hours=1,
        needs_limited_first=False,
        needs_audit=False,
        words="A body decides: at least a third of those who may vote do, and more than half of the votes are for it.",
    ),
    RiskTier.MEDIUM: TierRule(
        HALF,
        HALF,
        exceeded=True,
        min_open_hours=24,
        needs_limited_first=False,
        needs_audit=False,
        words="A body decides: at least half of those who may vote do, more than half of the votes are for it, and the"
        " vote is open for a day or longer.",
    ),
    RiskTier.HIGH: TierRule(
        2 * THIRD,
        2 * THIRD,
        exceeded=False,
        min_open_hours=72,
        needs_limited_first=True,
        needs_audit=True,
        words="A body decides: two thirds or more of those who may vote do, two thirds or more of the votes are for it,"
        " and the vote is open for three days or longer. It goes to a limited circle first; before it becomes public"
        " there is an audit of exactly this content.",
    ),
}

#: How far an approval opens: an approved public stage covers the limited one.
ORDER = (Release.Stage.DRAFT, Release.Stage.REVIEW, Release.Stage.LIMITED, Release.Stage.PUBLIC)


def covers(approved: str, stage: str) -> bool:
    """Whether an approval as far as ``approved`` is enough for ``stage``."""
    return ORDER.index(Release.Stage(approved)) >= ORDER.index(Release.Stage(stage))


def weaker_than(tier: TierRule, rule: Rule) -> str:
    """What of a decision's rule falls short of the tier's floor, in words; empty when nothing does."""
    if rule.quorum < tier.quorum:
        return f"The decision's quorum was {rule.quorum}; this risk asks for {tier.quorum} at least."
    if rule.threshold < tier.threshold or (rule.threshold == tier.threshold and tier.exceeded and not rule.more_than):
        least = "more than" if tier.exceeded else "at least"
        return f"The decision's threshold was {rule.threshold}; this risk asks for {least} {tier.threshold}."
    if rule.minimum_open_hours < tier.min_open_hours:
        return (
            f"The decision had to stand open for {rule.minimum_open_hours} hours; this risk asks for"
            f" {tier.min_open_hours} at least."
        )
    return ""
