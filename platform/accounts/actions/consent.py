"""Saying yes to a version of the consent text, and taking it back."""

from django.db import transaction
from django.utils import timezone

from accounts import personal_data
from accounts.errors import Refused
from accounts.models import Consent, ConsentText, Member
from accounts.queries import newest_consent_text


@transaction.atomic
def give_consent(*, member: Member, text: ConsentText) -> Consent:
    """Keep a member's yes to this text; saying yes twice is one yes.

    Raises
    ------
    Refused
        If a newer version was published since the page was opened, or the text is another community's.
    """
    newest = newest_consent_text(member.community_id)
    if newest is None or newest.pk != text.pk:
        raise Refused("The text has changed since you opened this page. Please read the new version.")
    Member.objects.select_for_update(no_key=True).get(pk=member.pk)
    standing = Consent.objects.filter(member=member, text=text, withdrawn_at=None).first()
    return standing or Consent.objects.create(member=member, text=text)


@transaction.atomic
def withdraw_consent(*, member: Member) -> int:
    """Take back every standing yes and let each room draw its consequences; returns how many were taken back.

    Answers about the person are emptied and marked withdrawn; the rooms leave the member out of what they compute
    from now on.
    """
    Member.objects.select_for_update(no_key=True).get(pk=member.pk)
    count = Consent.objects.filter(member=member, withdrawn_at=None).update(withdrawn_at=timezone.now())
    personal_data.withdraw(member)
    return count
