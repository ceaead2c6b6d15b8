"""Generative runs with a language model behind the door."""

import uuid

import pytest
from django.urls import reverse

from accounts.models import Role
from aggregation.actions import writing
from aggregation.actions.aggregations import aggregate
from aggregation.models import Aggregation
from aggregation.sources import Choice, Question, Source, register
from jobs.language import Reply, door
from jobs.models import LanguageBudget, LanguageCall
from jobs.progress import JobCancelled
from tests.aggregation.pipelines.votes import planted
from tests.factories.accounts import MemberFactory
from tests.jobs.protocol import reply, told_server
from tests.progress import Watched

pytestmark = pytest.mark.django_db
PARAMETERS = {
    "process": "fish",
    "k": 2,
    "words": 8,
    "writer": "model",
    "sample": 4,
    "tries": 1,
    "held_out": 2,
    "budget": 30,
    "grouping": "opinion",
    "selection": {},
}


@pytest.fixture
def member(settings, monkeypatch):
    monkeypatch.setattr(door, "FIRST_PAUSE", 0.01)
    settings.LLM_MODEL, settings.LLM_CALLS_A_MINUTE = "told", 10_000
    found = MemberFactory(roles=[Role.RESEARCHER])

    class Planted:
        """Planted votes as a material."""

        choice = Choice("planted", "votes", "What shall we do?", found.community, "")

        def questions(self):
            return [Question("agreement", "Agreement", ("votes",))]

        def groupings(self):
            return list(planted()[0].people.groupings.values())

        def votes(self, question):
            return planted()[0]

    register(Source("planted", "Planted votes", lambda user: [Planted.choice], lambda user, key: Planted()))
    yield found
    from aggregation import sources

    sources._SOURCES.pop("planted")


def ask(member, progress=None, run=None, **more):
    asked = {"source": "planted", "material": "votes", "question": "agreement", "method": "generate", "seed": 1}
    parameters = PARAMETERS | more
    run = run or str(uuid.uuid4())
    aggregate(progress or Watched(), run=run, member=member.pk, parameters=parameters, title="Together", **asked)
    return Aggregation.objects.get(pk=run)


def answering(body):
    """Writes one sentence; judges by the digit 4 with some doubt."""
    if "one digit" in body["messages"][-1]["content"]:
        return reply("4", places=[{"4": -0.2, "5": -2.0, "3": -3.0}])
    return reply(f"We should all agree on number {body['seed']}.")


def test_a_run_with_a_model_is_logged_and_can_be_computed_again_without_asking(member, settings, client):
    with told_server(answering) as address:
        settings.LLM_BASE_URL = address
        found = ask(member)
        calls = LanguageCall.objects.count()
        again = str(uuid.uuid4())
        aggregate(Watched(), run=again, member=member.pk, again_of=str(found.pk))
    result = found.run.result
    assert result["writer"] == "told"
    assert result["calibration"]["n"] == 8
    assert calls >= 10
    assert LanguageCall.objects.count() == calls
    assert Aggregation.objects.get(pk=again).run.result == result
    assert set(LanguageCall.objects.values_list("purpose", flat=True)) == {f"aggregation {found.pk}"}
    client.force_login(member.user)
    page = client.get(found.get_absolute_url()).content.decode()
    assert "New statements were written and judged by told" in page
    assert "Round 2" in page


def test_a_cancel_keeps_what_was_answered_and_the_next_try_goes_on_from_there(member, settings):
    run = str(uuid.uuid4())
    with told_server(answering) as address:
        settings.LLM_BASE_URL = address
        with pytest.raises(JobCancelled):
            ask(member, Watched(reports=6), run=run)
        before = set(LanguageCall.objects.values_list("messages_sha256", flat=True))
        assert before
        ask(member, run=run)
    hashes = list(LanguageCall.objects.values_list("messages_sha256", flat=True))
    assert len(hashes) == len(set(hashes))
    assert before < set(hashes)


def test_a_model_that_fails_or_a_spent_budget_leaves_a_slate_from_the_pool(member, settings):
    with told_server(lambda body: (400, {"error": {"message": "no"}})) as address:
        settings.LLM_BASE_URL = address
        found = ask(member)
    assert {row["origin"] for row in found.run.result["slate"]} == {"pool"}
    assert any("brought nothing" in warning for warning in found.run.warnings)
    LanguageBudget.objects.create(community=member.community, tokens_a_month=10, tokens_a_job=10)
    spent = ask(member)
    assert any("asked no further" in warning for warning in spent.run.warnings)
    assert spent.run.result["slate"]


def test_a_rating_is_expected_over_rating_tokens():
    place = (("4", -0.6931471805599453), ("2", -1.3862943611198906), ("The", -1.4))
    assert writing.expected_rating(Reply("4", uuid.uuid4(), (place,))) == pytest.approx((4 * 0.5 + 2 * 0.25) / 0.75)
    assert writing.expected_rating(Reply("I say 3.", uuid.uuid4())) == 3
    assert writing.expected_rating(Reply("No idea", uuid.uuid4())) is None


def test_the_form_offers_the_model_only_where_there_is_one(client, settings):
    from aggregation.forms.slates import GenerateForm

    sent = {name: str(value) for name, value in PARAMETERS.items() if name not in {"selection", "grouping"}}
    sent |= {"key": str(uuid.uuid4()), "seed": "0"}
    question = Question("agreement", "Agreement", ("votes",))
    settings.LLM_BASE_URL = ""
    assert "writer" in GenerateForm(sent, groupings=[], question=question).errors
    settings.LLM_BASE_URL, settings.LLM_MODEL = "http://127.0.0.1:9/v1", "told"
    assert GenerateForm(sent, groupings=[], question=question).is_valid()


@pytest.mark.services
def test_a_slate_is_written_with_a_small_real_model_on_the_loopback(member, client, small_model):
    found = ask(member, held_out=2)
    result = found.run.result
    calls = LanguageCall.objects.all()
    assert {call.outcome for call in calls} == {"answered"}
    assert all(call.model == small_model and call.tokens > 0 for call in calls)
    judged = [call for call in calls if call.prompt == "judge_statement"]
    assert judged
    assert all(call.token_probabilities for call in judged)
    assert result["calibration"]["n"] > 0
    written = [row["text"] for row in result["candidates"] if row["origin"] == "written"]
    assert written
    assert sum(row["stands_for"] for row in result["slate"]) == 4
    client.force_login(member.user)
    assert client.get(reverse("jobs:language")).status_code == 200
