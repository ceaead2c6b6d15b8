"""What an accepted answer earns."""

from accounts.models import Member
from annotation.models import Item, Response, Study
from governance.pay import credit_unit

LATE = "It came after its time was over, and others have answered the item meanwhile."


def pay_for(response: Response) -> None:
    """Credit an accepted answer to its member, once; training is practice and earns nothing."""
    study = response.study
    if not study.unit_pay_cents or response.item.kind == Item.Kind.TRAINING:
        return
    credit_unit(
        member=response.member,
        unit=f"annotation.response:{response.pk}",
        amount_cents=study.unit_pay_cents,
        currency=study.currency,
        reason=f"An answer in the study “{study.title[:200]}”",
        seconds=None if response.seconds is None else round(response.seconds),
    )


def earned_cents(study: Study, member: Member) -> int:
    """What a member has earned in a study so far; what was accepted once stays earned."""
    if not study.unit_pay_cents:
        return 0
    given = Response.objects.filter(study=study, member=member).exclude(item__kind=Item.Kind.TRAINING)
    return study.unit_pay_cents * given.exclude(discarded_why=LATE).count()
