"""A study as a data set: one row for each thing that one person said of one item."""

import json
from collections.abc import Iterator, Mapping
from contextlib import closing
from typing import Any

import pyarrow as pa
from django.contrib.postgres.aggregates import JSONBAgg
from django.db.models import (
    Case,
    F,
    FilteredRelation,
    JSONField,
    Max,
    Min,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    When,
)

from annotation.gathered import beside_each
from annotation.kinds import FLAGS, KINDS, Fact, Texts, texts_of
from annotation.models import ImportedRater, Item, Question, Response, ResponseEvent, Study
from annotation.queries import questions_of
from exports.beside import cleaned, columns_kept, flat, only, texts_in
from exports.copying import copy_rows
from exports.models import Export
from exports.sources.base import NOBODY, Asked, Clean, Source, batches_of
from exports.sources.content import InOrder, ids_in_order, names_of, renamed, texts_named
from exports.sources.conversations import timeframe

_encode = json.JSONEncoder(ensure_ascii=False).encode  # one for all rows: `json.dumps` makes one each time


class StudySource(Source):
    """Answers that count, to items that may leave."""

    def __init__(self, study: Study) -> None:
        self.study = study

    def members(self) -> list[int]:
        return list(self._counted().order_by().values_list("member_id", flat=True).distinct())

    def nobody(self) -> set[int]:
        unknown = ImportedRater.objects.filter(study=self.study, is_unknown=True)
        return set(unknown.values_list("member_id", flat=True))

    def questions(self) -> list[Asked]:
        found: dict[str, Asked] = {}
        for questions in questions_of(self.study).values():
            for question in questions:
                name = exported_name(question)
                multiple = question.kind == Question.Kind.CATEGORIES and bool(question.settings.get("multiple"))
                kind = question.kind
                is_text, is_pairwise = kind == Question.Kind.TEXT, kind == Question.Kind.PAIRWISE
                found[name] = Asked(name, question.text, multiple, is_text, is_pairwise)
        return list(found.values())

    def item_texts(self) -> dict[str, bool]:
        names: dict[str, bool] = {}
        for content in self._items().values_list("content", flat=True).iterator(chunk_size=2_000):
            for name, is_turns in names_of(content).items():
                names[name] = names.get(name, False) or is_turns
        return names

    def items(self, export: Export, clean: Clean) -> Iterator[dict[str, Any]]:
        kept = columns_kept(export, "items") | _OWN
        for item in self._items().iterator(chunk_size=2_000):
            texts = texts_named(item.content, lambda text: clean("items", text))
            extra = {name: cleaned(held, "items", clean) for name, held in only(_beside(item), kept).items()}
            yield {"id": item.name, "texts": texts, "extra": extra}

    def answers(self, export: Export, clean: Clean) -> Iterator[pa.RecordBatch]:
        return batches_of(self._rows(export, clean))

    def free_texts(self) -> Iterator[tuple[str, str]]:
        for content, provenance in self._items().values_list("content", "provenance").iterator(chunk_size=2_000):
            for text in (*texts_of(content).passages.values(), *texts_in(provenance)):
                yield "items", text
        kinds = {
            (version, question.name): question.kind
            for version, questions in questions_of(self.study).items()
            for question in questions
        }
        for version, answers in self._counted().values_list("version_id", "answers").iterator(chunk_size=2_000):
            for name, answer in answers.items():
                yield from (("answers", text) for text in _own_words(answer, kinds.get((version, name), "")))

    def beside(self) -> Iterator[tuple[str, str, Any]]:
        for item in self._items().iterator(chunk_size=2_000):
            told = {name: held for name, held in _beside(item).items() if name not in _OWN}
            yield from (("items", name, held) for name, held in flat(told))
        if not ImportedRater.objects.filter(study=self.study).exists():
            return
        for answers in self._counted().values_list("answers", flat=True).iterator(chunk_size=2_000):
            for answer in answers.values():
                for told in (answer, *(answer.get("parts") or {}).values()):
                    yield from (("answers", name, held) for name, held in (told.get("extra") or {}).items())

    def names_of_people(self) -> frozenset[str]:
        named = ImportedRater.objects.filter(study=self.study, is_unknown=False)
        return frozenset(named.values_list("name", flat=True))

    def left_out(self) -> dict[str, int]:
        given = Response.objects.filter(study=self.study)
        data = given.filter(item__kind__in=[Item.Kind.WORK, Item.Kind.GOLD])
        held = Item.objects.filter(study=self.study).collected().exclude(pk__in=self._items().values("pk"))
        counted = given.counted()
        return {
            "answers to training items and attention checks": given.count() - data.count(),
            "answers that were discarded": data.filter(state=Response.State.DISCARDED).count(),
            "answers of people who are banned, excluded or took back their consent": (
                data.filter(state=Response.State.ACCEPTED).count() - counted.count()
            ),
            "synthetic items that too few people have validated": held.count(),
            "answers to these synthetic items": counted.filter(item__in=held).count(),
        }

    def about(self) -> dict[str, str]:
        asked = "\n".join(f"* {question.name}: {question.text}" for question in self.questions())
        dates = self._counted().aggregate(first=Min("created_at"), last=Max("created_at"))
        study = self.study
        pay = ""
        if study.hourly_cents:
            pay = f" Each accepted answer was paid; about {study.hourly_cents / 100:.2f} {study.currency} an hour."
        consent = study.consent or "The consent text of the community."
        return {
            "motivation": study.summary,
            "collection": "People answered questions about items, each blind to what others answered."
            f" {study.get_policy_display()} came next; {study.responses_per_item} answers were wanted for each.",
            "collection_type": "Manual Human Curator",
            "protocol": "\n\n".join(part for part in (study.guidelines, asked) if part),
            "recruitment": f"By invitation of the community.{pay}",
            "consent": consent,
            "timeframe": timeframe(dates["first"], dates["last"]),
        }

    @property
    def is_synthetic(self) -> bool:
        return self.study.is_synthetic or self.study.community.is_synthetic

    def _items(self) -> QuerySet[Item]:
        return Item.objects.filter(study=self.study).released().order_by("number", "id")

    def _counted(self) -> QuerySet[Response]:
        released = Item.objects.filter(study=self.study).released()
        return Response.objects.filter(study=self.study, item__in=released).counted()

    def _rows(self, export: Export, clean: Clean) -> Iterator[dict[str, Any]]:
        questions = {
            version: [(question, exported_name(question)) for question in asked]
            for version, asked in questions_of(self.study).items()
        }
        contents = InOrder(self._items().values_list("pk", "content").iterator(chunk_size=2_000))
        responses = (
            self._counted()
            .annotate(person=FilteredRelation("member__released_in", condition=Q(member__released_in__export=export)))
            .filter(person__isnull=False)
            .order_by("item__number", "item_id", "person__pseudonym")
        )
        kept = columns_kept(export, "answers") | _HARMLESS
        seen, texts, ids = "", Texts({}, {}), dict[str, str]()
        orders: dict[str, dict[str, Any]] = {}
        fields = ("item_id", "item__name", "person__pseudonym", "answers", "order_shown", "seconds", "version_id")
        rows = responses.annotate(earlier=_earlier()).values_list(*fields, "earlier")
        with closing(contents):
            for number, item, person, answers, order, seconds, version, earlier in copy_rows(rows):
                person = "" if person.startswith(NOBODY) else person
                if number != seen:  # the answers to one item follow one another
                    content = contents.of(int(number))
                    seen, texts, ids = number, texts_of(content), ids_in_order(content)
                    orders = {}
                if order not in orders:
                    orders[order] = _shown(json.loads(order), ids)
                beside = orders[order] if seconds is None else {**orders[order], "seconds": round(float(seconds))}
                given = json.loads(answers)
                before = json.loads(earlier) if earlier else []
                for question, name in questions[int(version)]:
                    if (answer := given.get(question.name)) is not None:
                        former = [one[question.name] for one in before if question.name in one]
                        yield from _facts(question, name, answer, former, texts, ids, item, person, beside, kept, clean)


def _earlier() -> Case:
    """Everything that was answered before, oldest first, as JSON; nothing where the answer was never changed."""
    kinds = [ResponseEvent.Kind.GIVEN, ResponseEvent.Kind.CHANGED]
    events = ResponseEvent.objects.filter(response=OuterRef("pk"), kind__in=kinds).order_by()
    listed = events.values("response").values(all=JSONBAgg("answers", order_by=["happened_at", "id"]))
    return Case(When(changed_at__gt=F("created_at"), then=Subquery(listed)), default=None, output_field=JSONField())


def exported_name(question: Question) -> str:
    """What the question is called in files: as in the file it came from, or its own name."""
    return str(question.settings.get("source_name") or question.name)


def _facts(
    question: Question,
    name: str,
    answer: Mapping[str, Any],
    former: list[Mapping[str, Any]],
    texts: Texts,
    ids: Mapping[str, str],
    item: str,
    person: str,
    beside: dict[str, Any],
    kept: frozenset[str],
    clean: Clean,
) -> Iterator[dict[str, Any]]:
    several = question.kind == Question.Kind.CATEGORIES and question.settings.get("multiple")
    before = _former_values(question, former, texts, ids) if former else {}
    of_question = str(question.settings.get("target", ""))
    for fact, told in beside_each(question.kind, answer, _said(question, answer, texts)):
        extra = dict(beside)
        if held := told.get("extra"):
            extra |= {key: cleaned(one, "answers", clean) for key, one in held.items() if key in kept}
        if told.get("confidence") is not None:
            extra["confidence"] = told["confidence"]
        extra |= {key: one for key, one in fact.extra.items() if one is not None and key not in _DERIVED}
        if "comment" in extra:
            extra["comment"] = clean("answers", str(extra["comment"]))
        words = clean("answers", fact.value) if question.kind == Question.Kind.TEXT else ids.get(fact.value, fact.value)
        changes = [one for one in before.get((fact.dimension, fact.target), ()) if one != words]
        if changes:
            extra["earlier"] = changes
        why = told.get("why") or ""
        reasons = told.get("reasons") or ([why] if why else [])
        yield {
            "item_id": item,
            "rater_id": person,
            "question": f"{name}.{fact.dimension}" if fact.dimension else name,
            "target": ids.get(fact.target, fact.target) or of_question,
            "value": words,
            "value_number": fact.number,
            "labels": list(fact.labels) if several or fact.dimension == "harms" else [],
            "justifications": [clean("answers", reason) for reason in reasons],
            "flags": _flags(told.get("flags") or {}, clean),
            "extra": _encode(extra) if extra else "",
        }


def _said(question: Question, answer: Mapping[str, Any], texts: Texts) -> list[Fact]:
    value = answer.get("value")
    return [Fact("")] if value is None else KINDS[question.kind].facts(value, question.settings, texts)


def _former_values(
    question: Question, former: list[Mapping[str, Any]], texts: Texts, ids: Mapping[str, str]
) -> dict[tuple[str, str], list[str]]:
    """What was answered before a change, by dimension and target; own words that were taken back stay here."""
    found: dict[tuple[str, str], list[str]] = {}
    if question.kind in (Question.Kind.TEXT, Question.Kind.SPANS):
        return found
    for answer in former:
        for fact in _said(question, answer, texts):
            values = found.setdefault((fact.dimension, fact.target), [])
            value = ids.get(fact.value, fact.value)
            if value and (not values or values[-1] != value):
                values.append(value)
    return found


def _flags(given: Mapping[str, str], clean: Clean) -> list[str]:
    """What the person marked, each with what they added in words; in the order of the page."""
    ordered = sorted(given, key=lambda key: (list(FLAGS).index(key) if key in FLAGS else len(FLAGS), key))
    names = {key: FLAGS.get(key, key).lower() for key in ordered}
    return [f"{names[key]}: {clean('answers', given[key])}" if given[key] else names[key] for key in ordered]


# Of what stood beside an answer in an imported file; for anything else a person decides.
_HARMLESS = frozenset({"weight", "strength"})
_DERIVED = frozenset({"chosen_text", "text", "in", "label"})  # stands in the items or in the row already


def _shown(order: Mapping[str, Any], ids: Mapping[str, str]) -> dict[str, Any]:
    """In which order the person saw the responses."""
    return {"order_shown": [ids.get(id_, id_) for id_ in order["responses"]]} if order.get("responses") else {}


def _beside(item: Item) -> dict[str, Any]:
    """What is told of an item besides its texts."""
    found = {
        "kind": item.kind if item.kind != Item.Kind.WORK else "",
        "domain": item.domain,
        "constraints": item.constraints,
        "risk_tier": item.risk_tier,
        "conflict_case": item.is_conflict_case,
        "tensions": item.tensions,
        "synthetic": item.is_synthetic,
        "validated_by": item.validated_by if item.is_synthetic else 0,
        **{f"provenance_{key}" if key in _OWN else key: held for key, held in item.provenance.items()},
    }
    models = {name: r["model"] for r, name in renamed(item.content) if r.get("model")}
    ids = {name: r["id"] for r, name in renamed(item.content) if r["id"] != name}
    found |= {"models": models, "response_ids": ids}
    return {key: held for key, held in found.items() if held not in ("", [], {}, False, 0, None)}


_OWN = frozenset(
    {"kind", "domain", "constraints", "risk_tier", "conflict_case", "tensions", "synthetic", "models", "response_ids"}
)


def _own_words(answer: Mapping[str, Any], kind: str) -> Iterator[str]:
    """Everything in an answer that the person wrote, and every text that a file held beside it."""
    for told in (answer, *(answer.get("parts") or {}).values()):
        if told.get("why"):
            yield told["why"]
        yield from (text for text in (told.get("flags") or {}).values() if text)
        yield from texts_in(told.get("extra"))
    value = answer.get("value")
    if kind == Question.Kind.TEXT and value:
        yield str(value)
    elif kind == Question.Kind.SPANS and value:
        yield from (span["comment"] for span in value if span.get("comment"))
