"""Who may do what with constitutions; see :mod:`tests.pages.expectations.access` for the words."""

from tests.pages.expectations.access import CLOSED, EVERYONE, READERS, Access

# DRAFTING: stewards, researchers and admins; site staff join first; for others it does not exist.
DRAFTING = Access("way-in 404 in in 404 in 404 way-in", "way-in 404 404 404 404 404 in way-in")
# INSIDE: what is not proposed yet: members, and site staff.
INSIDE = Access("404 in in in in in 404 in", "404 404 404 404 404 404 in in")
# SAYING: members of the community; others are shown the way in.
SAYING = Access("way-in in in in in in way-in way-in", "404 404 404 404 404 404 in way-in")

# Route: (GET, POST).
EXPECTED: dict[str, tuple[Access, Access]] = {
    "api-constitution-detail": (READERS, CLOSED),
    "api-constitution-file": (READERS, CLOSED),
    "api-constitution-list": (EVERYONE, CLOSED),
    "governance:amendment": (INSIDE, CLOSED),
    "governance:amendment-begin": (DRAFTING, DRAFTING),
    "governance:amendment-propose": (CLOSED, DRAFTING),
    "governance:amendment-rebase": (CLOSED, DRAFTING),
    "governance:candidate": (CLOSED, DRAFTING),
    "governance:candidates": (DRAFTING, DRAFTING),
    "governance:clause": (DRAFTING, DRAFTING),
    "governance:constitution": (READERS, CLOSED),
    "governance:constitution-start": (DRAFTING, DRAFTING),
    "governance:constitutions": (READERS, CLOSED),
    "governance:dissent": (SAYING, SAYING),
    "governance:draft": (DRAFTING, DRAFTING),
    "governance:draft-begin": (CLOSED, DRAFTING),
    "governance:patch": (DRAFTING, DRAFTING),
    "governance:patch-drop": (CLOSED, DRAFTING),
    "governance:preamble": (CLOSED, DRAFTING),
    "governance:principle": (READERS, CLOSED),
    "governance:principle-comment": (CLOSED, SAYING),
    "governance:seal": (CLOSED, DRAFTING),
    "governance:track": (CLOSED, DRAFTING),
    "governance:version": (READERS, CLOSED),
    "governance:version-file": (READERS, CLOSED),
}
