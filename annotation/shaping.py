"""A data set from files in the shape of a study: questions with kinds, contents of items, stored values.

No database: from :class:`annotation.formats.dataset.Dataset` to plain values, so that what was answered comes back
unchanged.
"""

import json
from collections.abc import Callable, Collection, Mapping
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
PLACES = ("start", "end")  # an answer with both marks a passage


@dataclass(frozen=True)
class Shaped:
    """One question of a data set as a study asks it.

    Attributes
    ----------
    source : its name in the files
    name, kind, settings : as :class:`annotation.models.Question` has them
    target : the part of the item that it is about, where the files ask the same of several parts and its kind does not
    """

    source: str
    name: str
    kind: str
    settings: Mapping[str, Any]
    target: str = ""

    def stored(self, answer: Answer) -> Any:
        """The value as a response stores it."""
        if self.kind == "pairwise":
            strength = answer.extra.get("strength")
            return {"chosen": answer.value, "strength": strength if strength != "" else None}
        if self.kind == "rating":
            return {part_of(answer) or "item": {self.name: float(answer.value)}}
        if self.kind == "spans":
            places = {name: answer.extra[name] for name in PLACES}
            comment = str(answer.extra.get("comment") or "")
            return [{"in": part_of(answer), **places, "label": answer.value, "comment": comment}]
        if self.kind == "categories":
            return answer.value.split(",") if self.settings["multiple"] else [answer.value]
        return answer.value


def part_of(answer: Answer) -> str:
    """The part of the item that an answer is about; empty where it is the whole."""
    return str(answer.extra.get("target") or "")


def shape_questions(dataset: Dataset) -> dict[tuple[str, str], Shaped]:
    """A kind for each question and part of the items: the one that holds every value exactly as it was given."""
    pairs = {item.id for item in dataset.items if {"response_a", "response_b"} <= item.texts.keys()}
    values: dict[str, set[str]] = {}
    parts: dict[str, dict[str, None]] = {}
    only_pairs: dict[str, bool] = {}
    marked: dict[str, bool] = {}
    for answer in dataset.answers:
        source = answer.question
        values.setdefault(source, set()).add(answer.value)
        parts.setdefault(source, {})[part_of(answer)] = None
        only_pairs[source] = only_pairs.get(source, True) and answer.item in pairs
        marked[source] = marked.get(source, True) and all(type(answer.extra.get(n)) is int for n in PLACES)
    shaped: dict[tuple[str, str], Shaped] = {}
    taken: set[str] = set()
    for source, found in values.items():
        name = _free(source, taken)
        if marked[source]:
            options = [{"code": label, "text": label} for label in in_order(found)]
            kind, settings = "spans", dict[str, Any](options=options)
        else:
            kind, settings = _kind(dataset, source, name, found, only_pairs[source])
        settings["source_name"] = source
        if kind in ("rating", "spans"):
            taken.add(name)
            one = Shaped(source, name, kind, settings)
            shaped |= {(source, part): one for part in parts[source]}
            continue
        for part in parts[source]:
            name = _free(f"{source} {part}" if part else source, taken)
            taken.add(name)
            shaped[source, part] = Shaped(source, name, kind, {**settings, **({"target": part} if part else {})}, part)
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


def described(told: Mapping[str, Any]) -> dict[str, Any]:
    """Fields of an item among what was told of it, taken out of there where they fit; the rest is its provenance."""
    rest, fields = dict(told), dict[str, Any](domain="")
    for name, (key, fits) in _FIELDS.items():
        if name in rest and fits(rest[name]):
            fields[key] = rest.pop(name)
    return {**fields, "provenance": rest}


def with_models(content: dict[str, Any], told: dict[str, Any]) -> dict[str, Any]:
    """The content with which model wrote which response, where that was told by their letters."""
    models = told.get("models")
    letters = {str(response["id"]) for response in content.get("responses", ())}
    if not isinstance(models, Mapping) or not models or not models.keys() <= letters:
        return content
    told.pop("models")
    named = [{**one, **({"model": models[one["id"]]} if one["id"] in models else {})} for one in content["responses"]]
    return {**content, "responses": named}


def _is_text(most: int) -> Callable[[Any], bool]:
    return lambda held: isinstance(held, str) and 0 < len(held) <= most


def _is_list(held: Any) -> bool:
    return isinstance(held, list) and all(isinstance(one, str) and len(one) <= 200 for one in held)


# From the names in exported files to those of the model, with what fits.
_FIELDS: dict[str, tuple[str, Callable[[Any], bool]]] = {
    "domain": ("domain", _is_text(40)),
    "constraints": ("constraints", _is_list),
    "risk_tier": ("risk_tier", lambda held: held in ("low", "medium", "high")),
    "conflict_case": ("is_conflict_case", lambda held: held is True),
    "tensions": ("tensions", _is_list),
    "synthetic": ("is_synthetic", lambda held: held is True),
    "validated_by": ("validated_by", lambda held: type(held) is int and 0 <= held < 1000),
    "kind": ("kind", lambda held: held == "gold"),
}


def told_of_item(item: Item, people: Collection[str]) -> dict[str, Any]:
    """What the files say of an item besides, without what tells who answered it.

    A list with an entry for each of the people stands beside their answers already.

    Parameters
    ----------
    people : ids, in the files, of those who answered it
    """
    found = {name: _without(held, frozenset(people)) for name, held in item.extra.items()}
    return {name: held for name, held in found.items() if held is not None}


def _without(held: Any, people: frozenset[str]) -> Any:
    """What was held without ids of people and lists along them; None where nothing is left."""
    if isinstance(held, Mapping):
        kept = {str(k): _without(v, people) for k, v in held.items() if str(k) not in people}
        return {name: one for name, one in kept.items() if one is not None} or None
    if isinstance(held, list):
        along = len(held) == len(people) > 1
        return None if along or any(str(one) in people for one in held) else held
    if isinstance(held, str) and held and all(part.strip() in people for part in held.split(",")):
        return None
    return held


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
