"""Who may do what in config; see :mod:`tests.pages.expectations.access` for the words."""

from tests.pages.expectations.access import CLOSED, EVERYONE, Access

# Route: (GET, POST).
EXPECTED: dict[str, tuple[Access, Access]] = {
    "api-docs": (EVERYONE, CLOSED),
    "api-schema": (EVERYONE, CLOSED),
    "health": (EVERYONE, CLOSED),
}
