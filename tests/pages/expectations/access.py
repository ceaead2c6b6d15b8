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
# API_KEYED: what organisers send over REST, each under a key of their own as a member.
API_KEYED = Access("no 404 in 404 404 in 404 no", "no 404 404 404 404 404 in no")
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
# RUN_READERS: researchers, stewards, auditors and admins of the community, site staff; for others it does not exist.
RUN_READERS = Access("way-in 404 in in in in 404 in", "way-in 404 404 404 404 404 in in")
# RUNNERS: researchers and admins of the community, site staff; for others it does not exist.
RUNNERS = Access("way-in 404 in 404 404 in 404 in", "way-in 404 404 404 404 404 in in")
