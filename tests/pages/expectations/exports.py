"""Who may do what in exports; see :mod:`tests.pages.expectations.access` for the words."""

from tests.pages.expectations.access import (
    API_CLOSED,
    API_ORGANISERS,
    API_SIGNED_IN,
    CLOSED,
    EVERYONE,
    FOUNDERS,
    NOTHING,
    ORGANISERS,
    READERS,
    Access,
)

# Route: (GET, POST). The export of each place is still being prepared; tests of the room hold what opens once built.
EXPECTED: dict[str, tuple[Access, Access]] = {
    "api-answers": (API_ORGANISERS, API_CLOSED),
    "api-export-build": (CLOSED, API_ORGANISERS),
    "api-export-detail": (ORGANISERS, API_CLOSED),
    "api-export-download": (NOTHING, API_CLOSED),
    "api-export-list": (EVERYONE, API_SIGNED_IN),
    "api-export-privacy": (CLOSED, API_CLOSED),
    "api-export-texts": (ORGANISERS, API_CLOSED),
    "exports:again": (CLOSED, ORGANISERS),
    "exports:build": (CLOSED, ORGANISERS),
    "exports:download": (NOTHING, CLOSED),
    "exports:export": (ORGANISERS, CLOSED),
    "exports:exports": (EVERYONE, CLOSED),
    "exports:new": (FOUNDERS, FOUNDERS),
    "exports:panel": (READERS, CLOSED),
    "exports:privacy": (ORGANISERS, ORGANISERS),
    "exports:texts": (ORGANISERS, ORGANISERS),
}
