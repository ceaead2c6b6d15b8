"""What each risk tier asks of the decision that lets an artifact go: a floor that a body's own rules may only raise."""

from dataclasses import dataclass

from governance.models.releases import Release, RiskTier


@dataclass(frozen=True)
class TierRule:
    """The floor of one tier.

    Attributes
    ----------
    quorum : least share of the seats that must take part
    threshold : share of the votes given (abstentions aside) that the yes votes must exceed
    min_open_hours : least time the decision stands open
    needs_limited_first : whether the public stage comes only after the limited one
    needs_audit : whether the public stage needs a COMAL audit of exactly these bytes
    words : the rule for a page
    """

    quorum: float
    threshold: float
    min_open_hours: int
    needs_limited_first: bool
    needs_audit: bool
    words: str


TIERS: dict[str, TierRule] = {
    RiskTier.LOW: TierRule(
        1 / 3, 1 / 2, 0, False, False,
        "A body decides: a third of its seats take part, and more than half of the votes say yes.",
    ),
    RiskTier.MEDIUM: TierRule(
        1 / 2, 1 / 2, 24, False, False,
        "A body decides: half of its seats take part, more than half of the votes say yes, and the decision stands"
        " open for a day at least.",
    ),
    RiskTier.HIGH: TierRule(
        2 / 3, 2 / 3, 72, True, True,
        "A body decides: two thirds of its seats take part, more than two thirds of the votes say yes, and the decision"
        " stands open for three days at least. It goes to a limited circle first; before it becomes public there is an"
        " audit of exactly these bytes.",
    ),
}  # fmt: skip

#: How far an approval opens: an approved public stage covers the limited one.
ORDER = (Release.Stage.DRAFT, Release.Stage.REVIEW, Release.Stage.LIMITED, Release.Stage.PUBLIC)


def covers(approved: str, stage: str) -> bool:
    """Whether an approval as far as ``approved`` is enough for ``stage``."""
    return ORDER.index(Release.Stage(approved)) >= ORDER.index(Release.Stage(stage))
