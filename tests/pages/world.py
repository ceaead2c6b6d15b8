"""Two communities with something of everything, and one person of each role, for tests that try every route."""

import uuid
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.conf import settings
from django.test import Client
from django.utils import timezone

from accounts.actions import make_entry_link
from accounts.api_keys import make_api_key
from accounts.models import Community, Member, Role, User
from aggregation.models import Run
from annotation.models import Assignment, Item, Study, StudyImport
from deliberation import actions
from deliberation.actions.maps import draw_map
from deliberation.models import Conversation, OpinionMap, Statement
from deliberation.queries import vote_arrays
from exports.actions import start_export
from exports.models import Export
from governance.actions.comal import begin_audit, order_studies
from governance.actions.constitutions import begin_draft
from governance.actions.drafting import comment, dissent, track
from governance.actions.incidents import Upload, report_incident
from governance.actions.releases import record_approval, reference
from governance.actions.voting import file_objection
from governance.chain import record
from governance.gate import propose_release
from governance.models import Audit, Candidate, Constitution, Decision, Draw, Incident, PayRate, Release
from governance.pay import credit_unit, set_rate
from governance.queries.constitutions import in_force
from governance.subjects import Reference
from jobs.models import Job, LanguageCall
from tests.factories import annotation as studies
from tests.factories.accounts import CommunityFactory, MemberFactory, QuestionFactory, UserFactory
from tests.factories.aggregation import make_aggregation
from tests.factories.deliberation import ConversationFactory, StatementFactory, make_panel
from tests.factories.draws import drawn
from tests.factories.governance import make_body, make_decision
from tests.factories.rewards import make_trained
from tests.governance.constitutions import adopted, amendment_of

ROLES = ("anonymous", "participant", "researcher", "steward", "auditor", "admin", "neighbour", "staff")
HELD = {"researcher": [Role.RESEARCHER], "steward": [Role.STEWARD], "auditor": [Role.AUDITOR], "admin": [Role.ADMIN]}


@dataclass
class Place:
    """One community and one object of each kind in it."""

    community: Community
    member: Member
    conversation: Conversation
    statement: Statement
    job: Job
    run: Run
    link: Any
    questionnaire: Any
    api_key: Any
    decision: Decision
    language_call: Any
    aggregation: Any
    panel: Any
    reward_model: Any
    flag: Any
    release: Release
    rate: PayRate
    export: Export
    study: Study
    item: Item
    assignment: Assignment
    constitution: Constitution
    study_import: StudyImport
    audit: Audit
    incident: Incident
    draw: Draw


@dataclass
class World:
    """The own community, a foreign one that is closed to others, and the people by role (None for a visitor)."""

    own: Place
    foreign: Place
    people: dict[str, User | None] = field(default_factory=dict)


def propose_release_of(community: Community, number: int = 0) -> Release:
    """A draft whose proposer is not known any more."""
    return propose_release(
        community=community,
        kind="dataset",
        title=f"Data set {number}",
        content_sha256=f"{community.pk:032x}{number:032x}",
        address="/",
        risk_tier="low",
        proposed_by=None,
    )


def record_approval_of(release: Release) -> None:
    """A decision that opened the release to everyone."""
    same = {"content_sha256": release.content_sha256, "risk_tier": release.risk_tier}
    record_approval(release=release, **same, stage="public", decision=f"decision of {release.pk}", body="Board")


def constitution_of(community: Community) -> Constitution:
    """One in force, with an amendment that is written, a new draft, and a candidate."""
    made = adopted(community)
    amendment_of(made, propose=False)
    begin_draft(constitution=made, by=None)
    add_to(made)
    return made


def add_to(constitution: Constitution) -> None:
    """One more of everything that pages about a constitution list."""
    number = constitution.candidates.count()
    Candidate.objects.create(
        constitution=constitution, text=f"Candidate {number}", source_type="note", source_id=str(number)
    )
    principle, member = constitution.principles.get(key="p1"), MemberFactory(community=constitution.community)
    comment(principle=principle, member=member, text="I see.")
    dissent(version=in_force(constitution), principle=principle, member=member, text="I do not.")
    track(principle=principle, status="planned", note="Soon.", review_on=date(2030, 1, 1), by=member)


def incident_of(community: Community) -> Incident:
    """One that nobody has looked at, with evidence."""
    return report_incident(
        community=community,
        key=uuid.uuid4(),
        title="It went wrong",
        what_happened="Like this.",
        harm="other",
        evidence=[Upload("note.txt", "text/plain", b"a note")],
    ).incident


def audit_of(community: Community) -> Audit:
    """One that is being written, of a release of its own; and something to be studied."""
    auditor = MemberFactory(community=community, roles=[Role.AUDITOR])
    release = propose_release_of(community, 1000 + Audit.objects.count())
    order_studies(community=community, rows=[{"domain": f"Domain {release.title}"}], by=auditor)
    return begin_audit(community=community, subject=reference(release), auditor=auditor, interest="None")


def paid_work(member: Member, number: int = 0) -> PayRate:
    """Something the member was paid for, and its rate."""
    credit_unit(member=member, unit=f"{member.pk}:{number}", amount_cents=100, currency="EUR", reason="Work", seconds=9)
    return set_rate(
        community=member.community, work=f"Work {number}", amount_cents=10, currency="EUR", expected_seconds=30
    )


def study_with_an_answer(community: Community, member: Member) -> Assignment:
    """An open study; its only item was answered by the member."""
    study = studies.open_study(community=community, items=1, takes_crowd=True)
    return studies.answered(study.items.get(), {"better": {"value": {"chosen": "tie"}}}, member=member).assignment


def make_place(community: Community) -> Place:
    """Fill a community."""
    member = MemberFactory(community=community)
    conversation = ConversationFactory(community=community, created_by=member)
    statement = StatementFactory(conversation=conversation)
    actions.cast_vote(member=member, statement=statement, value=1)
    draw_map(conversation, vote_arrays(conversation), OpinionMap.Grouping.COMPUTED)
    link, _ = make_entry_link(community=community, kind="open", created_by=member)
    key, _ = make_api_key(member=member, name="script", scopes=["read"])
    record(community=community, kind="thing.made", subject=Reference("thing", "1", "A thing"), payload={}, by=member)
    decision = make_decision(make_body(community))
    file_objection(decision=decision, member=member, reason="Nobody asked us.")
    run = Run.objects.create(community=community, kind="map", input_sha256="0" * 64, started_at=timezone.now())
    assignment = study_with_an_answer(community, member)
    aggregation = make_aggregation(community)
    return Place(
        community=community,
        member=member,
        conversation=conversation,
        statement=statement,
        job=Job.objects.create(kind="refresh_map", key=community.slug, community=community, requested_by=member),
        run=run,
        link=link,
        questionnaire=QuestionFactory(questionnaire__community=community).questionnaire,
        api_key=key,
        aggregation=aggregation,
        flag=aggregation.decisions.create(participant="1", verdict="keep", reason="Fine.", member=member),
        decision=decision,
        panel=make_panel(conversation),
        reward_model=make_trained(member),
        language_call=LanguageCall.objects.create(
            community=community, purpose="draft", model="small", prompt="draft", prompt_version=1, outcome="answered"
        ),
        release=propose_release_of(community),
        rate=paid_work(member),
        export=start_export(of=conversation, format="csv", requested_by=member),
        study=assignment.study,
        item=assignment.item,
        assignment=assignment,
        constitution=constitution_of(community),
        study_import=StudyImport.objects.create(
            community=community, format="lewidi", name="answers.json", sha256="0" * 64, created_by=member
        ),
        audit=audit_of(community),
        incident=incident_of(community),
        draw=drawn(community, people=4, seats=2),
    )


def make_world() -> World:
    """Both communities and everyone."""
    own = CommunityFactory(slug="own")
    foreign = CommunityFactory(slug="foreign", is_public=False, open_entry=False)
    people: dict[str, User | None] = {"anonymous": None, "staff": UserFactory(staff=True)}
    people["participant"] = MemberFactory(community=own).user
    for role, roles in HELD.items():
        people[role] = MemberFactory(community=own, roles=roles).user
    people["neighbour"] = MemberFactory(community=foreign, roles=[Role.ADMIN]).user
    for user in filter(None, people.values()):
        client = Client()
        client.force_login(user)
        user.session_of_the_world = client.cookies[settings.SESSION_COOKIE_NAME].value  # type: ignore[attr-defined]  # kept beside the person
    return World(make_place(own), make_place(foreign), people)
