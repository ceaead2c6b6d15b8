"""Who may do what with audits; see :mod:`tests.pages.expectations.access` for the words."""

from tests.pages.expectations.access import CLOSED, READERS, SIGNED_IN, Access

# READING: an audit that is not published: auditors, stewards and admins, site staff.
READING = Access("404 404 404 in in in 404 in", "404 404 404 404 404 404 in in")
# AUDITING: auditors; site staff join first; an admin of a closed community is no auditor.
AUDITING = Access("way-in 404 404 404 in 404 404 way-in", "way-in 404 404 404 404 404 404 way-in")
# ORDERING: stewards and admins; site staff join first.
ORDERING = Access("404 404 404 in 404 in 404 way-in", "404 404 404 404 404 404 in way-in")

# Route: (GET, POST).
EXPECTED: dict[str, tuple[Access, Access]] = {
    "governance:comal": (READING, CLOSED),
    "governance:comal-begin": (AUDITING, AUDITING),
    "governance:comal-evidence": (READING, CLOSED),
    "governance:comal-finding": (AUDITING, AUDITING),
    "governance:comal-publish": (CLOSED, AUDITING),
    "governance:comals": (READERS, CLOSED),
    "governance:study-order": (SIGNED_IN, CLOSED),
    "governance:priorities": (READERS, ORDERING),
}
