"""What leaves the house leaves through the gate: every kind of artifact, at every door through which it could go."""

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.storage import default_storage
from django.test import Client
from django.urls import reverse

from accounts.api_keys import make_api_key
from accounts.models import Role, User
from aggregation import releasing
from aggregation.actions.rewards import Refused, request_scoring
from aggregation.artifacts import artifact_name
from governance.actions.constitutions import reference as version_reference
from governance.actions.constitutions import seal_version
from governance.actions.incidents import answer_remedy, offer_remedy, report_incident, triage
from governance.actions.releases import reference as artifact
from governance.models import Release
from governance.subject_kinds import stage_reference
from tests.exports.studies import add_item, answer, built, make_study, people_of
from tests.factories.accounts import MemberFactory, UserFactory
from tests.factories.aggregation import make_aggregation
from tests.factories.governance import holders, make_body
from tests.factories.rewards import make_trained
from tests.governance.constitutions import drafted
from tests.governance.deciding import STRICT, decide

pytestmark = pytest.mark.django_db
SHUT = {302, 401, 403, 404}
KINDS = ("dataset", "model", "slate", "constitution")


@pytest.fixture(autouse=True)
def _own_storage(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"


@dataclass
class Held:
    """An artifact that was proposed: its release, the doors to its bytes, and the names its files are stored under."""

    release: Release
    doors: list[str]
    stored: list[str]
    subject: Any = None

    def takes(self, user: User | None, **headers: str) -> set[int]:
        """The answers of all doors to that person; none gives a byte unless all do."""
        return {ask(user, door, **headers).status_code for door in self.doors}


@pytest.fixture
def body():
    return make_body(n=3)


@pytest.fixture
def proposer(body):
    return MemberFactory(community=body.community, roles=[Role.RESEARCHER])


def dataset(body, proposer) -> Held:
    study = make_study(body.community)
    item = add_item(study, "lie")
    for member in people_of(body.community, "yyyooo"):
        answer(item, member, {"better": {"value": {"chosen": "r1", "strength": 1}}})
    export = built(study, requested_by=proposer, format="csv")
    doors = [reverse("exports:download", args=[export.pk]), f"/api/v1/exports/{export.pk}/download/"]
    return Held(Release.objects.get(content_sha256=export.sha256), doors, [export.stored_as])


def model(body, proposer) -> Held:
    made = make_trained(proposer)
    doors = [reverse("aggregation:reward-model-download", args=[made.pk]), f"/api/v1/reward-models/{made.pk}/files/"]
    return Held(Release.objects.get(kind="model"), doors, [artifact_name(made.artifact_sha256)])


def slate(body, proposer) -> Held:
    made = make_aggregation(body.community)
    release = releasing.propose(aggregation=made, member=proposer, risk_tier="low", rationale="Nobody is named.")
    return Held(release, [reverse("aggregation:download", args=[made.pk, part]) for part in ("json", "all", "csv")], [])


def constitution(body, proposer) -> Held:
    version = seal_version(constitution=drafted(body.community), by=proposer)
    args = (version.constitution.slug, version.number)
    doors = [
        address
        for name in ("text.json", "text.md", "principles.json")
        for address in (
            reverse("governance:version-file", args=[*args, name]),
            f"/api/v1/constitutions/{args[0]}/versions/{args[1]}/{name}/",
        )
    ]
    release = Release.objects.get(content_sha256=version.content_sha256)
    return Held(release, doors, [], version_reference(version))


MAKERS = {"dataset": dataset, "model": model, "slate": slate, "constitution": constitution}


@pytest.fixture(params=KINDS)
def held(request, body, proposer) -> Held:
    return MAKERS[request.param](body, proposer)


def ask(user: User | None, address: str, *, method: str = "get", **headers: str) -> Any:
    client = Client()
    if user is not None:
        client.force_login(user)
    return getattr(client, method)(address, headers=headers)


def bytes_of(response: Any) -> bytes:
    return b"".join(response.streaming_content) if response.streaming else response.content


def outsiders(community) -> dict[str, User | None]:
    """People to whom nothing is open before a decision."""
    return {
        "visitor": None,
        "participant": MemberFactory(community=community).user,
        "researcher": MemberFactory(community=community, roles=[Role.RESEARCHER]).user,
        "foreign admin": MemberFactory(roles=list(Role.values)).user,
        "banned steward": MemberFactory(community=community, roles=[Role.STEWARD], banned=True).user,
    }


def shut_to(held: Held, people: dict[str, User | None]) -> None:
    """Neither a whole file nor a part nor its size nor a cached copy is given."""
    for name, user in people.items():
        codes = held.takes(user)
        assert codes <= SHUT, (name, codes)
    name, user = next(reversed(people.items()))
    tag = f'"{held.release.content_sha256}"'
    for headers in ({"Range": "bytes=0-9"}, {"Range": "bytes=5-", "If-Range": tag}, {"If-None-Match": tag}):
        assert held.takes(user, **headers) <= SHUT, (name, headers)
    for door in held.doors:
        response = ask(user, door, method="head")
        assert response.status_code in SHUT, name
        assert "Content-Range" not in response


def test_before_a_decision_no_door_opens_to_anyone_it_is_not_open_to(held, body, proposer):
    people = outsiders(body.community)
    if held.release.kind == "constitution":
        # What is proposed to a community is open to its members.
        people = {name: user for name, user in people.items() if name not in {"participant", "researcher"}}
    shut_to(held, people)
    assert held.takes(holders(body)[0].user) == {200}, "a steward reviews it"
    assert held.takes(proposer.user) == {200}


def test_no_guessed_address_gives_the_stored_file(held):
    for name in held.stored:
        with default_storage.open(name) as file:
            secret = file.read()
        assert secret
        where = Path(default_storage.path(name))
        guesses = [
            f"/media/{name}", f"/{name}", f"/static/{name}", f"/static/../media/{name}", f"/static/..%2fmedia%2f{name}",
            default_storage.url(name), f"/exports/{name}", f"/files/{name}", f"/var/media/{name}", f"//{where}",
            f"/media//{where}",
        ]  # fmt: skip
        for user in (None, UserFactory(staff=True)):
            for guess in guesses:
                response = ask(user, guess)
                assert response.status_code in {301, 400, 404}, guess
                assert secret not in bytes_of(response)


def open_publicly(held: Held, body) -> Any:
    about = held.subject or stage_reference(held.release, "public")
    decision = decide(body, about, rule=STRICT)
    held.release.refresh_from_db()
    assert held.release.stage == "public"
    return decision


# A constitution is open to its members until it is public.
@pytest.mark.parametrize("held", [kind for kind in KINDS if kind != "constitution"], indirect=True)
def test_a_limited_release_opens_to_the_named_roles_and_nobody_else(held, body):
    people = outsiders(body.community)
    decide(body, stage_reference(held.release, "limited"), rule=STRICT)
    assert held.takes(people.pop("researcher")) == {200}
    shut_to(held, people)


def test_after_a_decision_for_exactly_its_hash_every_door_opens_to_everybody(held, body):
    open_publicly(held, body)
    for name, user in outsiders(body.community).items():
        assert held.takes(user) == {200}, name
    assert hashlib.sha256(bytes_of(ask(None, held.doors[0]))).hexdigest() == held.release.content_sha256
    page = ask(None, held.release.get_absolute_url()).content.decode()
    assert held.doors[0] in page
    files = ask(None, f"/api/v1/releases/{held.release.pk}/").json()["files"]
    assert held.doors[0] in {file["address"] for file in files}


def test_a_decision_for_other_bytes_opens_nothing(held, body):
    open_publicly(held, body)
    Release.objects.filter(pk=held.release.pk).update(content_sha256="0" * 64)
    people = outsiders(body.community)
    shut_to(held, {name: people[name] for name in ("visitor", "foreign admin")})


def test_a_serious_incident_shuts_every_door_to_everybody_and_its_end_opens_them_again(held, body, proposer):
    open_publicly(held, body)
    steward, staff = holders(body)[0], UserFactory(staff=True)
    report = {
        "community": body.community, "title": "It harms", "what_happened": "Like this.", "harm": "rights",
        "severity": "critical", "subjects": [artifact(held.release)],
    }  # fmt: skip
    unconfirmed = report_incident(key=uuid4(), **report).incident
    assert held.takes(None) == {200}, "what anybody can report freezes nothing before somebody has looked at it"
    triage(incident=unconfirmed, severity="critical", words="It does.", by=steward)
    shut_to(held, outsiders(body.community) | {"proposer": proposer.user, "steward": steward.user, "staff": staff})
    told = [ask(staff, door) for door in held.doors]
    assert all(unconfirmed.number in bytes_of(one).decode() for one in told)
    offer_remedy(incident=unconfirmed, remedy="It was mended.", by=steward)
    assert held.takes(None) == {403}
    answer_remedy(incident=unconfirmed, accepted=True)
    assert held.takes(None) == {200}


def test_nobody_scores_with_a_model_that_an_incident_freezes(body, proposer):
    found = make_trained(proposer)
    release = Release.objects.get(content_sha256=found.artifact_sha256)
    steward = holders(body)[0]
    reported = report_incident(
        key=uuid4(),
        community=body.community,
        title="It harms",
        what_happened="Like this.",
        harm="rights",
        severity="critical",
        subjects=[artifact(release)],
    ).incident
    assert request_scoring(reward_model=found, member=proposer, prompt="", texts=["One"]).pk
    triage(incident=reported, severity="critical", words="It does.", by=steward)
    with pytest.raises(Refused, match=reported.number):
        request_scoring(reward_model=found, member=proposer, prompt="", texts=["Two"])
    assert found.scorings.count() == 2, "the one of the factory, and the one before the incident was confirmed"


def test_an_api_key_opens_no_more_than_its_member_may(held, body):
    _, secret = make_api_key(member=MemberFactory(roles=list(Role.values)), name="elsewhere", scopes=["read"])
    shut_doors = [door for door in held.doors if door.startswith("/api/")]
    for door in shut_doors:
        assert ask(None, door, Authorization=f"Bearer {secret}").status_code in {403, 404}


def test_a_slate_that_is_before_the_stewards_is_not_read_over_rest_by_others(body, proposer):
    held = slate(body, proposer)
    other = MemberFactory(community=body.community, roles=[Role.RESEARCHER])
    address = f"/api/v1/aggregations/{held.doors[0].split('/')[2]}/"
    assert ask(other.user, address).json()["result"] is None
    assert "No decision" in ask(other.user, address).json()["why"]
    assert ask(proposer.user, address).json()["result"]
    decision = open_publicly(held, body)
    told = ask(other.user, address).json()
    assert told["result"]
    assert str(decision.pk) in told["approvals"][0]


def test_card_and_provenance_of_every_kind_name_decision_body_and_mandate(held, body):
    decision = open_publicly(held, body)
    release = held.release
    card = ask(None, reverse("governance:release-card", args=[release.pk])).content.decode()
    prov = ask(None, reverse("governance:release-provenance", args=[release.pk])).json()
    for told in (str(decision.pk), body.name, body.mandate, decision.bundle.sha256):
        assert told in card
    [activity] = [act for name, act in prov["activity"].items() if str(decision.pk) in name]
    assert activity["poly:mandate"] == body.mandate
    assert activity["poly:sha256"] == release.content_sha256
    assert activity["poly:tallySha256"] == decision.bundle.sha256
    assert any(agent.get("prov:label") == body.name for agent in prov["agent"].values())
    assert prov["wasAssociatedWith"]
    assert prov["actedOnBehalfOf"]
    entity = next(one for one in prov["entity"].values() if one.get("poly:sha256") == release.content_sha256)
    assert entity["prov:type"] == f"poly:{release.kind}"
    assert "Issued by" in card


def test_a_slates_own_card_names_who_approved_it(body, proposer):
    held = slate(body, proposer)
    card = held.doors[0].replace("/json/", "/card/")
    assert "Nobody has approved it yet" in bytes_of(ask(proposer.user, card)).decode()
    decision = open_publicly(held, body)
    told = bytes_of(ask(None, card)).decode()
    assert str(decision.pk) in told
    assert body.mandate in told
