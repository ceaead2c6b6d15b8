"""Who may do what in exports; see :mod:`tests.pages.expectations.access` for the words."""

from tests.pages.expectations.access import Access

# Route: (GET, POST).
EXPECTED: dict[str, tuple[Access, Access]] = {}
