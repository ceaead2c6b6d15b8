"""Who may do what: for every route, what each role finds on something of their own community and on a foreign one.

A row of outcomes stands in the order of :data:`tests.pages.world.ROLES`; a single word holds for everyone. The own
community is open to readers and newcomers, the foreign one is closed: "neighbour" is its admin.
"""

# Outcomes: see tests.pages.outcomes.outcome.

from typing import NamedTuple


class Access(NamedTuple):
    """What each role finds: on an object of the own community, and on one of the foreign community."""

    own: str
    foreign: str


# CLOSED: no such method.
CLOSED = Access("405", "405")
# ADMINS: a community's admins and site staff; for others it does not exist.
ADMINS = Access("way-in 404 404 404 404 in 404 in", "way-in 404 404 404 404 404 in in")
# ORGANISERS: researchers and admins of the community, site staff; for others it does not exist.
ORGANISERS = Access("404 404 in 404 404 in 404 in", "404 404 404 404 404 404 in in")
# EVERYONE: visitors too.
EVERYONE = Access("in", "in")
# READERS: everyone, as long as the community is open to readers.
READERS = Access("in", "404 404 404 404 404 404 in in")
# API_CLOSED: no such method; strangers are asked who they are first.
API_CLOSED = Access("no 405 405 405 405 405 405 405", "no 405 405 405 405 405 405 405")
# OWN_MEMBERSHIP: one's own membership; for others it does not exist.
OWN_MEMBERSHIP = Access("way-in in in in in in 404 404", "way-in 404 404 404 404 404 in 404")
# TAKING_PART: members; others are shown the way in, where there is one.
TAKING_PART = Access("way-in in in in in in way-in way-in", "404 404 404 404 404 404 in way-in")
# SIGNED_IN: everyone with a session.
SIGNED_IN = Access("way-in in in in in in in in", "way-in in in in in in in in")
# OWN_QUESTIONNAIRE: members of the community that asks.
OWN_QUESTIONNAIRE = Access("way-in in in in in in 404 way-in", "way-in 404 404 404 404 404 in way-in")
# API_ORGANISERS: as ORGANISERS, over REST.
API_ORGANISERS = Access("no 404 in 404 404 in 404 in", "no 404 404 404 404 404 in in")
# FOUNDERS: researchers and admins, in the community they act in.
FOUNDERS = Access("way-in no in no no in in way-in", "way-in no in no no in in way-in")
# USED_UP: a link that does not open, whoever comes with it.
USED_UP = Access("410", "410")
# API_ADMINS: a community's admins and site staff, over REST.
API_ADMINS = Access("no 404 404 404 404 in 404 in", "no 404 404 404 404 404 in in")
# STAFF: site staff.
STAFF = Access("way-in 404 404 404 404 404 404 in", "way-in 404 404 404 404 404 404 in")
# MEMBERS: members of any community.
MEMBERS = Access("way-in in in in in in in way-in", "way-in in in in in in in way-in")
# API_SIGNED_IN: everyone with a session or key.
API_SIGNED_IN = Access("no in in in in in in in", "no in in in in in in in")
# API_TAKING_PART: members, over REST.
API_TAKING_PART = Access("no in in in in in no no", "no 404 404 404 404 404 in no")
# CONSENTING: there is nothing to agree to here, so that members find nothing; strangers are let in to read.
CONSENTING = Access("in 404 404 404 404 404 in in", "404 404 404 404 404 404 404 in")
# JOINING: everyone where the community is open to all.
JOINING = Access("in", "404 404 404 404 404 404 in no")
# OWN_KEY: nobody but the key's owner.
OWN_KEY = Access("way-in 404 404 404 404 404 404 404", "way-in 404 404 404 404 404 404 404")
# OWN_ANSWER: nobody has answered yet.
OWN_ANSWER = Access("way-in 404 404 404 404 404 404 way-in", "way-in 404 404 404 404 404 404 way-in")
# API_OWN_VOTES: members' own votes, over REST.
API_OWN_VOTES = Access("no in in in in in no no", "404 404 404 404 404 404 in no")
# NOTHING: nothing to see yet: results need more voters.
NOTHING = Access("404", "404")

# Route: (GET, POST).
EXPECTED: dict[str, tuple[Access, Access]] = {
    "accounts:act-in": (CLOSED, READERS),
    "accounts:ban": (CLOSED, ADMINS),
    "accounts:communities": (EVERYONE, CLOSED),
    "accounts:community": (READERS, CLOSED),
    "accounts:consent": (READERS, CONSENTING),
    "accounts:delete-account": (SIGNED_IN, SIGNED_IN),
    "accounts:demo": (EVERYONE, CLOSED),
    "accounts:demo-login": (EVERYONE, EVERYONE),
    "accounts:door": (EVERYONE, CLOSED),
    "accounts:enter": (USED_UP, USED_UP),
    "accounts:enter-token": (USED_UP, CLOSED),
    "accounts:erase": (OWN_MEMBERSHIP, OWN_MEMBERSHIP),
    "accounts:join": (READERS, JOINING),
    "accounts:keys": (SIGNED_IN, CLOSED),
    "accounts:leave": (OWN_MEMBERSHIP, OWN_MEMBERSHIP),
    "accounts:links": (ADMINS, CLOSED),
    "accounts:me": (SIGNED_IN, CLOSED),
    "accounts:member": (ADMINS, CLOSED),
    "accounts:members": (ADMINS, CLOSED),
    "accounts:members-csv": (ADMINS, CLOSED),
    "accounts:my-data": (SIGNED_IN, CLOSED),
    "accounts:new-community": (STAFF, STAFF),
    "accounts:new-key": (MEMBERS, MEMBERS),
    "accounts:new-link": (ADMINS, ADMINS),
    "accounts:offer-questionnaire": (CLOSED, ADMINS),
    "accounts:publish-consent": (ADMINS, ADMINS),
    "accounts:question": (OWN_QUESTIONNAIRE, OWN_QUESTIONNAIRE),
    "accounts:questionnaire": (OWN_QUESTIONNAIRE, OWN_QUESTIONNAIRE),
    "accounts:revoke-key": (CLOSED, OWN_KEY),
    "accounts:revoke-link": (CLOSED, ADMINS),
    "accounts:roles": (CLOSED, ADMINS),
    "accounts:settings": (ADMINS, ADMINS),
    "accounts:take-back": (CLOSED, OWN_ANSWER),
    "accounts:unban": (CLOSED, ADMINS),
    "accounts:withdraw": (OWN_MEMBERSHIP, OWN_MEMBERSHIP),
    "api-community-detail": (READERS, CLOSED),
    "api-community-list": (EVERYONE, CLOSED),
    "api-conversation-close": (CLOSED, API_ORGANISERS),
    "api-conversation-detail": (READERS, API_CLOSED),
    "api-conversation-list": (EVERYONE, API_SIGNED_IN),
    "api-conversation-open": (CLOSED, API_ORGANISERS),
    "api-conversation-reopen": (CLOSED, API_ORGANISERS),
    "api-conversation-results": (NOTHING, API_CLOSED),
    "api-conversation-review": (CLOSED, API_CLOSED),
    "api-conversation-seed": (CLOSED, API_ORGANISERS),
    "api-conversation-statements": (READERS, API_TAKING_PART),
    "api-conversation-votes": (API_OWN_VOTES, API_TAKING_PART),
    "api-docs": (EVERYONE, CLOSED),
    "api-job-cancel": (API_CLOSED, API_ADMINS),
    "api-job-detail": (API_ADMINS, API_CLOSED),
    "api-job-list": (API_SIGNED_IN, API_CLOSED),
    "api-job-retry": (API_CLOSED, API_ADMINS),
    "api-me": (API_SIGNED_IN, API_CLOSED),
    "api-member-ban": (API_CLOSED, API_ADMINS),
    "api-member-detail": (API_ADMINS, API_CLOSED),
    "api-member-list": (API_ADMINS, API_CLOSED),
    "api-member-unban": (API_CLOSED, API_ADMINS),
    "api-schema": (EVERYONE, CLOSED),
    "deliberation:close": (CLOSED, ORGANISERS),
    "deliberation:conversation": (READERS, CLOSED),
    "deliberation:conversations": (EVERYONE, CLOSED),
    "deliberation:create": (FOUNDERS, FOUNDERS),
    "deliberation:edit": (ORGANISERS, ORGANISERS),
    "deliberation:export": (ORGANISERS, CLOSED),
    "deliberation:import": (FOUNDERS, FOUNDERS),
    "deliberation:manage": (ORGANISERS, CLOSED),
    "deliberation:meta": (CLOSED, ORGANISERS),
    "deliberation:moderate": (ORGANISERS, ORGANISERS),
    "deliberation:new-statement": (TAKING_PART, TAKING_PART),
    "deliberation:open": (CLOSED, ORGANISERS),
    "deliberation:reopen": (CLOSED, ORGANISERS),
    "deliberation:results": (READERS, CLOSED),
    "deliberation:results-live": (READERS, CLOSED),
    "deliberation:results-table": (READERS, CLOSED),
    "deliberation:seed": (ORGANISERS, ORGANISERS),
    "deliberation:similar": (TAKING_PART, CLOSED),
    "deliberation:undo": (CLOSED, TAKING_PART),
    "deliberation:vote": (CLOSED, TAKING_PART),
    "deliberation:votes": (TAKING_PART, CLOSED),
    "frontend:components": (EVERYONE, CLOSED),
    "frontend:home": (EVERYONE, CLOSED),
    "frontend:theme": (CLOSED, EVERYONE),
    "health": (EVERYONE, CLOSED),
    "jobs:cancel": (CLOSED, ADMINS),
    "jobs:job": (ADMINS, CLOSED),
    "jobs:jobs": (SIGNED_IN, CLOSED),
    "jobs:retry": (CLOSED, ADMINS),
}
