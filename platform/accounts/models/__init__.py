"""People and communities: who takes part, as what, with whose consent, and what they told about themselves."""

from accounts.models.consent import Consent, ConsentText
from accounts.models.demographics import DemographicAnswer, Question, Questionnaire, Use
from accounts.models.entry import ApiKey, EntryLink, EntryLinkQuerySet, Submission
from accounts.models.people import Community, CommunityQuerySet, Member, MemberEvent, MemberQuerySet, Role, User

__all__ = [
    "ApiKey",
    "Community",
    "CommunityQuerySet",
    "Consent",
    "ConsentText",
    "DemographicAnswer",
    "EntryLink",
    "EntryLinkQuerySet",
    "Member",
    "MemberEvent",
    "MemberQuerySet",
    "Question",
    "Questionnaire",
    "Role",
    "Submission",
    "Use",
    "User",
]
