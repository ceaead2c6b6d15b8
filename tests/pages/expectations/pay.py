"""Who may do what with pay; see :mod:`tests.pages.expectations.access` for the words."""

from tests.pages.expectations.access import CLOSED, MEMBERS, READERS, Access

# KEEPERS: researchers and admins of the community, site staff.
KEEPERS = Access("way-in 404 in 404 404 in 404 in", "way-in 404 404 404 404 404 in in")
# KEEPING: the same, writing as a member.
KEEPING = Access("way-in 404 in 404 404 in 404 way-in", "way-in 404 404 404 404 404 in way-in")

# Route: (GET, POST).
EXPECTED: dict[str, tuple[Access, Access]] = {
    "governance:end-rate": (CLOSED, KEEPING),
    "governance:ledger": (KEEPERS, CLOSED),
    "governance:my-pay": (MEMBERS, CLOSED),
    "governance:paid": (CLOSED, KEEPING),
    "governance:pay": (READERS, CLOSED),
    "governance:payments": (KEEPERS, CLOSED),
    "governance:set-rate": (CLOSED, KEEPING),
}
