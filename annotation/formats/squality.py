"""SQuALITY human evaluation (Wang et al. 2022): reviewers rate and rank system responses to questions about a story.

One JSON object per story: ``passage-id`` and ``questions`` {question: {system: {response, reviews: [{worker_id,
annotations: [{selection, annotation: [comment]}], "<dimension>-rating", "<dimension>-rank"}]}}}.
"""

import json
from pathlib import Path
from typing import Any

from annotation.formats.dataset import Answer, Dataset, FormatError, are_numbers
from annotation.formats.gathering import Gathering, short
from annotation.formats.json_text import read_json_lines
from annotation.formats.missing import canonical_id, left_blank
from annotation.formats.rows import as_text

SPANS = "spans"
_SUFFIXES = ("-rating", "-rank")


def read_squality(path: Path) -> Dataset:
    """Read the reviews: one item per story, question and system, an answer per rating, rank and set of span comments.

    Raises
    ------
    FormatError
        If the file cannot be read.
    """
    found = Gathering()
    if not path.is_file():
        raise FormatError(f"{path}: there is no such file.")
    for number, story in read_json_lines(path):
        if isinstance(story, str):
            found.refuse(number, story)
            continue
        passage, questions = story.get("passage-id"), story.get("questions")
        if passage is None or not isinstance(questions, dict):
            found.refuse(number, "no passage-id or no questions")
            continue
        for question, systems in questions.items():
            if not isinstance(systems, dict):
                found.refuse(f"row {number}, question {question}", "not an object of systems")
                continue
            for system, held in systems.items():
                if isinstance(held, dict) and "response" in held:
                    _take(found, f"row {number}, question {question}, {system}", (passage, question, system), held)
                else:
                    found.refuse(f"row {number}, question {question}, {system}", "no response")
    return found.dataset(name=path.stem, kind="squality", better={"rank": "low", "rating": "high"})


def write_squality(dataset: Dataset, path: Path) -> int:
    """Write the reviews again; returns their number.

    Raises
    ------
    FormatError
        If an item does not say of which story, question and system it is.
    """
    stories: dict[str, dict[str, dict[str, Any]]] = {}
    reviews: dict[tuple[str, str], dict[str, Any]] = {}
    systems = {}
    for item in dataset.items:
        if not {"passage-id", "question", "system"} <= item.extra.keys():
            raise FormatError(f"item {item.id!r} names no passage-id, question and system, as SQuALITY needs.")
        systems[item.id] = str(item.extra["system"])
        held = {"response": item.texts.get("response", ""), "reviews": []}
        story = stories.setdefault(str(item.extra["passage-id"]), {})
        story.setdefault(str(item.extra["question"]), {})[systems[item.id]] = held
    at = {item.id: item.extra for item in dataset.items}
    for answer in dataset.answers:
        key = (answer.item, answer.rater)
        if key not in reviews:
            reviews[key] = {"annotations": [], "system": systems[answer.item], "worker_id": answer.rater}
            place = at[answer.item]
            held = stories[str(place["passage-id"])][str(place["question"])][systems[answer.item]]
            held["reviews"].append(reviews[key])
        if answer.question == SPANS:
            reviews[key]["annotations"] = json.loads(answer.value)
        else:
            reviews[key][answer.question] = float(answer.value) if "." in answer.value else int(answer.value)
    with path.open("w", encoding="utf-8") as file:
        for passage, questions in stories.items():
            file.write(json.dumps({"passage-id": passage, "questions": questions}, ensure_ascii=False) + "\n")
    return len(reviews)


def _take(found: Gathering, where: str, key: tuple[str, str, str], held: dict[str, Any]) -> None:
    passage, question, system = map(str, key)
    item = f"{passage}/{question}/{system}"
    extra = {"passage-id": passage, "question": question, "system": system, "prompt_id": f"{passage}/{question}"}
    found.add_item(where, item, {"response": held["response"]}, extra)
    reviews = held.get("reviews") or []
    if not isinstance(reviews, list):
        found.refuse(where, "the reviews are not a list")
        return
    for place, review in enumerate(reviews, start=1):
        row = f"{where}, review {place}"
        if not isinstance(review, dict) or review.get("worker_id") in (None, ""):
            found.refuse(row, "no worker_id")
            continue
        rater = canonical_id(review["worker_id"])
        for name, value in review.items():
            if not name.endswith(_SUFFIXES):
                continue
            if not are_numbers([given := as_text(value)]) and not left_blank(given):
                found.refuse(row, f"{name} {short(given)} is not a number")
            else:
                found.add_answer(row, Answer(item, rater, name, given))
        if review.get("annotations"):
            found.add_answer(row, Answer(item, rater, SPANS, json.dumps(review["annotations"], ensure_ascii=False)))
