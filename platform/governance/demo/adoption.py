"""The decision of the demonstration's steering body by which its constitution came into force."""

from datetime import timedelta

from django.utils import timezone

from accounts.models import Member
from governance.actions import drafting as draft
from governance.actions.constitutions import reference
from governance.actions.decisions import open_decision, propose_decision, settle
from governance.actions.voting import answer_matter as answer
from governance.actions.voting import cast_ballot, file_objection, write_comment
from governance.demo import texts
from governance.demo.bodies import NAME, RULE, holders
from governance.models import Body, ConstitutionVersion
from governance.subjects import kind_of

CHOICES = ("for", "for", "for", "against", "for", "abstain", "for", "for")


def adopt(version: ConstitutionVersion, *, by: Member) -> None:
    """Put the sealed version to the body, which adopts it against one vote, whose holder files a minority report."""
    body = Body.objects.select_related("community").get(community=version.constitution.community, name=NAME)
    subject, kind = reference(version), kind_of("constitution")
    begin, people = timezone.now() - timedelta(days=9), holders(body)
    decision = propose_decision(
        body=body,
        title=texts.ADOPTION,
        text=kind.text(subject) if kind else subject.title,
        reasons=texts.ADOPTION_REASONS,
        evidence=[{"title": "The text", "address": version.get_absolute_url(), "sha256": version.content_sha256}],
        rule=RULE,
        subject=subject,
        proposed_by=by,
    )
    open_decision(decision=decision, open_hours=168, by=by, now=begin)
    for hour, (member, choice) in enumerate(zip(people, CHOICES, strict=True), start=3):
        cast_ballot(decision=decision, member=member, choice=choice, now=begin + timedelta(hours=hour))
    write_comment(decision=decision, member=people[1], text=texts.ADOPTION_COMMENT)
    objection = file_objection(
        decision=decision, member=people[3], reason=texts.ADOPTION_OBJECTION, now=begin + timedelta(hours=20)
    )
    answer(matter=objection, text=texts.ADOPTION_ANSWER, by=by, now=begin + timedelta(hours=44))
    settle(decision=decision)
    draft.dissent(version=version, principle=None, member=people[3], text=texts.ADOPTION_DISSENT)
