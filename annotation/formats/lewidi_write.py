"""LeWiDi JSON: writing, with the soft label counted from the answers."""

import json
from collections import Counter
from collections.abc import Iterable
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
        given[answer.item].append(answer)
    write_items(
        ((item, given[item.id]) for item in dataset.items),
        path,
        labels=labels,
        multiple=multiple,
        edition=wanted,
        task=str(dataset.info.get("task", "")),
    )
    beside = write_people(dataset, path) if wanted == 3 else None
    return [path] if beside is None else [path, beside]


def write_items(
    items: Iterable[tuple[Item, list[Answer]]],
    path: Path,
    *,
    labels: list[str],
    multiple: bool,
    edition: int,
    task: str,
) -> int:
    """Write items with their answers to one question, one after the other; returns the number of answers.

    Parameters
    ----------
    labels : every label of the question, in order
    multiple : whether an answer may hold several labels

    Raises
    ------
    FormatError
        If a rater or, in the second edition, a label holds a comma.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    written = 0
    with path.open("w", encoding="utf-8") as file:
        file.write("{")
        for place, (item, answers) in enumerate(items):
            for answer in answers:
                if not answer.rater:
                    raise FormatError(f"item {answer.item!r} has an answer of nobody; LeWiDi names every annotator.")
                if "," in answer.rater or ("," in answer.value and not (multiple and edition == 3)):
                    raise FormatError(f"item {answer.item!r}: LeWiDi joins by commas, and {answer.value!r} holds one.")
            entry = json.dumps(_entry(item, answers, labels, multiple, edition, task), ensure_ascii=False, indent=1)
            file.write(f"{',' if place else ''}\n{json.dumps(item.id, ensure_ascii=False)}: {entry}")
            written += len(answers)
        file.write("\n}\n")
    return written


def write_people(dataset: Dataset, path: Path) -> Path | None:
    """Write the annotators' metadata beside a file; None where nothing is known of anybody."""
    people = {rater.id: dict(rater.demographics) for rater in dataset.raters}
    if not any(people.values()):
        return None
    beside = path.parent / f"{path.stem.rsplit('_', 1)[0]}_annotators_meta.json"
    beside.write_text(json.dumps(people, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return beside


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
    entry["other_info"] = {**along(parts), **info, **rest} if isinstance(info, dict) else info
    return entry


def along(parts: list[tuple[Answer, str]]) -> dict[str, list[Any]]:
    """What stood beside the answers, as lists with one entry for each annotation; nothing where nobody had any.

    A reason for each of several labels stands beside its label; other reasons stand beside the first.
    """
    lists: dict[str, list[Any]] = {}
    explanations: list[str] = []
    place: Counter[str] = Counter()
    for answer, _ in parts:
        number = place[answer.rater]
        place[answer.rater] += 1
        labels = sum(1 for other, _ in parts if other is answer)
        each = len(answer.why) == labels
        explanations.append(answer.why[number] if each else "\n".join(answer.why) if number == 0 else "")
    if any(explanations):
        lists["explanations"] = explanations
    if any(answer.flags for answer, _ in parts):
        lists["flags"] = [list(answer.flags) for answer, _ in parts]
    for name in dict.fromkeys(name for answer, _ in parts for name in answer.extra if name != "target"):
        lists[name] = [answer.extra.get(name) for answer, _ in parts]
    return lists


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
