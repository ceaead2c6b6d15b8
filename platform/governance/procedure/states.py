"""The states of a decision and the ways between them."""

from enum import StrEnum


class State(StrEnum):
    """Where a decision stands."""

    DRAFT = "draft"
    OPEN = "open"
    CONTESTED = "contested"  # passed, but objections or vetoes wait for a written answer
    OVERRIDE = "override"  # a second vote on whether the answered vetoes are overridden
    ADOPTED = "adopted"
    REJECTED = "rejected"
    LAPSED = "lapsed"  # too few took part, or an answer was not given in time
    WITHDRAWN = "withdrawn"


#: From each state, where it may go; nothing else is a transition. The database holds the same table in a trigger.
ALLOWED: dict[State, frozenset[State]] = {
    State.DRAFT: frozenset({State.OPEN, State.WITHDRAWN}),
    State.OPEN: frozenset({State.CONTESTED, State.ADOPTED, State.REJECTED, State.LAPSED, State.WITHDRAWN}),
    State.CONTESTED: frozenset({State.OVERRIDE, State.ADOPTED, State.LAPSED, State.WITHDRAWN}),
    State.OVERRIDE: frozenset({State.ADOPTED, State.REJECTED}),
    State.ADOPTED: frozenset(),
    State.REJECTED: frozenset(),
    State.LAPSED: frozenset(),
    State.WITHDRAWN: frozenset(),
}
ENDED = frozenset(state for state, ways in ALLOWED.items() if not ways)
