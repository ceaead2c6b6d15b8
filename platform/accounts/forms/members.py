"""Forms about members: filter, roles, bans."""

from django import forms

from accounts.models import Role

MORE_ROLES = [
    (Role.RESEARCHER, "Researcher: runs conversations and studies, sees results early"),
    (Role.STEWARD, "Steward: decides on constitutions, releases and incidents"),
    (Role.AUDITOR, "Auditor: checks how results and decisions came about"),
    (Role.ADMIN, "Community admin: looks after members, links and settings"),
]


class MemberFilterForm(forms.Form):
    """Which members to list; lives in the address."""

    q = forms.CharField(label="Pseudonym", required=False, max_length=60)
    role = forms.ChoiceField(
        label="Role", required=False, choices=[("", "All roles"), *((r.value, r.label) for r in Role)]
    )
    status = forms.ChoiceField(
        label="Standing",
        required=False,
        choices=[("", "Taking part"), ("banned", "Banned"), ("left", "Left"), ("all", "All")],
    )


class RolesForm(forms.Form):
    """What a member may do beyond taking part."""

    roles = forms.MultipleChoiceField(
        label="What may this member do beyond taking part?",
        choices=MORE_ROLES,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )


class ReasonForm(forms.Form):
    """An optional reason, kept with the decision."""

    reason = forms.CharField(label="Why? (optional)", max_length=300, required=False)


class BanForm(forms.Form):
    """A reason that must be given."""

    reason = forms.CharField(
        label="Why is this member banned?",
        help_text="The reason is kept, and shown to the person.",
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Write down why. The reason is kept, and shown to the person."},
    )
