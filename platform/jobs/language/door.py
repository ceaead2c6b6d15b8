"""Asking a language model's server: one row for each attempt, within the budget and the rate, again after a fault."""

import hashlib
import json
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import timedelta
from functools import cache
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings as site
from django.db import connection, transaction
from django.utils import timezone

from accounts.models import Community, Member
from jobs.kinds import Unfinishable
from jobs.language.budget import check_budget
from jobs.language.prompts import Prompt
from jobs.models import LanguageCall
from jobs.progress import Progress

if TYPE_CHECKING:
    import openai

ATTEMPTS = 3
FIRST_PAUSE = 1.0
LETTERS_A_TOKEN = 2  # fewer than any tokenizer needs, so that the estimate before a call is on the safe side
SALT = 7_062


@dataclass(frozen=True)
class Caller:
    """For whom a call is made.

    Attributes
    ----------
    community : whose budget it is taken from
    requested_by : who asked for the work
    purpose : what the answer is for, such as "aggregation: write a statement"
    progress : of the long work it belongs to; a cancel stops before the next attempt and while waiting
    share, message : what to report there
    """

    community: Community
    requested_by: Member | None
    purpose: str
    progress: Progress | None = None
    share: float = 0.0
    message: str = "Asking the language model"

    @property
    def job(self) -> UUID | None:
        """The long work."""
        return None if self.progress is None else self.progress.job_id

    def report(self) -> None:
        """Tell how far the work is, and stop where that is wished."""
        if self.progress is not None:
            self.progress.report(self.share, self.message)


@dataclass(frozen=True)
class Settings:
    """How the model is to answer; ``top_logprobs`` above 0 asks for the probabilities of that many tokens a place."""

    temperature: float = 0.0
    max_tokens: int = 200
    seed: int | None = 0
    top_logprobs: int = 0

    def wire(self) -> dict[str, Any]:
        """As the protocol words it."""
        asked: dict[str, Any] = {"temperature": self.temperature, "max_tokens": self.max_tokens}
        if self.seed is not None:
            asked["seed"] = self.seed
        if self.top_logprobs:
            asked |= {"logprobs": True, "top_logprobs": self.top_logprobs}
        return asked


Places = tuple[tuple[tuple[str, float], ...], ...]


@dataclass(frozen=True)
class Reply:
    """What came back.

    Attributes
    ----------
    text : the answer
    call : id of the row
    places : for each token of the answer the likeliest tokens with their log probabilities; empty where not given
    """

    text: str
    call: UUID
    places: Places = ()


def is_configured() -> bool:
    """Whether a language model's server is set up."""
    return bool(site.LLM_BASE_URL and site.LLM_MODEL)


def model_name() -> str:
    """What pages call the model that is asked."""
    return str(site.LLM_MODEL)


def chat(prompt: Prompt, values: Mapping[str, object], *, caller: Caller, settings: Settings | None = None) -> Reply:
    """Ask once, and again after a fault that passes.

    Raises
    ------
    Unfinishable
        If no server is configured, or it refuses or fails every attempt. The rows say what happened.
    OverBudget
        If more tokens may be needed than are left.
    jobs.progress.JobCancelled
        If a cancel was asked for.
    """
    if not is_configured():
        raise Unfinishable("No language model is set up on this site. Choose the extractive way instead.")
    import openai  # loads for more than a second, and no page needs it

    # What passes by itself: the network, a server that is starting or busy.
    passing = (openai.APIConnectionError, openai.APITimeoutError, openai.RateLimitError, openai.InternalServerError)
    how = settings or Settings()
    messages = prompt.messages(values)
    pause = FIRST_PAUSE
    for attempt in range(1, ATTEMPTS + 1):
        caller.report()
        row = _reserve(prompt, messages, caller, how, attempt)
        started = time.monotonic()
        try:
            answer = _client(site.LLM_BASE_URL, site.LLM_API_KEY, site.LLM_TIMEOUT).chat.completions.create(
                model=site.LLM_MODEL, messages=cast(Any, messages), **how.wire()
            )
            return _complete(row, answer, started)
        except openai.OpenAIError as problem:
            _fail(row, problem, started)
            if not isinstance(problem, passing) or attempt == ATTEMPTS:
                raise Unfinishable(
                    f"The language model did not answer ({type(problem).__name__}). What was done so far is kept."
                ) from problem
        _wait(pause, caller)
        pause *= 2
    raise AssertionError("every attempt either returns or raises")


@cache
def _client(address: str, key: str, seconds: float) -> "openai.OpenAI":
    import openai

    # The client's own retries would leave no row.
    return openai.OpenAI(base_url=address, api_key=key or "none", timeout=seconds, max_retries=0)


def _reserve(
    prompt: Prompt, messages: list[dict[str, str]], caller: Caller, how: Settings, attempt: int
) -> LanguageCall:
    """Write the row of a call that is about to be made; one at a time, so that two cannot spend the same tokens."""
    text = json.dumps(messages, sort_keys=True, ensure_ascii=False)
    tokens = len(text) // LETTERS_A_TOKEN + how.max_tokens
    parts = urlsplit(site.LLM_BASE_URL)
    while True:
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_xact_lock(%s)", [SALT])
            recent = LanguageCall.objects.filter(asked_at__gt=timezone.now() - timedelta(minutes=1))
            if recent.count() < site.LLM_CALLS_A_MINUTE:
                check_budget(caller.community, caller.job, tokens)
                return LanguageCall.objects.create(
                    community=caller.community,
                    requested_by=caller.requested_by,
                    job=caller.job,
                    purpose=caller.purpose,
                    server=f"{parts.scheme}://{parts.hostname}{f':{parts.port}' if parts.port else ''}{parts.path}",
                    model=site.LLM_MODEL,
                    settings=asdict(how),
                    prompt=prompt.name,
                    prompt_version=prompt.version,
                    prompt_sha256=prompt.sha256,
                    messages=messages,
                    messages_sha256=hashlib.sha256(text.encode()).hexdigest(),
                    attempt=attempt,
                    reserved_tokens=tokens,
                )
        _wait(1.0, caller)


def _complete(row: LanguageCall, answer: Any, started: float) -> Reply:
    choice = answer.choices[0]
    places: Places = ()
    if choice.logprobs is not None and choice.logprobs.content:
        places = tuple(
            tuple((top.token, float(top.logprob)) for top in place.top_logprobs) for place in choice.logprobs.content
        )
    row.answer = choice.message.content or ""
    row.token_probabilities = places or None
    row.outcome, row.seconds, row.reserved_tokens = LanguageCall.Outcome.ANSWERED, time.monotonic() - started, 0
    if answer.usage is not None:
        row.prompt_tokens, row.completion_tokens = answer.usage.prompt_tokens, answer.usage.completion_tokens
    row.save()
    return Reply(row.answer, row.pk, places)


def _fail(row: LanguageCall, problem: Exception, started: float) -> None:
    row.outcome, row.failure = LanguageCall.Outcome.FAILED, f"{type(problem).__name__}: {problem}"[:2000]
    row.seconds, row.reserved_tokens = time.monotonic() - started, 0
    row.save()


def _wait(seconds: float, caller: Caller) -> None:
    """Wait, learning every now and then whether the work should stop."""
    until = time.monotonic() + seconds
    while (left := until - time.monotonic()) > 0:
        time.sleep(min(left, 0.3))
        caller.report()
