"""Who may do what in frontend; see :mod:`tests.pages.expectations.access` for the words."""

from tests.pages.expectations.access import CLOSED, EVERYONE, Access

# Route: (GET, POST).
EXPECTED: dict[str, tuple[Access, Access]] = {
    "frontend:components": (EVERYONE, CLOSED),
    "frontend:home": (EVERYONE, CLOSED),
    "frontend:theme": (CLOSED, EVERYONE),
}
