"""Which stratum of a study's quotas a member belongs to."""

from accounts.models import DemographicAnswer, Member, Use
from annotation.models import Study


def stratum_of(study: Study, member: Member) -> str:
    """The codes of the member's answers to the study's questions, joined by |; "" where one is missing.

    Only answers that the member lets be used for quotas count; of several codes, the first.
    """
    answers = DemographicAnswer.objects.filter(
        member=member,
        question__name__in=study.strata,
        status=DemographicAnswer.Status.ANSWERED,
        uses__contains=[Use.QUOTAS],
    )
    codes = {name: codes[0] for name, codes in answers.values_list("question__name", "codes") if codes}
    return "|".join(codes[name] for name in study.strata) if set(study.strata) <= set(codes) else ""
