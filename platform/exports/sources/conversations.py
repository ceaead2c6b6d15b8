"""A conversation as a data set: statements are the items, a vote is the answer to one question."""

from collections.abc import Iterator
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from django.db.models import Case, CharField, Exists, FilteredRelation, OuterRef, Q, QuerySet, TextField, Value, When
from django.db.models.functions import Cast

from accounts.models import Consent
from annotation.formats.tables import ANNOTATIONS
from deliberation.models import Conversation, Statement, Vote
from exports.copying import copy_batches
from exports.models import Export
from exports.sources.base import Asked, Clean, Source

QUESTION = "vote"
WORDS = {1: "agree", 0: "pass", -1: "disagree"}


class ConversationSource(Source):
    """Current votes on statements that were not rejected."""

    def __init__(self, conversation: Conversation) -> None:
        self.conversation = conversation

    def members(self) -> list[int]:
        return list(self._counted().order_by().values_list("member_id", flat=True).distinct())

    def questions(self) -> list[Asked]:
        return [Asked(QUESTION, self.conversation.title)]

    def item_texts(self) -> dict[str, bool]:
        return {"text": False}

    def items(self, export: Export, clean: Clean) -> Iterator[dict[str, Any]]:
        for statement in self._statements().order_by("number").iterator(chunk_size=2_000):
            place = "items" if statement.author_id is None else "answers"
            extra = {"seed": statement.is_seed, "meta": statement.is_meta, "moderated": statement.state}
            yield {"id": str(statement.number), "texts": {"text": clean(place, statement.text)}, "extra": extra}

    def answers(self, export: Export, clean: Clean) -> Iterator[pa.RecordBatch]:
        words = [When(value=value, then=Value(word)) for value, word in WORDS.items()]
        votes = (
            self._counted()
            .annotate(person=FilteredRelation("member__released_in", condition=Q(member__released_in__export=export)))
            .filter(person__isnull=False)
            .annotate(
                said=Case(*words, output_field=CharField()),
                item=Cast("statement__number", TextField()),
                important=Case(When(is_important=True, then=Value("y")), default=Value("")),
            )
            .order_by("statement__number", "person__pseudonym")
        )
        columns = ("item_id", "rater_id", "value", "important")
        for batch in copy_batches(votes.values_list("item", "person__pseudonym", "said", "important"), columns):
            yield _as_annotations(batch)

    def free_texts(self) -> Iterator[tuple[str, str]]:
        for text, author in self._statements().values_list("text", "author").iterator(chunk_size=2_000):
            yield ("items" if author is None else "answers"), text

    def left_out(self) -> dict[str, int]:
        everyone = Vote.objects.filter(conversation=self.conversation).order_by().values("member").distinct()
        return {
            "people who are banned or took back their consent": everyone.count() - len(self.members()),
            "statements that were rejected": self.conversation.statements.filter(
                state=Statement.State.REJECTED
            ).count(),
        }

    def about(self) -> dict[str, str]:
        return {
            "collection": "People voted agree, disagree or pass on statements, most of which other participants wrote.",
            "collection_type": "Others",
            "protocol": f"Question: {self.conversation.title}\n\n{self.conversation.description}".strip(),
            "raw_data": "Statements by participants and organisers.",
            "timeframe": timeframe(self.conversation.opened_at, self.conversation.closed_at),
        }

    @property
    def is_synthetic(self) -> bool:
        return self.conversation.is_synthetic or self.conversation.community.is_synthetic

    def _statements(self) -> QuerySet[Statement]:
        return self.conversation.statements.exclude(state=Statement.State.REJECTED)

    def _counted(self) -> QuerySet[Vote]:
        """Votes of everyone who is neither banned nor has taken back their consent."""
        consents = Consent.objects.filter(member=OuterRef("member"))
        withdrawn = Exists(consents.exclude(withdrawn_at=None)) & ~Exists(consents.filter(withdrawn_at=None))
        votes = Vote.objects.filter(conversation=self.conversation, member__banned_at=None)
        return votes.exclude(statement__state=Statement.State.REJECTED).exclude(withdrawn)


def timeframe(first: Any, last: Any) -> str:
    """From the first to the last month; days would be too exact."""
    moments = [moment for moment in (first, last) if moment is not None]
    return " to ".join(f"{moment:%Y-%m}-01" for moment in moments)


def _as_annotations(batch: pa.RecordBatch) -> pa.RecordBatch:
    rows = batch.num_rows
    said = batch.column("value")
    number = pc.choose(pc.index_in(said, pa.array(["agree", "pass", "disagree"])), 1.0, 0.0, -1.0)
    extra = pc.if_else(pc.equal(batch.column("important"), "y"), '{"important": true}', "")
    empty = pa.array([[]] * rows, pa.list_(pa.string()))
    columns = {
        "item_id": batch.column("item_id"),
        "rater_id": batch.column("rater_id"),
        "question": pa.repeat(QUESTION, rows),
        "target": pa.repeat("", rows),
        "value": said,
        "value_number": number,
        "labels": empty,
        "justifications": empty,
        "flags": empty,
        "extra": extra,
    }
    return pa.RecordBatch.from_pydict(columns, schema=ANNOTATIONS)
