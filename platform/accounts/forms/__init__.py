"""The forms of the accounts room: they check shape, the actions decide."""

from accounts.forms.communities import CommunityForm, ConsentTextForm
from accounts.forms.demographics import AnswerForm, UsesForm
from accounts.forms.entry import ApiKeyForm, EntryForm, EntryLinkForm
from accounts.forms.members import BanForm, MemberFilterForm, ReasonForm, RolesForm

__all__ = [
    "AnswerForm",
    "ApiKeyForm",
    "BanForm",
    "CommunityForm",
    "ConsentTextForm",
    "EntryForm",
    "EntryLinkForm",
    "MemberFilterForm",
    "ReasonForm",
    "RolesForm",
    "UsesForm",
]
