"""Who may do what in aggregation; see :mod:`tests.pages.expectations.access` for the words."""

from tests.pages.expectations.access import CLOSED, RUN_READERS, RUNNERS, SIGNED_IN, Access

# AGGREGATING: as RUNNERS; site staff who are no members are shown the way in.
AGGREGATING = Access("way-in 404 in 404 404 in 404 way-in", "way-in 404 404 404 404 404 in way-in")

# Route: (GET, POST).
EXPECTED: dict[str, tuple[Access, Access]] = {
    "aggregation:again": (CLOSED, AGGREGATING),
    "aggregation:compose": (RUNNERS, AGGREGATING),
    "aggregation:methods": (RUNNERS, CLOSED),
    "aggregation:new": (SIGNED_IN, CLOSED),
    "aggregation:rules": (SIGNED_IN, CLOSED),
    "aggregation:run": (RUN_READERS, CLOSED),
    "aggregation:runs": (SIGNED_IN, CLOSED),
}
