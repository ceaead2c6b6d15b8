"""Who may do what in jobs; see :mod:`tests.pages.expectations.access` for the words."""

from tests.pages.expectations.access import (
    ADMINS,
    API_ADMINS,
    API_CLOSED,
    API_SIGNED_IN,
    CLOSED,
    RUN_READERS,
    SIGNED_IN,
    Access,
)

# Route: (GET, POST).
EXPECTED: dict[str, tuple[Access, Access]] = {
    "api-job-cancel": (API_CLOSED, API_ADMINS),
    "api-job-detail": (API_ADMINS, API_CLOSED),
    "api-job-list": (API_SIGNED_IN, API_CLOSED),
    "api-job-retry": (API_CLOSED, API_ADMINS),
    "jobs:cancel": (CLOSED, ADMINS),
    "jobs:job": (ADMINS, CLOSED),
    "jobs:jobs": (SIGNED_IN, CLOSED),
    "jobs:language": (SIGNED_IN, CLOSED),
    "jobs:language-budget": (ADMINS, ADMINS),
    "jobs:language-call": (RUN_READERS, CLOSED),
    "jobs:retry": (CLOSED, ADMINS),
}
