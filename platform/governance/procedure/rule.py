"""The rule of a decision: what has to be met before a text is adopted."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

#: Of whom the quorum is a share: seats that are held and not recused, or also the vacant ones.
QUORUM_BASES = ("eligible", "seats")
#: Of what the threshold is a share: for and against; these and abstentions; everyone who may vote.
THRESHOLD_BASES = ("decisive", "cast", "eligible")
LONGEST = 24 * 366


@dataclass(frozen=True)
class Rule:
    """What has to be met; frozen with the text and the electorate when a decision opens.

    Parameters
    ----------
    quorum : least share of the quorum base that casts a ballot, in (0, 1]
    threshold : share of the threshold base that has to be for it, in (0, 1]
    more_than : whether the share has to be exceeded rather than reached ("more than half")
    minimum_open_hours : shortest time between opening and closing
    veto_classes : classes of seats whose holders may veto, each with a reason
    override : share of the eligible that overrides every veto, in (0, 1]
    override_hours : how long the vote on overriding is open
    answer_hours : how long after closing the written answers to objections and vetoes may take
    secret : whether ballots carry no voter
    """

    quorum: Fraction = Fraction(1, 2)
    quorum_base: str = "eligible"
    threshold: Fraction = Fraction(1, 2)
    threshold_base: str = "decisive"
    more_than: bool = True
    minimum_open_hours: int = 72
    veto_classes: tuple[str, ...] = ()
    override: Fraction = Fraction(3, 4)
    override_hours: int = 72
    answer_hours: int = 168
    secret: bool = False

    def __post_init__(self) -> None:
        for name in ("quorum", "threshold", "override"):
            share = getattr(self, name)
            if not 0 < share <= 1:
                raise ValueError(f"{name}={share} should be above 0 and at most 1")
        if self.more_than and self.threshold == 1:
            raise ValueError("threshold=1 cannot be exceeded; more_than should be false")
        for name in ("minimum_open_hours", "override_hours", "answer_hours"):
            hours = getattr(self, name)
            if not 1 <= hours <= LONGEST:
                raise ValueError(f"{name}={hours} should be from 1 to {LONGEST}")
        if self.quorum_base not in QUORUM_BASES:
            raise ValueError(f"quorum_base={self.quorum_base!r} should be among {QUORUM_BASES}")
        if self.threshold_base not in THRESHOLD_BASES:
            raise ValueError(f"threshold_base={self.threshold_base!r} should be among {THRESHOLD_BASES}")

    def to_json(self) -> dict[str, Any]:
        """Ready for canonical JSON: fractions as text."""
        return {
            "answer_hours": self.answer_hours,
            "minimum_open_hours": self.minimum_open_hours,
            "more_than": self.more_than,
            "override": str(self.override),
            "override_hours": self.override_hours,
            "quorum": str(self.quorum),
            "quorum_base": self.quorum_base,
            "secret": self.secret,
            "threshold": str(self.threshold),
            "threshold_base": self.threshold_base,
            "veto_classes": list(self.veto_classes),
        }

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> "Rule":
        """The rule as :meth:`to_json` wrote it."""
        fractions = {name: Fraction(value[name]) for name in ("quorum", "threshold", "override")}
        return cls(**{**value, **fractions, "veto_classes": tuple(value["veto_classes"])})
