"""PRISM (Kirk et al. 2024): people from a survey, their scores of model responses, and what they say of a conversation.

A folder with ``survey.jsonl`` (one person per line), ``utterances.jsonl`` (one scored response per line: user_id,
conversation_id, interaction_id, utterance_id, user_prompt, model_response, model_name, score 1-100, if_chosen) and
``conversations.jsonl`` (performance_attributes, choice_attributes, open_feedback); the latter two may be absent.
"""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from annotation.formats.dataset import Answer, Dataset, FormatError, are_numbers
from annotation.formats.gathering import Gathering, short
from annotation.formats.json_text import read_json_lines
from annotation.formats.missing import canonical_id, left_blank
from annotation.formats.rows import as_text
from annotation.formats.text_files import column_name, similar_aside

SCORE = "score"
_TEXTS = {"user_prompt": "prompt", "model_response": "response"}
_OF_ITEM = ("conversation_id", "interaction_id", "model_name", "model_provider", "conversation_type", "turn")
_PARTS = ("performance_attributes", "choice_attributes")
_FEEDBACK = "open_feedback"


def read_prism(folder: Path) -> Dataset:
    """Read a PRISM folder, or an utterances file alone.

    Raises
    ------
    FormatError
        If there is neither utterances.jsonl nor survey.jsonl, or a file is not JSON Lines.
    """
    files = {name: folder / f"{name}.jsonl" for name in ("survey", "utterances", "conversations")}
    if folder.is_file():
        files = {"utterances": folder}
    present = {name: path for name, path in files.items() if path.is_file()}
    if not {"survey", "utterances"} & present.keys():
        raise FormatError(f"{folder}: holds neither survey.jsonl nor utterances.jsonl.")
    found = Gathering()
    if "survey" in present:
        for number, row in read_json_lines(present["survey"]):
            _take(found, f"survey row {number}", row, _take_person)
    if "utterances" in present:
        for number, row in read_json_lines(present["utterances"]):
            _take(found, f"utterances row {number}", row, _take_utterance)
    if "conversations" in present:
        for number, row in read_json_lines(present["conversations"]):
            _take(found, f"conversations row {number}", row, _take_conversation)
    return found.dataset(name=folder.stem, kind="prism")


def write_prism(dataset: Dataset, folder: Path) -> dict[str, int]:
    """Write the files of a PRISM folder; returns their rows.

    Raises
    ------
    FormatError
        If an answer is neither a score of a response nor about a conversation.
    """
    folder.mkdir(parents=True, exist_ok=True)
    items = {item.id: item for item in dataset.items}
    utterances: list[dict[str, Any]] = []
    conversations: dict[tuple[str, str], dict[str, Any]] = {}
    for answer in dataset.answers:
        item = items[answer.item]
        part, _, name = answer.question.partition(".")
        if answer.question == SCORE:
            texts = {column: item.texts.get(text, "") for column, text in _TEXTS.items()}
            ids = {"utterance_id": answer.item, "user_id": answer.rater}
            utterances.append({**ids, **item.extra, **texts, **answer.extra, SCORE: _number(answer.value)})
        elif part in _PARTS or answer.question == _FEEDBACK:
            ids = {"conversation_id": answer.item, "user_id": answer.rater}
            row = conversations.setdefault((answer.item, answer.rater), {**ids, **item.extra, **item.texts})
            if name:
                row.setdefault(part, {})[name] = _number(answer.value)
            else:
                row[_FEEDBACK] = answer.value
        else:
            raise FormatError(f"PRISM has no place for answers to {answer.question!r}; it holds scores and feedback.")
    people = [{"user_id": rater.id, **_nested(rater.demographics)} for rater in dataset.raters]
    tables = {"survey": people, "utterances": utterances, "conversations": list(conversations.values())}
    for name, rows in tables.items():
        if rows:
            lines = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
            (folder / f"{name}.jsonl").write_text(lines, encoding="utf-8")
    return {name: len(rows) for name, rows in tables.items()}


def _take(found: Gathering, row: str, told: Any, taken: Callable[[Gathering, str, Mapping[str, Any]], None]) -> None:
    """Take one row in, under the names of its keys without the blanks around them."""
    if isinstance(told, str):
        found.refuse(row, told)
    else:
        taken(found, row, {column_name(name): held for name, held in told.items()})


def _take_person(found: Gathering, row: str, told: Mapping[str, Any]) -> None:
    person = canonical_id(as_text(told.get("user_id")))
    if not person:
        found.refuse(row, f"no user_id{similar_aside('user_id', told)}")
    elif person in found.raters:
        found.refuse(row, f"person {person!r} stands twice")
    else:
        found.add_rater(person, _flat({name: held for name, held in told.items() if name != "user_id"}))


def _take_utterance(found: Gathering, row: str, told: Mapping[str, Any]) -> None:
    item, person = as_text(told.get("utterance_id")), canonical_id(as_text(told.get("user_id")))
    if not item:
        found.refuse(row, f"no utterance_id{similar_aside('utterance_id', told)}")
        return
    score = as_text(told.get(SCORE))
    if score and not left_blank(score) and not are_numbers([score]):
        found.refuse(row, f"score {short(score)} is not a number")
        return
    texts = {name: as_text(told.get(column)) for column, name in _TEXTS.items()}
    extra = {name: told[name] for name in _OF_ITEM if name in told}
    if "interaction_id" in extra:
        extra["prompt_id"] = extra["interaction_id"]
    known = {"utterance_id", "user_id", SCORE, "prompt_id", *_TEXTS, *_OF_ITEM}
    beside = {name: held for name, held in told.items() if name not in known}
    if found.add_item(row, item, texts, extra):
        found.add_answer(row, Answer(item, person, SCORE, score, extra=beside))


def _take_conversation(found: Gathering, row: str, told: Mapping[str, Any]) -> None:
    item, person = as_text(told.get("conversation_id")), canonical_id(as_text(told.get("user_id")))
    if not item or not person:
        lacking = "conversation_id" if not item else "user_id"
        found.refuse(row, f"no {lacking}{similar_aside(lacking, told)}")
        return
    for part in _PARTS:
        if told.get(part) is not None and not isinstance(told[part], dict):
            found.refuse(row, f"{part} should be an object, not {short(as_text(told[part]))}")
            return
    if item in found.items:
        found.refuse(row, f"conversation {item!r} stands twice")
        return
    known = {"conversation_id", "user_id", "conversation_history", *_PARTS, _FEEDBACK}
    texts = {"conversation_history": told["conversation_history"]} if "conversation_history" in told else {}
    found.add_item(row, item, texts, {name: held for name, held in told.items() if name not in known})
    for part in _PARTS:
        for name, value in (told.get(part) or {}).items():
            if value is not None:
                found.add_answer(row, Answer(item, person, f"{part}.{name}", as_text(value)))
    if told.get(_FEEDBACK):
        found.add_answer(row, Answer(item, person, _FEEDBACK, as_text(told[_FEEDBACK])))


def _flat(held: Mapping[str, Any], before: str = "") -> dict[str, str]:
    flat: dict[str, str] = {}
    for name, inner in held.items():
        if isinstance(inner, Mapping):
            flat |= _flat(inner, f"{before}{name}.")
        else:
            flat[f"{before}{name}"] = as_text(inner)
    return flat


def _nested(flat: Mapping[str, str]) -> dict[str, Any]:
    nested: dict[str, Any] = {}
    for name, answer in flat.items():
        *parts, last = name.split(".")
        inner = nested
        for part in parts:
            inner = inner.setdefault(part, {})
        inner[last] = answer
    return nested


def _number(text: str) -> Any:
    try:
        return int(text)
    except ValueError:
        return text
