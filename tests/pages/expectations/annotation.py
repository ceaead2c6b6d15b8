"""Who may do what in annotation; see :mod:`tests.pages.expectations.access` for the words."""

from tests.pages.expectations.access import (
    API_CLOSED,
    API_KEYED,
    API_ORGANISERS,
    API_SIGNED_IN,
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
# API_READERS: members of the community and site staff, over REST.
API_READERS = Access("no in in in in in 404 in", "no 404 404 404 404 404 in in")
# API_ANNOTATORS: members of the community, over REST.
API_ANNOTATORS = Access("no in in in in in 404 no", "no 404 404 404 404 404 in no")
# API_OWN_ITEM: nobody here was given the item, over REST.
API_OWN_ITEM = Access("no 404 404 404 404 404 404 no", "no 404 404 404 404 404 404 no")
# Route: (GET, POST).
EXPECTED: dict[str, tuple[Access, Access]] = {
    "api-study-close": (API_CLOSED, API_ORGANISERS),
    "api-study-detail": (API_READERS, API_CLOSED),
    "api-study-items": (API_ORGANISERS, API_KEYED),
    "api-study-model-responses": (API_CLOSED, API_KEYED),
    "api-study-list": (API_SIGNED_IN, API_SIGNED_IN),
    "api-study-next-item": (API_CLOSED, API_ANNOTATORS),
    "api-study-open": (API_CLOSED, API_ORGANISERS),
    "api-study-publish": (API_CLOSED, API_ORGANISERS),
    "api-study-questions": (API_READERS, API_CLOSED),
    "api-study-reopen": (API_CLOSED, API_ORGANISERS),
    "api-study-responses": (API_READERS, API_ANNOTATORS),
    "api-study-skip": (API_CLOSED, API_OWN_ITEM),
    "api-study-start": (API_CLOSED, API_ANNOTATORS),
    "annotation:annotator": (ORGANISERS, CLOSED),
    "annotation:answer": (ANNOTATORS, CLOSED),
    "annotation:answers": (ANNOTATORS, CLOSED),
    "annotation:arrange": (CLOSED, ORGANISERS),
    "annotation:close": (CLOSED, ORGANISERS),
    "annotation:conflict-cases": (ORGANISERS, ORGANISERS),
    "annotation:count-again": (CLOSED, ORGANISERS),
    "annotation:create": (FOUNDERS, FOUNDERS),
    "annotation:edit": (ORGANISERS, ORGANISERS),
    "annotation:enter": (USED_UP, USED_UP),
    "annotation:finish": (ANNOTATORS, ANNOTATORS),
    "annotation:import": (ORGANISERS, ORGANISERS),
    "annotation:import-new": (FOUNDERS, FOUNDERS),
    "annotation:item": (ORGANISERS, ORGANISERS),
    "annotation:items": (ORGANISERS, CLOSED),
    "annotation:leave-out": (CLOSED, ORGANISERS),
    "annotation:manage": (ORGANISERS, CLOSED),
    "annotation:models": (ORGANISERS, ORGANISERS),
    "annotation:new-item": (ORGANISERS, ORGANISERS),
    "annotation:new-question": (ORGANISERS, ORGANISERS),
    "annotation:open": (CLOSED, ORGANISERS),
    "annotation:preview": (ORGANISERS, CLOSED),
    "annotation:publish": (CLOSED, ORGANISERS),
    "annotation:question": (ORGANISERS, ORGANISERS),
    "annotation:questions": (ORGANISERS, CLOSED),
    "annotation:reopen": (CLOSED, ORGANISERS),
    "annotation:respond": (CLOSED, OWN_ANSWER),
    "annotation:right-answers": (ORGANISERS, ORGANISERS),
    "annotation:retire": (CLOSED, ORGANISERS),
    "annotation:skip": (CLOSED, OWN_ANSWER),
    "annotation:start": (ANNOTATORS, ANNOTATORS),
    "annotation:studies": (SIGNED_IN, CLOSED),
    "annotation:study": (ANNOTATORS, CLOSED),
    "annotation:task": (OWN_ANSWER, CLOSED),
    "annotation:upload": (ORGANISERS, ORGANISERS),
    "annotation:validate": (CLOSED, ORGANISERS),
    "annotation:waiting": (SIGNED_IN, CLOSED),
    "annotation:watch": (ORGANISERS, CLOSED),
    "annotation:read": (CLOSED, ORGANISERS),
}
