"""What a decision came to, in numbers: for pages and for the tally bundle."""

from typing import Any

from governance.procedure import Case, State, count
from governance.procedure.count import overrides


def result(case: Case, state: State) -> dict[str, Any]:
    """The result in numbers."""
    counted = count(case)
    told: dict[str, Any] = {
        "abstain": counted.abstain,
        "against": counted.against,
        "for": counted.for_,
        "quorum_base": counted.quorum_base,
        "quorum_met": counted.quorum_met,
        "quorum_needed": counted.quorum_needed,
        "state": str(state),
        "threshold_base": counted.threshold_base,
        "threshold_met": counted.threshold_met,
        "threshold_needed": counted.threshold_needed,
    }
    if case.override_opened_at is not None:
        told["override_needed"] = counted.override_needed
        told["override_met"] = overrides(case)
    return told
