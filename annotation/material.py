"""Studies as material for aggregation and training: ratings, labels and comparisons of everybody who counts."""

# Shapes: P people, I items, R rows (one answer each).

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from aggregation.coded_groups import coded_groups
from aggregation.sources import (
    Choice,
    Grouping,
    Material,
    NotGiven,
    Option,
    Pairs,
    People,
    Question,
    Ratings,
    Reason,
    Shape,
)
from annotation.kinds import options_of, plain, texts_of
from annotation.kinds.pairwise import Pairwise
from annotation.kinds.rating import Rating
from annotation.models import Question as StudyQuestion
from annotation.models import Study
from annotation.queries.rows import AnswerRow, answer_rows, questions_of

KIND = "study"
Kind = StudyQuestion.Kind
MOST_OPTIONS = 101
ORDERED = {Kind.RATING, Kind.RANKING}


@dataclass(frozen=True)
class Judged:
    """Something that was judged: an item, or one response of it."""

    id: str
    text: str
    prompt: str
    origin: str
    domain: str
    tier: str


class StudyMaterial(Material):
    """One study: every answer that counts, without synthetic items that too few people have validated."""

    def __init__(self, study: Study) -> None:
        self.study = study
        self.choice = choice_of(study)

    def questions(self) -> Sequence[Question]:
        """One for each question and dimension that can be counted; free texts and spans cannot."""
        found: dict[str, Question] = {}
        for version in sorted(self._questions):
            for question in self._questions[version]:
                for column, title, options in _columns(question):
                    shapes: tuple[Shape, ...] = ("pairs",) if question.kind == Kind.PAIRWISE else ("ratings",)
                    found[column] = Question(column, title, shapes, options, ordered=question.kind in ORDERED)
        return list(found.values())

    def groupings(self) -> Sequence[Grouping]:
        """What people told about themselves and let be used for analysis."""
        return list(self._people.groupings.values())

    def ratings(self, question: str) -> Ratings:
        """Answers to one question, one a row; an answer that was only flagged is one that "cannot be said"."""
        asked = self._asked(question, "ratings")
        rows = [row for row in self._rows if row.column == question]
        judged, item_R = self._judged(rows, lambda row: [row.target])
        codes = [option.code for option in asked.options]
        value_of = {option.code: option.value for option in asked.options}
        numbers = [
            row.number if row.number is not None else value_of.get(row.value) if row.value else None for row in rows
        ]
        return Ratings(
            people=self._people,
            items=tuple(one.id for one in judged),
            texts=tuple(one.text for one in judged),
            prompts=tuple(one.prompt for one in judged),
            origins=tuple(one.origin for one in judged),
            person_R=self._persons(rows),
            item_R=item_R[:, 0] if len(rows) else np.empty(0, dtype=np.intp),
            value_R=np.array([np.nan if one is None else one for one in numbers], dtype=np.float64),
            code_R=tuple(row.value if row.value in codes else "" for row in rows),
            refused_R=np.array([row.number is None and not row.value for row in rows], dtype=np.bool_),
            options=asked.options,
            ordered=asked.ordered,
            strata={"domain": tuple(one.domain for one in judged), "risk_tier": tuple(one.tier for one in judged)},
        )

    def pairs(self, question: str) -> Pairs:
        """Which of the two responses people preferred; a tie and "both bad" are neither."""
        self._asked(question, "pairs")
        rows = [row for row in self._rows if row.column == question and row.value]
        judged, item_R = self._judged(rows, lambda row: list(Pairwise().pair(texts_of(self._contents[row.item_id]))))
        return Pairs(
            people=self._people,
            items=tuple(one.id for one in judged),
            texts=tuple(one.text for one in judged),
            prompts=tuple(one.prompt for one in judged),
            person_R=self._persons(rows),
            a_R=item_R[:, 0] if len(rows) else np.empty(0, dtype=np.intp),
            b_R=item_R[:, 1] if len(rows) else np.empty(0, dtype=np.intp),
            preferred_R=np.array([np.sign(row.number or 0) for row in rows], dtype=np.int8),
        )

    def reasons(self, question: str, items: Collection[str]) -> Sequence[Reason]:
        """The reasons that people who count gave for their answers about these items, or comparisons of them."""
        wanted = set(items)
        named = {name for item in wanted for name in (item, item.rpartition(":")[0]) if name}
        contents = dict(self.study.items.filter(name__in=named).values_list("pk", "content"))
        found = []
        for row in answer_rows(self.study, held_out=False, items=named):
            pairwise = row.kind == Kind.PAIRWISE
            if row.column != question or not row.why.strip() or not (pairwise or row.number is not None):
                continue
            responses = texts_of(contents[row.item_id]).responses
            targets = list(Pairwise().pair(texts_of(contents[row.item_id]))) if pairwise else [row.target]
            about = tuple(f"{row.item}:{target}" if target in responses else row.item for target in targets)
            if wanted.issuperset(about):
                value = float(np.sign(row.number or 0)) if pairwise else float(row.number or 0)
                found.append((about, row.rater, value, row.why.strip()))
        members = sorted({member for _, member, _, _ in found})
        groups = {one.key: one.labels() for one in coded_groups(np.array(members, dtype=np.int64))}
        levels = {
            member: {key: labels[place] for key, labels in groups.items() if labels[place]}
            for place, member in enumerate(members)
        }
        return [Reason(about, member, value, why, levels[member]) for about, member, value, why in found]

    def _asked(self, key: str, shape: Shape) -> Question:
        found = next((one for one in self.questions() if one.key == key and shape in one.shapes), None)
        if found is None:
            raise NotGiven(f"The study has no {shape} of a question “{key}”.")
        return found

    @cached_property
    def _questions(self) -> dict[int, list[StudyQuestion]]:
        return questions_of(self.study)

    @cached_property
    def _rows(self) -> list[AnswerRow]:
        return list(answer_rows(self.study, held_out=False))

    @cached_property
    def _contents(self) -> dict[int, Mapping[str, Any]]:
        return {pk: content for pk, content, _, _ in self._facts.values()}

    @cached_property
    def _facts(self) -> dict[int, tuple[int, Mapping[str, Any], str, str]]:
        listed = self.study.items.values_list("pk", "content", "domain", "risk_tier")
        return {row[0]: row for row in listed}

    @cached_property
    def _members(self) -> NDArray[np.int64]:
        return np.array(sorted({row.rater for row in self._rows}), dtype=np.int64)

    @cached_property
    def _people(self) -> People:
        ids = tuple(str(number) for number in range(1, len(self._members) + 1))
        return People(ids, self._members, {one.key: one for one in coded_groups(self._members)})

    def _persons(self, rows: Sequence[AnswerRow]) -> NDArray[np.intp]:
        return np.searchsorted(self._members, [row.rater for row in rows]).astype(np.intp)

    def _judged(self, rows: Sequence[AnswerRow], targets_of: Any) -> tuple[list[Judged], NDArray[np.intp]]:
        """What the rows are about, in the order of items, and each row's places in it."""
        place: dict[tuple[int, str], int] = {}
        judged: list[Judged] = []
        places = []
        for row in rows:
            found = []
            for target in targets_of(row):
                key = (row.item_id, target)
                if key not in place:
                    place[key] = len(judged)
                    judged.append(self._one(row, target))
                found.append(place[key])
            places.append(found)
        return judged, np.array(places, dtype=np.intp)

    def _one(self, row: AnswerRow, target: str) -> Judged:
        _, content, domain, tier = self._facts[row.item_id]
        responses = {str(one["id"]): one for one in content.get("responses", [])}
        turns = [str(turn["content"]) for turn in content.get("turns", [])]
        texts = [str(text["text"]) for text in content.get("texts", [])]
        prompt = "\n\n".join(turns)
        if target in responses:
            one = responses[target]
            return Judged(f"{row.item}:{target}", str(one["text"]), prompt, str(one.get("model", "")), domain, tier)
        said = [str(one["text"]) for one in responses.values()]
        text = "\n\n".join([*texts, *(said if len(said) == 1 else [])]) or prompt
        origins = [str(one.get("model", "")) for one in responses.values()]
        origin = origins[0] if len(origins) == 1 else ""
        return Judged(row.item, text, prompt if text != prompt else "", origin, domain, tier)


def _columns(question: StudyQuestion) -> list[tuple[str, str, tuple[Option, ...]]]:
    """The columns of a question that can be counted: name, title, options."""
    if question.kind == Kind.RATING:
        points = Rating().points(question.settings)
        options = tuple(Option(plain(p), plain(p), p) for p in points) if len(points) <= MOST_OPTIONS else ()
        dimensions = options_of(question.settings, "dimensions")
        if len(dimensions) == 1:
            return [(question.name, question.text, options)]
        return [(f"{question.name}.{code}", f"{question.text} {text}", options) for code, text in dimensions.items()]
    if question.kind == Kind.PAIRWISE:
        return [(question.name, question.text, ())]
    if question.kind == Kind.RANKING:
        return [(question.name, f"{question.text} (place)", ())]
    if question.kind in {Kind.CATEGORIES, Kind.SAFETY}:
        labels = options_of(question.settings)
        return [(question.name, question.text, tuple(Option(code, text) for code, text in labels.items()))]
    return []


def choice_of(study: Study) -> Choice:
    """The study as lists of material show it."""
    return Choice(KIND, study.slug, study.title, study.community, study.get_absolute_url())


def listed(user: Any) -> list[Choice]:
    """Studies the person runs that were opened."""
    found = Study.objects.run_by(user).exclude(status=Study.Status.DRAFT).select_related("community")
    return [choice_of(study) for study in found]


def find(user: Any, key: str) -> Material | None:
    """One study that the person runs."""
    found = Study.objects.run_by(user).exclude(status=Study.Status.DRAFT).select_related("community")
    study = found.filter(slug=key).first()
    return StudyMaterial(study) if study else None
