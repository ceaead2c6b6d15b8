"""Starting a study, ending one's part in it, and saying no to it."""

import hmac
from hashlib import sha256

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from accounts.models import DemographicAnswer, Member
from annotation.actions.assigning import let_go
from annotation.actions.locking import hold_part
from annotation.errors import Refused
from annotation.models import Enrolment, Item, Study
from annotation.strata import stratum_of

State = Enrolment.State


def crowd_key_of(crowd: str, worker: str) -> str:
    """The keyed hash under which a crowd service's id is kept; the id itself is not."""
    return hmac.new(settings.SECRET_KEY.encode(), f"{crowd}:{worker}".encode(), sha256).hexdigest()


@transaction.atomic
def enrol(*, study: Study, member: Member, crowd: str = "", crowd_key: str = "") -> Enrolment:
    """Let a member start; a second time gives the same row.

    Raises
    ------
    Refused
        If the study is not open or the member is not of its community.
    """
    if not study.is_open:
        raise Refused("This study is not taking answers now.")
    if member.community_id != study.community_id or not member.is_active:
        raise Refused("You do not take part in this community.")
    trains = study.items.filter(kind=Item.Kind.TRAINING, retired_at=None).exists()
    enrolment, made = Enrolment.objects.get_or_create(
        study=study,
        member=member,
        defaults={
            "state": State.TRAINING if trains else State.ACTIVE,
            "stratum": stratum_of(study, member) if study.strata else "",
            "crowd": crowd,
            "crowd_key": crowd_key,
            "consented_at": timezone.now(),
        },
    )
    if made and not fits(study, member):
        enrolment.state, enrolment.finished_at = State.SCREENED_OUT, timezone.now()
        enrolment.save(update_fields=["state", "finished_at"])
    elif enrolment.state == State.REFUSED:
        enrolment.state, enrolment.consented_at = (State.TRAINING if trains else State.ACTIVE), timezone.now()
        enrolment.finished_at = None
        enrolment.save(update_fields=["state", "consented_at", "finished_at"])
    return enrolment


def fits(study: Study, member: Member) -> bool:
    """Whether a member's answers about themselves are among those the study asks for."""
    wanted = study.screening.get("demographics") or {}
    if not wanted:
        return True
    answers = DemographicAnswer.objects.filter(member=member, question__name__in=list(wanted), status="answered")
    said = {name: set(codes) for name, codes in answers.values_list("question__name", "codes")}
    return all(said.get(name, set()) & set(codes) for name, codes in wanted.items())


@transaction.atomic
def refuse_consent(*, study: Study, member: Member, crowd: str = "", crowd_key: str = "") -> Enrolment:
    """Keep that a member would rather not take part, so that a crowd service can be told."""
    enrolment, _ = Enrolment.objects.get_or_create(
        study=study,
        member=member,
        defaults={"state": State.REFUSED, "crowd": crowd, "crowd_key": crowd_key, "finished_at": timezone.now()},
    )
    return enrolment


@transaction.atomic
def finish_enrolment(*, study: Study, member: Member) -> Enrolment:
    """End one's part with what is answered, and give back what one has in hand; then the completion code is shown.

    Raises
    ------
    Refused
        If the member has not started.
    """
    enrolment = hold_part(study.pk, member.pk)
    if enrolment is None:
        raise Refused("You have not started this study.")
    if enrolment.state in {State.TRAINING, State.ACTIVE}:
        enrolment.state, enrolment.finished_at = State.FINISHED, timezone.now()
        enrolment.save(update_fields=["state", "finished_at"])
        let_go(study, member)
    return enrolment
