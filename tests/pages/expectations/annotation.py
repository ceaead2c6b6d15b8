"""Who may do what in annotation; see :mod:`tests.pages.expectations.access` for the words."""

from tests.pages.expectations.access import (
    CLOSED,
    FOUNDERS,
    ORGANISERS,
    OWN_ANSWER,
    SIGNED_IN,
    USED_UP,
    Access,
)

# ANNOTATORS: members of the community; a study is nobody else's to see.
ANNOTATORS = Access("way-in in in in in in 404 way-in", "way-in 404 404 404 404 404 in way-in")
# Route: (GET, POST).
EXPECTED: dict[str, tuple[Access, Access]] = {
    "annotation:answer": (ANNOTATORS, CLOSED),
    "annotation:answers": (ANNOTATORS, CLOSED),
    "annotation:arrange": (CLOSED, ORGANISERS),
    "annotation:close": (CLOSED, ORGANISERS),
    "annotation:create": (FOUNDERS, FOUNDERS),
    "annotation:edit": (ORGANISERS, ORGANISERS),
    "annotation:enter": (USED_UP, USED_UP),
    "annotation:finish": (ANNOTATORS, ANNOTATORS),
    "annotation:import": (ORGANISERS, ORGANISERS),
    "annotation:import-new": (FOUNDERS, FOUNDERS),
    "annotation:item": (ORGANISERS, ORGANISERS),
    "annotation:items": (ORGANISERS, CLOSED),
    "annotation:manage": (ORGANISERS, CLOSED),
    "annotation:new-item": (ORGANISERS, ORGANISERS),
    "annotation:new-question": (ORGANISERS, ORGANISERS),
    "annotation:open": (CLOSED, ORGANISERS),
    "annotation:preview": (ORGANISERS, CLOSED),
    "annotation:publish": (CLOSED, ORGANISERS),
    "annotation:question": (ORGANISERS, ORGANISERS),
    "annotation:questions": (ORGANISERS, CLOSED),
    "annotation:reopen": (CLOSED, ORGANISERS),
    "annotation:respond": (CLOSED, OWN_ANSWER),
    "annotation:retire": (CLOSED, ORGANISERS),
    "annotation:skip": (CLOSED, OWN_ANSWER),
    "annotation:start": (ANNOTATORS, ANNOTATORS),
    "annotation:studies": (SIGNED_IN, CLOSED),
    "annotation:study": (ANNOTATORS, CLOSED),
    "annotation:task": (OWN_ANSWER, CLOSED),
    "annotation:upload": (ORGANISERS, ORGANISERS),
    "annotation:waiting": (SIGNED_IN, CLOSED),
}
