"""Who may do what in governance; see :mod:`tests.pages.expectations.access` for the words."""

from tests.pages.expectations.access import CLOSED, EVERYONE, READERS, Access

# Route: (GET, POST).
EXPECTED: dict[str, tuple[Access, Access]] = {
    "governance:audit": (READERS, CLOSED),
    "governance:audit-bundle": (READERS, CLOSED),
    "governance:audit-entry": (READERS, CLOSED),
    "governance:audit-feed": (READERS, CLOSED),
    "governance:audit-heads": (READERS, CLOSED),
    "governance:verifier": (EVERYONE, CLOSED),
}
