"""Who may do what about panels by lot; see :mod:`tests.pages.expectations.access` for the words."""

from tests.pages.expectations.access import ADMINS, CLOSED, EVERYONE, READERS, Access

# Admins and auditors of the community, site staff: those who may draw again.
CHECKERS = Access("404 404 404 404 in in 404 in", "404 404 404 404 404 404 in in")
# Who was drawn, and on their behalf who runs the community; here a word is missing, which is found nowhere.
ANSWERING = Access("way-in 404 404 404 404 404 404 404", "way-in 404 404 404 404 404 404 404")

# Route: (GET, POST).
EXPECTED: dict[str, tuple[Access, Access]] = {
    "api-draw-detail": (READERS, CLOSED),
    "api-draw-list": (EVERYONE, CLOSED),
    "governance:draw": (READERS, CLOSED),
    "governance:draw-answer": (CLOSED, ANSWERING),
    "governance:draw-commit": (CLOSED, ADMINS),
    "governance:draw-file": (CHECKERS, CLOSED),
    "governance:draw-quotas": (CLOSED, ADMINS),
    "governance:draw-rename": (CLOSED, ADMINS),
    "governance:draw-replace": (CLOSED, ADMINS),
    "governance:draw-seat": (CLOSED, ADMINS),
    "governance:draw-seed": (CLOSED, ADMINS),
    "governance:draw-withdraw": (CLOSED, ADMINS),
    "governance:draws": (READERS, CLOSED),
    "governance:new-draw": (ADMINS, ADMINS),
}
