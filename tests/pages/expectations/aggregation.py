"""Who may do what in aggregation; see :mod:`tests.pages.expectations.access` for the words."""

from tests.pages.expectations.access import (
    API_CLOSED,
    API_SIGNED_IN,
    CLOSED,
    FOUNDERS,
    OWN_KEY,
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

# FILES: who may see runs, and for files that nobody has approved only their proposer and who reviews them.
FILES = Access("way-in 404 no in in in 404 in", "way-in 404 404 404 404 404 in in")

# API_READERS, API_FILES, API_AGGREGATING: the same over REST.
API_READERS = Access("no 404 in in in in 404 in", "no 404 404 404 404 404 in in")
API_FILES = Access("404 404 no in in in 404 in", "404 404 404 404 404 404 in in")
API_AGGREGATING = Access("no 404 in 404 404 in 404 no", "no 404 404 404 404 404 in no")

# Route: (GET, POST).
EXPECTED: dict[str, tuple[Access, Access]] = {
    "api-aggregation-again": (API_CLOSED, API_RUNNING),
    "api-aggregation-detail": (API_READING, API_CLOSED),
    "api-aggregation-list": (API_SIGNED_IN, API_SIGNED_IN),
    "api-reward-model-detail": (API_READERS, API_CLOSED),
    "api-reward-model-files": (API_FILES, CLOSED),
    "api-reward-model-list": (API_SIGNED_IN, API_SIGNED_IN),
    "api-reward-model-report": (API_READERS, API_CLOSED),
    "api-reward-model-resume": (API_CLOSED, API_AGGREGATING),
    "api-reward-model-scores": (API_AGGREGATING, API_AGGREGATING),
    "api-reward-model-stop": (API_CLOSED, API_AGGREGATING),
    "aggregation:again": (CLOSED, AGGREGATING),
    "aggregation:appeal": (CLOSED, OWN_KEY),
    "aggregation:compose": (RUNNERS, AGGREGATING),
    "aggregation:decide": (CLOSED, AGGREGATING),
    "aggregation:download": (GATED, CLOSED),
    "aggregation:methods": (RUNNERS, CLOSED),
    "aggregation:my-flags": (SIGNED_IN, CLOSED),
    "aggregation:new": (SIGNED_IN, CLOSED),
    "aggregation:propose": (CLOSED, AGGREGATING),
    "aggregation:rules": (SIGNED_IN, CLOSED),
    "aggregation:run": (RUN_READERS, CLOSED),
    "aggregation:runs": (SIGNED_IN, CLOSED),
    "aggregation:new-reward-model": (FOUNDERS, FOUNDERS),
    "aggregation:reward-model": (RUN_READERS, CLOSED),
    "aggregation:reward-model-download": (FILES, CLOSED),
    "aggregation:reward-model-resume": (CLOSED, AGGREGATING),
    "aggregation:reward-model-stop": (CLOSED, AGGREGATING),
    "aggregation:reward-models": (SIGNED_IN, CLOSED),
    "aggregation:reward-scoring": (AGGREGATING, CLOSED),
    "aggregation:score-texts": (CLOSED, AGGREGATING),
}
