"""Who may do what in aggregation; see :mod:`tests.pages.expectations.access` for the words."""

from tests.pages.expectations.access import (
    API_CLOSED,
    API_SIGNED_IN,
    CLOSED,
    RUN_READERS,
    RUNNERS,
    SIGNED_IN,
    Access,
)

# AGGREGATING: as RUNNERS; site staff who are no members are shown the way in.
AGGREGATING = Access("way-in 404 in 404 404 in 404 way-in", "way-in 404 404 404 404 404 in way-in")

# API_READING: as RUN_READERS, over REST.
API_READING = Access("no 404 in in in in 404 in", "no 404 404 404 404 404 in in")
# API_RUNNING: as RUNNERS, over REST.
API_RUNNING = Access("no 404 in 404 404 in 404 in", "no 404 404 404 404 404 in in")
# GATED: nobody has proposed it for release: those who find it read that.
GATED = Access("way-in 404 no no no no 404 no", "way-in 404 404 404 404 404 no no")

# Route: (GET, POST).
EXPECTED: dict[str, tuple[Access, Access]] = {
    "api-aggregation-again": (API_CLOSED, API_RUNNING),
    "api-aggregation-detail": (API_READING, API_CLOSED),
    "api-aggregation-list": (API_SIGNED_IN, API_SIGNED_IN),
    "aggregation:again": (CLOSED, AGGREGATING),
    "aggregation:compose": (RUNNERS, AGGREGATING),
    "aggregation:download": (GATED, CLOSED),
    "aggregation:methods": (RUNNERS, CLOSED),
    "aggregation:new": (SIGNED_IN, CLOSED),
    "aggregation:propose": (CLOSED, AGGREGATING),
    "aggregation:rules": (SIGNED_IN, CLOSED),
    "aggregation:run": (RUN_READERS, CLOSED),
    "aggregation:runs": (SIGNED_IN, CLOSED),
}
