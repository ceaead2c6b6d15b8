"""LeWiDi JSON: writing, with the soft label counted from the answers."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

from annotation.formats.dataset import Answer, Dataset, FormatError, Item


def write_lewidi(
    dataset: Dataset, path: Path, *, edition: int | None = None, question: str | None = None
) -> list[Path]:
    """Write one question as LeWiDi JSON, and from the third edition on the annotators' metadata beside it.

    Parameters
    ----------
    edition : 2 or 3; the source's own, or 3, without it
    question : which question, where the data set has several

    Raises
    ------
    FormatError
        If the question is not named or unknown, an answer names no rater, or labels hold commas in the second edition.
    """
    questions = dataset.questions()
    chosen = question or (questions[0] if len(questions) == 1 else None)
    if chosen is None or (questions and chosen not in questions):
        raise FormatError(f"LeWiDi holds one question; name one of {', '.join(questions)}.")
    wanted = edition or int(dataset.info.get("edition", 3))
    if wanted not in (2, 3):
        raise FormatError(f"there is no edition {wanted} of LeWiDi to write; 2 and 3 are known.")
    labels, multiple = dataset.labels(chosen), chosen in dataset.info.get("multiple", ())
    given: dict[str, list[Answer]] = {item.id: [] for item in dataset.items}
    for answer in dataset.answers:
        if answer.question != chosen:
            continue
        if not answer.rater:
            raise FormatError(f"item {answer.item!r} has an answer of nobody; LeWiDi names every annotator.")
        if "," in answer.rater or ("," in answer.value and not (multiple and wanted == 3)):
            raise FormatError(f"item {answer.item!r}: LeWiDi joins by commas, and {answer.value!r} holds one.")
        given[answer.item].append(answer)
    document = {
        item.id: _entry(item, given[item.id], labels, multiple, wanted, str(dataset.info.get("task", "")))
        for item in dataset.items
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(document, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    people = {rater.id: dict(rater.demographics) for rater in dataset.raters}
    if wanted == 2 or not any(people.values()):
        return [path]
    beside = path.parent / f"{path.stem.rsplit('_', 1)[0]}_annotators_meta.json"
    beside.write_text(json.dumps(people, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return [path, beside]


def _entry(
    item: Item, answers: list[Answer], labels: list[str], multiple: bool, edition: int, task: str
) -> dict[str, Any]:
    parts = [
        (answer, label) for answer in answers for label in (answer.value.split(",") if multiple else [answer.value])
    ]
    entry: dict[str, Any] = {
        "annotation task": task,
        "text": item.texts["text"] if list(item.texts) == ["text"] else dict(item.texts),
    }
    if edition == 2:
        entry["number of annotations"] = len(parts)
        entry["annotations"] = ",".join(answer.value for answer in answers)
        entry["annotators"] = ",".join(answer.rater for answer in answers)
        entry["hard_label"] = _majority(answers)
    else:
        entry["number of annotators"] = len(answers)
        entry["annotators"] = ",".join(answer.rater for answer, _ in parts)
        entry["number of annotations"] = len(parts)
        entry["annotations"] = {answer.rater: answer.value for answer in answers}
    entry["soft_label"] = _soft_label(answers, labels, multiple)
    entry["split"], entry["lang"] = item.extra.get("split", ""), item.extra.get("lang", "")
    rest = {name: held for name, held in item.extra.items() if name not in ("split", "lang", "other_info")}
    info = item.extra.get("other_info", {})
    reasons = [reason for answer in answers for reason in answer.why]
    if isinstance(info, dict) and reasons and "explanations" not in info and len(reasons) == len(parts):
        info = {**info, "explanations": reasons}
    entry["other_info"] = {**info, **rest} if isinstance(info, dict) else info
    return entry


def _soft_label(answers: list[Answer], labels: list[str], multiple: bool) -> dict[str, Any]:
    if not answers:
        return {}
    total = len(answers)
    if not multiple:
        counts = Counter(answer.value for answer in answers)
        return {label: counts[label] / total for label in labels}
    yes = Counter(label for answer in answers for label in set(answer.value.split(",")))
    return {label: {"0": 1 - yes[label] / total, "1": yes[label] / total} for label in labels}


def _majority(answers: list[Answer]) -> str:
    """The most frequent label; empty where two are equally frequent."""
    first = Counter(answer.value for answer in answers).most_common(2)
    if not first or (len(first) == 2 and first[0][1] == first[1][1]):
        return ""
    return first[0][0]
