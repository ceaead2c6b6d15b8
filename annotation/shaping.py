"""A data set from files in the shape of a study: questions with kinds, contents of items, stored values.

No database: from :class:`annotation.formats.dataset.Dataset` to plain values, so that what was answered comes back
unchanged.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from string import ascii_lowercase
from typing import Any

from django.utils.text import slugify

from annotation.formats.dataset import Answer, Dataset, Item, are_numbers, in_order
from annotation.formats.pairs import VERDICTS
from annotation.kinds.base import plain

MOST_OPTIONS, LONGEST_OPTION = 60, 80
MOST_STEPS = 1000
NAME_LENGTH = 60


@dataclass(frozen=True)
class Shaped:
    """One question of a data set as a study asks it.

    Attributes
    ----------
    source : its name in the files
    name, kind, settings : as :class:`annotation.models.Question` has them
    """

    source: str
    name: str
    kind: str
    settings: Mapping[str, Any]

    def stored(self, answer: Answer) -> Any:
        """The value as a response stores it."""
        if self.kind == "pairwise":
            strength = answer.extra.get("strength")
            return {"chosen": answer.value, "strength": strength if strength != "" else None}
        if self.kind == "rating":
            target = str(answer.extra.get("target") or "item")
            return {target: {self.name: float(answer.value)}}
        if self.kind == "categories":
            return answer.value.split(",") if self.settings["multiple"] else [answer.value]
        return answer.value


def shape_questions(dataset: Dataset) -> list[Shaped]:
    """A kind for each question: the one that holds every value exactly as it was given."""
    pairs = {item.id for item in dataset.items if {"response_a", "response_b"} <= item.texts.keys()}
    values: dict[str, set[str]] = {}
    only_pairs: dict[str, bool] = {}
    for answer in dataset.answers:
        values.setdefault(answer.question, set()).add(answer.value)
        only_pairs[answer.question] = only_pairs.get(answer.question, True) and answer.item in pairs
    shaped: list[Shaped] = []
    for source, found in values.items():
        name = _free(source, {one.name for one in shaped})
        kind, settings = _kind(dataset, source, name, found, only_pairs[source])
        shaped.append(Shaped(source, name, kind, {**settings, "source_name": source}))
    return shaped


def shape_content(item: Item) -> dict[str, Any]:
    """The texts of an item as turns, responses and texts; an item without any shows its id."""
    content: dict[str, Any] = {}
    texts = dict(item.texts)
    prompt = texts.pop("prompt", None)
    if isinstance(prompt, list) and all(isinstance(turn, dict) and "content" in turn for turn in prompt):
        content["turns"] = [{"role": str(turn.get("role", "user")), "content": str(turn["content"])} for turn in prompt]
    elif prompt not in (None, ""):
        content["turns"] = [{"role": "user", "content": _as_text(prompt)}]
    letters = [letter for letter in ascii_lowercase if f"response_{letter}" in texts]
    responses = [(letter, texts.pop(f"response_{letter}")) for letter in letters]
    if not responses and "response" in texts:
        responses = [("a", texts.pop("response"))]
    if responses:
        content["responses"] = [{"id": letter, "text": _as_text(text)} for letter, text in responses]
    rest = [{"name": name, "text": _as_text(text)} for name, text in texts.items() if text not in (None, "")]
    if rest:
        content["texts"] = rest
    return content or {"texts": [{"name": "item", "text": item.id}]}


def told_of_item(item: Item) -> dict[str, Any]:
    """What the files say of an item besides: single values only, since lists may name the people who answered."""
    return {name: held for name, held in item.extra.items() if isinstance(held, str | int | float | bool)}


def _kind(dataset: Dataset, source: str, name: str, values: set[str], only_pairs: bool) -> tuple[str, dict[str, Any]]:
    if only_pairs and values <= set(VERDICTS):
        return "pairwise", {"strength": False, "tie": True, "both_bad": True}
    several = source in dataset.info.get("multiple", ())
    labels = in_order({label for value in values for label in (value.split(",") if several else [value])})
    scale = _scale(values)
    if scale is not None and not several and len(values) > 2:
        return "rating", {"dimensions": [{"code": name, "text": source}], **scale, "each_response": False}
    fits = len(labels) <= MOST_OPTIONS and all(len(label) <= LONGEST_OPTION for label in labels)
    if fits and (several or not any("," in label for label in labels)):
        return "categories", {"options": [{"code": one, "text": one} for one in labels], "multiple": several}
    return "text", {}


def _scale(values: set[str]) -> dict[str, float] | None:
    """The scale of whole numbers that all values lie on, where there is one."""
    if not are_numbers(values) or any(plain(float(value)) != value for value in values):
        return None
    numbers = [float(value) for value in values]
    if any(not number.is_integer() for number in numbers) or max(numbers) - min(numbers) > MOST_STEPS:
        return None
    return {"least": min(numbers), "most": max(numbers), "step": 1}


def _free(source: str, taken: set[str]) -> str:
    stem = slugify(source).replace("-", "_")[: NAME_LENGTH - 4] or "question"
    name, number = stem, 1
    while name in taken:
        number += 1
        name = f"{stem}_{number}"
    return name


def _as_text(held: Any) -> str:
    return held if isinstance(held, str) else json.dumps(held, ensure_ascii=False)
