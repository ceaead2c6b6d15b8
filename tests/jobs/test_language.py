"""The door to language models."""

import pytest
from django.urls import reverse

from accounts.models import Role
from jobs.kinds import Unfinishable
from jobs.language import Caller, OverBudget, Settings, chat, door, is_configured, load_prompt, used_this_month
from jobs.models import LanguageBudget, LanguageCall
from jobs.progress import JobCancelled
from tests.factories.accounts import MemberFactory
from tests.jobs.protocol import reply, told_server
from tests.progress import Watched

pytestmark = pytest.mark.django_db
PROMPT = load_prompt("tests.jobs.prompts", "greet", 1)


@pytest.fixture
def member():
    return MemberFactory(roles=[Role.RESEARCHER])


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    monkeypatch.setattr(door, "FIRST_PAUSE", 0.01)


def caller(member, progress=None):
    return Caller(community=member.community, requested_by=member, purpose="test: greet", progress=progress)


def configured(settings, address):
    settings.LLM_BASE_URL, settings.LLM_MODEL = address, "told"


def test_without_a_server_nothing_is_asked(member, settings):
    settings.LLM_BASE_URL = settings.LLM_MODEL = ""
    assert not is_configured()
    with pytest.raises(Unfinishable, match="No language model is set up"):
        chat(PROMPT, {"name": "Ada"}, caller=caller(member))
    assert not LanguageCall.objects.exists()


def test_a_call_is_one_row_that_says_everything(member, settings):
    asked = []

    def answer(body):
        asked.append(body)
        return reply("Hello Ada", places=[{"Hello": -0.1, "Hi": -2.4}])

    progress = Watched()
    with told_server(answer) as address:
        configured(settings, address)
        how = Settings(temperature=0.5, max_tokens=9, seed=3, top_logprobs=2)
        got = chat(PROMPT, {"name": "Ada"}, caller=caller(member, progress), settings=how)
    row = LanguageCall.objects.get()
    assert (got.text, got.call, got.places) == ("Hello Ada", row.pk, ((("Hello", -0.1), ("Hi", -2.4)),))
    assert asked[0]["messages"] == row.messages
    assert row.messages == [
        {"role": "system", "content": "You are brief."},
        {"role": "user", "content": "Greet Ada."},
    ]
    assert (asked[0]["temperature"], asked[0]["max_tokens"], asked[0]["seed"]) == (0.5, 9, 3)
    assert (row.outcome, row.tokens, row.reserved_tokens, row.job) == ("answered", 12, 0, progress.job_id)
    assert (row.prompt, row.prompt_version, row.prompt_sha256) == ("greet", 1, PROMPT.sha256)
    assert (row.community, row.requested_by, row.model) == (member.community, member, "told")


def test_a_fault_that_passes_is_tried_again_and_each_attempt_is_kept(member, settings):
    answers = [(500, {"error": {"message": "starting"}}), (429, {"error": {"message": "busy"}}), reply("Hello")]
    with told_server(lambda body: answers.pop(0)) as address:
        configured(settings, address)
        assert chat(PROMPT, {"name": "Ada"}, caller=caller(member)).text == "Hello"
    rows = LanguageCall.objects.order_by("attempt")
    assert [(row.attempt, row.outcome) for row in rows] == [(1, "failed"), (2, "failed"), (3, "answered")]


def test_a_refusal_is_not_repeated_and_loses_nothing(member, settings):
    answers = [reply("Hello"), (400, {"error": {"message": "no such model"}})]
    with told_server(lambda body: answers.pop(0)) as address:
        configured(settings, address)
        chat(PROMPT, {"name": "Ada"}, caller=caller(member))
        with pytest.raises(Unfinishable, match="did not answer"):
            chat(PROMPT, {"name": "Bob"}, caller=caller(member))
    assert sorted(LanguageCall.objects.values_list("outcome", "answer")) == [("answered", "Hello"), ("failed", "")]


def test_a_server_that_is_away_fails_with_a_row_for_each_attempt(member, settings):
    configured(settings, "http://127.0.0.1:9/v1")
    with pytest.raises(Unfinishable, match="APIConnectionError"):
        chat(PROMPT, {"name": "Ada"}, caller=caller(member))
    assert LanguageCall.objects.filter(outcome="failed").count() == door.ATTEMPTS


def test_the_budget_of_a_month_and_of_a_job_hold(member, settings):
    LanguageBudget.objects.create(community=member.community, tokens_a_month=1000, tokens_a_job=250)
    progress = Watched()
    with told_server(lambda body: reply("Hello", tokens=100)) as address:
        configured(settings, address)
        chat(PROMPT, {"name": "Ada"}, caller=caller(member, progress), settings=Settings(max_tokens=100))
        assert used_this_month(member.community) == 107
        with pytest.raises(OverBudget, match="250 tokens for one piece of work; 143 are left"):
            chat(PROMPT, {"name": "Ada"}, caller=caller(member, progress), settings=Settings(max_tokens=100))
        with pytest.raises(OverBudget, match="1,000 tokens a month; 893 are left"):
            chat(PROMPT, {"name": "Ada"}, caller=caller(member), settings=Settings(max_tokens=1000))
    assert LanguageCall.objects.count() == 1


def test_a_cancel_stops_before_the_next_call(member, settings):
    progress = Watched(reports=1)
    with told_server(lambda body: reply("Hello")) as address:
        configured(settings, address)
        chat(PROMPT, {"name": "Ada"}, caller=caller(member, progress))
        with pytest.raises(JobCancelled):
            chat(PROMPT, {"name": "Bob"}, caller=caller(member, progress))
    assert LanguageCall.objects.get().answer == "Hello"


def test_the_rate_waits(member, settings):
    settings.LLM_CALLS_A_MINUTE = 1
    with told_server(lambda body: reply("Hello")) as address:
        configured(settings, address)
        chat(PROMPT, {"name": "Ada"}, caller=caller(member))
        with pytest.raises(JobCancelled):  # a cancel also ends the waiting
            chat(PROMPT, {"name": "Bob"}, caller=caller(member, Watched(reports=3)))
    assert LanguageCall.objects.count() == 1


def test_pages_list_calls_to_those_who_may_read_them(member, client, settings):
    with told_server(lambda body: reply("Hello <b>Ada</b>")) as address:
        configured(settings, address)
        made = chat(PROMPT, {"name": "Ada"}, caller=caller(member)).call
    client.force_login(MemberFactory(community=member.community).user)
    assert client.get(reverse("jobs:language-call", args=[made])).status_code == 404
    client.force_login(member.user)
    assert "test: greet" in client.get(reverse("jobs:language")).content.decode()
    assert "Hello &lt;b&gt;Ada" in client.get(reverse("jobs:language-call", args=[made])).content.decode()
    assert client.get(reverse("jobs:language-budget", args=[member.community.slug])).status_code == 404
    client.force_login(MemberFactory(community=member.community, roles=[Role.ADMIN]).user)
    sent = {"tokens_a_month": "5", "tokens_a_job": "4"}
    assert client.post(reverse("jobs:language-budget", args=[member.community.slug]), sent).status_code == 302
    assert LanguageBudget.objects.get().tokens_a_month == 5
