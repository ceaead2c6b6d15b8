"""The writer of generative runs that asks the site's language model; what it answered before is not asked again."""

import hashlib
import json
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from uuid import UUID

from accounts.models import Community, Member
from aggregation.pipelines.generate import WriterFailed
from jobs.kinds import Unfinishable
from jobs.language import Caller, OverBudget, Prompt, Reply, Settings, chat, load_prompt, model_name
from jobs.models import LanguageCall
from jobs.progress import Progress

WRITE = load_prompt("aggregation.prompts", "write_statement", 1)
JUDGE = load_prompt("aggregation.prompts", "judge_statement", 1)
RATINGS = (1, 2, 3, 4, 5)
LEAST_MASS = 0.01
"""Probability that the likeliest tokens must give to digits together before their expectation is taken."""


class LanguageWriter:
    """GEN and DISC by the site's language model, for one run."""

    def __init__(
        self, *, community: Community, member: Member | None, run: UUID, question: str, progress: Progress | None
    ) -> None:
        self.name = model_name()
        self._question = question
        self._caller = Caller(
            community=community,
            requested_by=member,
            purpose=f"aggregation {run}",
            progress=progress,
            share=0.1,
            message=f"Asking {self.name}",
        )
        self._spent: str = ""

    def write(self, agreed: Sequence[str], disagreed: Sequence[str], *, words: int, seed: int) -> str:
        """One new statement."""
        values = {
            "question": self._question,
            "agreed": _listed(agreed),
            "disagreed": _listed(disagreed),
            "words": words,
        }
        reply = self._ask(WRITE, values, Settings(temperature=0.7, max_tokens=4 * words, seed=seed))
        lines = [line.strip().strip("\"“”'") for line in reply.text.splitlines() if line.strip()]
        return " ".join(lines[0].split()[: 2 * words]) if lines else ""

    def judge(self, agreed: Sequence[str], disagreed: Sequence[str], statement: str) -> float:
        """The expected rating over the rating tokens, or the digit of the answer, from 0 to 1."""
        values = {"agreed": _listed(agreed), "disagreed": _listed(disagreed), "statement": statement}
        reply = self._ask(JUDGE, values, Settings(temperature=0.0, max_tokens=3, top_logprobs=20))
        rating = expected_rating(reply)
        if rating is None:
            raise WriterFailed("some judgments of the language model held no rating and were left out")
        return (rating - RATINGS[0]) / (RATINGS[-1] - RATINGS[0])

    def _ask(self, prompt: Prompt, values: Mapping[str, object], how: Settings) -> Reply:
        if self._spent:
            raise WriterFailed(self._spent)
        kept = self._kept(prompt, values, how)
        if kept is not None:
            return kept
        try:
            return chat(prompt, values, caller=self._caller, settings=how)
        except OverBudget as reason:
            self._spent = f"the language model was asked no further: {reason}"
            raise WriterFailed(self._spent) from reason
        except Unfinishable as reason:
            raise WriterFailed(f"a call to the language model brought nothing: {reason}") from reason

    def _kept(self, prompt: Prompt, values: Mapping[str, object], how: Settings) -> Reply | None:
        """The answer to the same question within this run, from before a failure or a restart of the worker."""
        text = json.dumps(prompt.messages(values), sort_keys=True, ensure_ascii=False)
        row = LanguageCall.objects.filter(
            community=self._caller.community,
            purpose=self._caller.purpose,
            prompt_sha256=prompt.sha256,
            messages_sha256=hashlib.sha256(text.encode()).hexdigest(),
            settings=asdict(how),
            outcome=LanguageCall.Outcome.ANSWERED,
        ).first()
        if row is None:
            return None
        places = tuple(tuple((str(t), float(p)) for t, p in place) for place in row.token_probabilities or [])
        return Reply(row.answer, row.pk, places)


def expected_rating(reply: Reply) -> float | None:
    """The mean of the ratings 1 to 5 under the probabilities of the first place that has digits; else the digit."""
    for place in reply.places:
        mass: dict[int, float] = {}
        for token, logprob in place:
            if token.strip() in {str(rating) for rating in RATINGS}:
                mass[int(token)] = mass.get(int(token), 0.0) + math.exp(logprob)
        if sum(mass.values()) >= LEAST_MASS:
            return sum(rating * p for rating, p in mass.items()) / sum(mass.values())
    digit = re.search(r"[1-5]", reply.text)
    return float(digit.group()) if digit else None


def _listed(texts: Sequence[str]) -> str:
    return "\n".join(f"- {text}" for text in texts) or "- (nothing yet)"
