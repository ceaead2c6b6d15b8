"""Conflict cases by a language model: personas argue from named values, a case with its tension comes out of it.

Such an item is marked synthetic, carries the transcript as its trace, and stays out of exports until as many people as
the study wants have validated it.
"""

import re
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db import transaction

from accounts.models import Member
from annotation.actions.items import NewItem, add_items
from annotation.errors import Refused
from annotation.models import Item, Study, Validation
from jobs.actions import request_job
from jobs.kinds import Unfinishable
from jobs.language import Caller, Prompt, Reply, Settings, chat, is_configured, load_prompt, model_name
from jobs.progress import Progress

ARGUE = load_prompt("annotation.prompts", "argue", 1)
CASE = load_prompt("annotation.prompts", "conflict_case", 1)
ANSWER = load_prompt("annotation.prompts", "answer_case", 1)
KIND = "write_conflict_case"
LEAST_VALUES, MOST_VALUES, MOST_ROUNDS = 2, 4, 3


@transaction.atomic
def request_conflict_case(
    *, study: Study, topic: str, values: Sequence[str], rounds: int, requested_by: Member | None
) -> UUID:
    """Ask for one case; returns the job's id.

    Raises
    ------
    Refused
        If no language model is set up, or the values do not make a conflict.
    """
    named = list(dict.fromkeys(value.strip() for value in values if value.strip()))
    if not is_configured():
        raise Refused("No language model is set up on this site.")
    if not LEAST_VALUES <= len(named) <= MOST_VALUES:
        raise Refused(f"Name {LEAST_VALUES} to {MOST_VALUES} different values.")
    if not topic.strip() or not 1 <= rounds <= MOST_ROUNDS:
        raise Refused(f"Name a subject, and 1 to {MOST_ROUNDS} rounds.")
    payload = {
        "study": study.pk,
        "topic": topic.strip(),
        "values": named,
        "rounds": rounds,
        "member": requested_by.pk if requested_by else None,
    }
    return request_job(
        kind=KIND,
        key=f"{study.pk}:{topic.strip()[:80]}:{'|'.join(named)[:100]}",
        payload=payload,
        community=study.community,
        requested_by=requested_by,
    )


def write_conflict_case(
    progress: Progress, *, study: int, topic: str, values: list[str], rounds: int, member: int | None
) -> dict[str, Any]:
    """Let the personas argue, then write the case, then let each answer it; a second run finds the item.

    Raises
    ------
    Unfinishable
        If no model answers, or its case is empty.
    """
    found = Study.objects.select_related("community").get(pk=study)
    name = f"synthetic-{progress.job_id}"
    address = f"/studies/{found.slug}/manage/items/"
    if found.items.filter(name=name).exists():
        return {"item": name, "address": address}
    asked_by = None if member is None else Member.objects.filter(pk=member).first()
    asking = _Asking(found, asked_by, progress, len(values) * (rounds + 1) + 1)
    transcript: list[dict[str, str]] = []
    for _ in range(rounds):
        for value in values:
            reply = asking.ask(ARGUE, {"value": value, "topic": topic, "said": _said(transcript)}, 0.8)
            transcript.append({"value": value, "text": reply.text.strip(), "call": str(reply.call)})
    written = asking.ask(CASE, {"topic": topic, "values": ", ".join(values), "said": _said(transcript)}, 0.7)
    request, tension = read_case(written.text)
    if not request:
        raise Unfinishable("The language model wrote no case. Try again, or name other values.")
    responses = []
    for letter, value in zip("abcd", values, strict=False):
        reply = asking.ask(ANSWER, {"value": value, "request": request}, 0.7)
        if reply.text.strip():
            responses.append({"id": letter, "text": reply.text.strip(), "model": model_name()})
    prompts = {prompt.name: prompt.version for prompt in (ARGUE, CASE, ANSWER)}
    described = {
        "is_synthetic": True,
        "is_conflict_case": True,
        "tensions": values,
        "provenance": {
            "source": "written by a language model",
            "model": model_name(),
            "topic": topic,
            "tension": tension,
            "transcript": transcript,
            "case_call": str(written.call),
            "prompts": prompts,
        },
    }
    content = {"turns": [{"role": "user", "content": request}], "responses": responses}
    _, refused = add_items(study=found, items=[NewItem(name, content, described=described)])
    if refused:
        raise Unfinishable(refused[0].reason)
    return {"item": name, "address": address}


def is_written_by_model(item: Item) -> bool:
    """Whether a language model wrote the item; such an item stays marked as synthetic for good."""
    return bool(item.provenance.get("case_call"))


def read_case(text: str) -> tuple[str, str]:
    """The request and its tension; without the word “Request:”, everything before the tension is the request."""
    parts = re.split(r"(?im)^\W*tension\W*?:\W*", text, maxsplit=1)
    request = re.sub(r"(?is)^.*?\brequest\W*?:\W*", "", parts[0], count=1)
    tension = parts[1].strip().splitlines()[0].strip() if len(parts) == 2 and parts[1].strip() else ""
    return request.strip().strip('“”"*').strip(), tension


class _Asking:
    """Asks for one study's case and tells how far that is."""

    def __init__(self, study: Study, member: Member | None, progress: Progress, calls: int) -> None:
        self.study, self.member, self.progress, self.calls, self.done = study, member, progress, calls, 0

    def ask(self, prompt: Prompt, values: dict[str, object], temperature: float) -> Reply:
        """One call, with a seed of its own."""
        caller = Caller(
            community=self.study.community,
            requested_by=self.member,
            purpose=f"conflict case for {self.study.slug}"[:200],
            progress=self.progress,
            share=self.done / self.calls,
            message=f"Asking {model_name()}",
        )
        self.done += 1
        return chat(
            prompt, values, caller=caller, settings=Settings(temperature=temperature, max_tokens=160, seed=self.done)
        )


def _said(transcript: Sequence[dict[str, str]]) -> str:
    return "\n".join(f"{one['value']}: {one['text']}" for one in transcript) or "(nothing yet)"


@transaction.atomic
def validate_item(*, item: Item, by: Member) -> Item:
    """A person vouches for a synthetic item; each counts once.

    Raises
    ------
    Refused
        If the item was not made by a program.
    """
    locked = _lock(item)
    _, is_new = Validation.objects.get_or_create(item=locked, member=by)
    return _count(locked, +1) if is_new else locked


@transaction.atomic
def take_back_validation(*, item: Item, by: Member) -> Item:
    """A person no longer vouches for a synthetic item.

    Raises
    ------
    Refused
        If the item was not made by a program.
    """
    locked = _lock(item)
    gone, _ = Validation.objects.filter(item=locked, member=by).delete()
    return _count(locked, -gone) if gone else locked


def _lock(item: Item) -> Item:
    locked = Item.objects.select_for_update(of=("self",)).select_related("study").get(pk=item.pk)
    if not locked.is_synthetic:
        raise Refused("Only an item that a program made needs to be validated.")
    return locked


def _count(item: Item, more: int) -> Item:
    """Keep how many people vouch; those who did before the item came here, in an imported file, count on."""
    item.validated_by = max(0, item.validated_by + more)
    item.save(update_fields=["validated_by"])
    return item
