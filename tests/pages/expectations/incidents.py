"""Who may do what with incidents; see :mod:`tests.pages.expectations.access` for the words."""

from tests.pages.expectations.access import CLOSED, EVERYONE, READERS, Access

# LOOKING: a report nobody has looked at yet: stewards, auditors and admins, site staff.
LOOKING = Access("404 404 404 in in in 404 in", "404 404 404 404 404 404 in in")
# CHECKING: the same, for files.
CHECKING = Access("way-in 404 404 in in in 404 in", "way-in 404 404 404 404 404 in in")
# HANDLING: stewards and admins; site staff join first.
HANDLING = Access("way-in 404 404 in 404 in 404 way-in", "way-in 404 404 404 404 404 in way-in")
# NO_TOKEN: a token that opens nothing, whoever comes with it.
NO_TOKEN = Access("404", "404")

# Route: (GET, POST).
EXPECTED: dict[str, tuple[Access, Access]] = {
    "api-incident-detail": (LOOKING, CLOSED),
    "api-incident-list": (EVERYONE, EVERYONE),
    "governance:incident": (LOOKING, CLOSED),
    "governance:incident-evidence": (CHECKING, CLOSED),
    "governance:incident-own": (NO_TOKEN, NO_TOKEN),
    "governance:incident-redact": (CLOSED, HANDLING),
    "governance:incident-report": (READERS, READERS),
    "governance:incident-step": (CLOSED, HANDLING),
    "governance:incidents": (READERS, CLOSED),
}
