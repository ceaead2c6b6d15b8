"""Who may do what in exports; see :mod:`tests.pages.expectations.access` for the words."""

from tests.pages.expectations.access import CLOSED, EVERYONE, FOUNDERS, NOTHING, ORGANISERS, READERS, Access

# Route: (GET, POST). The export of each place is still being prepared; tests of the room hold what opens once built.
EXPECTED: dict[str, tuple[Access, Access]] = {
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
