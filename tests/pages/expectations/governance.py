"""Who may do what in governance; see :mod:`tests.pages.expectations.access` for the words."""

from tests.pages.expectations.access import (
    ADMINS,
    CLOSED,
    EVERYONE,
    NOTHING,
    READERS,
    SIGNED_IN,
    TAKING_PART,
    Access,
)

# Stewards and admins of the community, site staff; for others it does not exist.
STEWARDS = Access("way-in 404 404 in 404 in 404 in", "way-in 404 404 404 404 404 in in")
# The vote on it was opened, so there is no draft to change.
OPENED = Access("way-in 404 404 404 404 404 404 404", "way-in 404 404 404 404 404 404 404")
# Members; everybody may read what is open to readers, so that strangers to it are told to say who they are.
VOTING = Access("no in in in in in no no", "404 404 404 404 404 404 in no")
# Nobody but who filed it.
OWN_MATTER = Access("way-in 404 404 404 404 404 way-in way-in", "404 404 404 404 404 404 404 way-in")

# Route: (GET, POST).
EXPECTED: dict[str, tuple[Access, Access]] = {
    "api-audit-chain": (READERS, CLOSED),
    "api-audit-entries": (READERS, CLOSED),
    "api-audit-heads": (READERS, CLOSED),
    "api-body-detail": (READERS, CLOSED),
    "api-body-list": (EVERYONE, CLOSED),
    "api-decision-ballots": (CLOSED, VOTING),
    "api-decision-detail": (READERS, CLOSED),
    "api-decision-list": (EVERYONE, CLOSED),
    "api-decision-tally": (NOTHING, CLOSED),
    "governance:audit": (READERS, CLOSED),
    "governance:audit-bundle": (READERS, CLOSED),
    "governance:audit-entry": (READERS, CLOSED),
    "governance:audit-feed": (READERS, CLOSED),
    "governance:audit-heads": (READERS, CLOSED),
    "governance:verifier": (EVERYONE, CLOSED),
    "governance:answer": (CLOSED, STEWARDS),
    "governance:body": (READERS, CLOSED),
    "governance:bundle": (NOTHING, CLOSED),
    "governance:change-decision": (OPENED, OPENED),
    "governance:comment": (CLOSED, TAKING_PART),
    "governance:decision": (READERS, CLOSED),
    "governance:decisions": (EVERYONE, CLOSED),
    "governance:end-term": (CLOSED, ADMINS),
    "governance:fill-seat": (CLOSED, ADMINS),
    "governance:inbox": (SIGNED_IN, CLOSED),
    "governance:interest": (CLOSED, TAKING_PART),
    "governance:new-body": (ADMINS, ADMINS),
    "governance:object": (CLOSED, TAKING_PART),
    "governance:open-decision": (CLOSED, STEWARDS),
    "governance:propose": (STEWARDS, STEWARDS),
    "governance:seats": (ADMINS, ADMINS),
    "governance:take-back": (CLOSED, OWN_MATTER),
    "governance:veto": (CLOSED, TAKING_PART),
    "governance:vote": (CLOSED, TAKING_PART),
    "governance:waiting": (EVERYONE, CLOSED),
    "governance:withdraw-decision": (CLOSED, STEWARDS),
}
