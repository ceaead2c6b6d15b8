"""Who may do what in deliberation; see :mod:`tests.pages.expectations.access` for the words."""

from tests.pages.expectations.access import (
    API_CLOSED,
    API_OWN_VOTES,
    API_SIGNED_IN,
    API_TAKING_PART,
    CLOSED,
    EVERYONE,
    FOUNDERS,
    NOTHING,
    ORGANISERS,
    READERS,
    TAKING_PART,
    Access,
)

# DRAWING: as ORGANISERS; site staff who are no members are shown the way in.
DRAWING = Access("404 404 in 404 404 in 404 way-in", "404 404 404 404 404 404 in way-in")
# API_KEYED: the same over REST.
API_KEYED = Access("no 404 in 404 404 in 404 no", "no 404 404 404 404 404 in no")

# Route: (GET, POST).
EXPECTED: dict[str, tuple[Access, Access]] = {
    "api-conversation-close": (CLOSED, API_KEYED),
    "api-conversation-detail": (READERS, API_CLOSED),
    "api-conversation-list": (EVERYONE, API_SIGNED_IN),
    "api-conversation-open": (CLOSED, API_KEYED),
    "api-conversation-reopen": (CLOSED, API_KEYED),
    "api-conversation-results": (NOTHING, API_CLOSED),
    "api-conversation-review": (CLOSED, API_CLOSED),
    "api-conversation-seed": (CLOSED, API_KEYED),
    "api-conversation-statements": (READERS, API_TAKING_PART),
    "api-conversation-votes": (API_OWN_VOTES, API_TAKING_PART),
    "deliberation:close": (CLOSED, ORGANISERS),
    "deliberation:conversation": (READERS, CLOSED),
    "deliberation:conversations": (EVERYONE, CLOSED),
    "deliberation:create": (FOUNDERS, FOUNDERS),
    "deliberation:edit": (ORGANISERS, ORGANISERS),
    "deliberation:export": (ORGANISERS, CLOSED),
    "deliberation:import": (FOUNDERS, FOUNDERS),
    "deliberation:manage": (ORGANISERS, CLOSED),
    "deliberation:meta": (CLOSED, ORGANISERS),
    "deliberation:moderate": (ORGANISERS, ORGANISERS),
    "deliberation:new-statement": (TAKING_PART, TAKING_PART),
    "deliberation:of-community": (READERS, CLOSED),
    "deliberation:open-now": (EVERYONE, CLOSED),
    "deliberation:open": (CLOSED, ORGANISERS),
    "deliberation:panel": (ORGANISERS, CLOSED),
    "deliberation:panel-close": (CLOSED, ORGANISERS),
    "deliberation:panels": (ORGANISERS, DRAWING),
    "deliberation:reopen": (CLOSED, ORGANISERS),
    "deliberation:results": (READERS, CLOSED),
    "deliberation:results-live": (READERS, CLOSED),
    "deliberation:results-table": (NOTHING, CLOSED),
    "deliberation:seed": (ORGANISERS, ORGANISERS),
    "deliberation:similar": (TAKING_PART, CLOSED),
    "deliberation:undo": (CLOSED, TAKING_PART),
    "deliberation:vote": (CLOSED, TAKING_PART),
    "deliberation:votes": (TAKING_PART, CLOSED),
}
