"""Plainer words from a language model: asked for in a job, always beside the original, and taken only by a person."""

import uuid
from typing import Any

import pytest
from django.test import Client

from accounts.models import Member, Role
from governance.actions.drafting import reword
from governance.models import Candidate, Clause
from jobs.language import door
from jobs.models import LanguageCall, OutboxMessage
from tests.factories.accounts import MemberFactory
from tests.governance.constitutions import drafted
from tests.jobs.protocol import reply, told_server
from tests.progress import Watched

pytestmark = pytest.mark.django_db
ORIGINAL = "An assistant shall, insofar as feasible, disclose the extent of its own uncertainty."


@pytest.fixture
def steward(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Member:
    monkeypatch.setattr(door, "FIRST_PAUSE", 0.01)
    settings.LLM_MODEL, settings.LLM_CALLS_A_MINUTE = "told", 10_000
    return MemberFactory(roles=[Role.STEWARD])


@pytest.fixture
def candidate(steward: Member) -> Candidate:
    made = drafted(steward.community)
    return Candidate.objects.create(constitution=made, text=ORIGINAL, source_type="note", source_id="1")


def send(client: Client, candidate: Candidate, **given: str) -> str:
    """Press a button of the candidate's; the page that follows."""
    address = f"/constitutions/{candidate.constitution.slug}/candidates/{candidate.pk}/"
    return client.post(address, {"key": str(uuid.uuid4()), **given}, follow=True).content.decode()


def run(wish: OutboxMessage) -> None:
    """What the worker does with the wish."""
    assert wish.kind == "governance.reword"
    reword(Watched(), **wish.payload)


def test_the_models_words_stand_beside_the_original_and_a_person_takes_them(
    client: Client, steward: Member, candidate: Candidate, settings: Any
) -> None:
    client.force_login(steward.user)
    with told_server(lambda body: reply("Say how sure you are.")) as address:
        settings.LLM_BASE_URL = address
        assert "The language model is asked" in send(client, candidate, do="reword")
        run(OutboxMessage.objects.get())
    page = client.get(f"/constitutions/{candidate.constitution.slug}/candidates/").content.decode()
    assert ORIGINAL in page
    assert "<strong>Worded by told:</strong> Say how sure you are." in page
    assert not Clause.objects.filter(text="Say how sure you are.").exists()
    send(client, candidate, do="take", text="Say how sure you are.")
    clause = Clause.objects.get(text="Say how sure you are.")
    page = client.get(clause.principle.get_absolute_url()).content.decode()
    assert f"“{ORIGINAL}”" in page
    assert "told, a language model, was asked for plainer words: “Say how sure you are.”" in page


def test_without_a_model_nothing_is_asked(client: Client, steward: Member, candidate: Candidate, settings: Any) -> None:
    settings.LLM_BASE_URL = ""
    client.force_login(steward.user)
    assert "No language model is set up" in send(client, candidate, do="reword")
    assert (
        "Ask for plainer words"
        not in client.get(f"/constitutions/{candidate.constitution.slug}/candidates/").content.decode()
    )
    assert not OutboxMessage.objects.exists()


def test_what_was_dealt_with_meanwhile_keeps_its_words(steward: Member, candidate: Candidate, settings: Any) -> None:
    Candidate.objects.update(state=Candidate.State.DISMISSED)
    with told_server(lambda body: reply("Say how sure you are.")) as address:
        settings.LLM_BASE_URL = address
        reword(Watched(), candidate=candidate.pk, requested_by=steward.pk)
    candidate.refresh_from_db()
    assert (candidate.text, candidate.reworded) == (ORIGINAL, "")


@pytest.mark.services
def test_a_small_real_model_on_the_loopback_words_it(
    client: Client, steward: Member, candidate: Candidate, small_model: str
) -> None:
    client.force_login(steward.user)
    send(client, candidate, do="reword")
    run(OutboxMessage.objects.get())
    candidate.refresh_from_db()
    assert (candidate.text, candidate.reworded_by) == (ORIGINAL, small_model)
    assert candidate.reworded
    call = LanguageCall.objects.get()
    assert (call.outcome, ORIGINAL in str(call.messages)) == ("answered", True)
    page = client.get(f"/constitutions/{candidate.constitution.slug}/candidates/").content.decode()
    assert ORIGINAL in page
    assert f"Worded by {small_model}:" in page
