"""Who may do what with releases; see :mod:`tests.pages.expectations.access` for the words."""

from tests.pages.expectations.access import CLOSED, EVERYONE, READERS, Access

# REVIEWING: a draft's page: its community's reviewers and site staff; for others it does not exist.
REVIEWING = Access("404 404 404 in in in 404 in", "404 404 404 404 404 404 in in")
# STEERING: stewards and admins of the community; auditors read only, site staff join first.
STEERING = Access("way-in 404 404 in no in 404 way-in", "way-in 404 404 404 404 404 in way-in")

# Route: (GET, POST).
EXPECTED: dict[str, tuple[Access, Access]] = {
    "api-release-card": (REVIEWING, CLOSED),
    "api-release-detail": (REVIEWING, CLOSED),
    "api-release-list": (EVERYONE, CLOSED),
    "api-release-provenance": (REVIEWING, CLOSED),
    "governance:governed": (READERS, CLOSED),
    "governance:release": (REVIEWING, CLOSED),
    "governance:release-card": (REVIEWING, CLOSED),
    "governance:release-provenance": (REVIEWING, CLOSED),
    "governance:release-review": (CLOSED, STEERING),
    "governance:release-risk": (STEERING, STEERING),
    "governance:release-withdraw": (STEERING, STEERING),
    "governance:releases": (READERS, CLOSED),
    "governance:transparency": (READERS, CLOSED),
}
