"""Write preference files for TRL: one row per judgement, what has no winner in a file beside."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from annotation.formats.dataset import Dataset, FormatError, Rater
from annotation.formats.pairs import Judgement, judgements
from annotation.formats.trl import ACCEPTABLE, NO, RATERS, SIDE_SUFFIX, YES, Form

_SPEAKER, _ROLES = re.compile(r"\n\n(Human|Assistant):"), {"Human": "user", "Assistant": "assistant"}
_SPEAKERS = {role: speaker for speaker, role in _ROLES.items()}


@dataclass(frozen=True)
class Written:
    """What was written: rows of the preference file, rows of the side file by reason, and answers of neither kind."""

    files: tuple[str, ...]
    preferences: int
    undecided: Mapping[str, int]
    other_answers: int


def write_trl(
    dataset: Dataset,
    folder: Path,
    *,
    form: Form = "explicit",
    name: str = "",
    weights: Mapping[str, float] | None = None,
    found: Iterable[Judgement] | None = None,
) -> Written:
    """Write ``preferences.jsonl`` (or ``completions.jsonl``), the ties beside it, and a card that counts both.

    Parameters
    ----------
    folder : is made where it does not exist
    name : of the files, without ``.jsonl``, where they should not be named by what they hold
    form : for pairs explicit, implicit or conversational; unpaired takes yes/no answers on single responses
    weights : of raters, 1 for others
    found : judgements to write instead of the data set's pairwise answers

    Raises
    ------
    FormatError
        If there is nothing that this form can hold.
    """
    if form == "unpaired":
        written = write_completions(completions(dataset, weights or {}), folder, name=name)
    else:
        given = found if found is not None else judgements(dataset, weights)
        written = write_judgements(given, folder, form=form, name=name)
    total = written.preferences + sum(written.undecided.values())
    if not total:
        raise FormatError(_nothing(dataset, form))
    other = max(0, len(dataset.answers) - total) if found is None else 0
    if not name and any(rater.demographics for rater in dataset.raters):
        write_raters(dataset.raters, folder)
        written = Written((*written.files, RATERS), written.preferences, written.undecided, 0)
    card = f"{name}.md" if name else "README.md"
    written = Written((*written.files, card), written.preferences, written.undecided, other)
    (folder / card).write_text(_card(dataset, form, written), encoding="utf-8")
    return written


def write_judgements(found: Iterable[Judgement], folder: Path, *, form: Form, name: str = "") -> Written:
    """Write pairwise judgements as they come: those with a winner, and beside them the others."""
    folder.mkdir(parents=True, exist_ok=True)
    stem = name or "preferences"
    main, side = folder / f"{stem}.jsonl", folder / f"{stem}{SIDE_SUFFIX}.jsonl"
    decided, undecided = 0, dict[str, int]()
    with main.open("w", encoding="utf-8") as winners, side.open("w", encoding="utf-8") as others:
        for one in found:
            if one.verdict in ("a", "b"):
                decided += 1
                winners.write(_line(preference_row(one, form)))
            else:
                undecided[one.verdict] = undecided.get(one.verdict, 0) + 1
                others.write(_line(undecided_row(one, form)))
    if not undecided:
        side.unlink()
    return Written((main.name, side.name) if undecided else (main.name,), decided, undecided, 0)


def write_completions(rows: Iterable[Mapping[str, Any]], folder: Path, *, name: str = "") -> Written:
    """Write judgements of single responses as they come."""
    folder.mkdir(parents=True, exist_ok=True)
    path, number = folder / f"{name or 'completions'}.jsonl", 0
    with path.open("w", encoding="utf-8") as file:
        for row in rows:
            number += 1
            file.write(_line(row))
    return Written((path.name,), number, {}, 0)


def write_raters(raters: Iterable[Rater], folder: Path) -> int:
    """Write who the people are, one a line, so that groups are not lost; returns their number."""
    number = 0
    with (folder / RATERS).open("w", encoding="utf-8") as file:
        for rater in raters:
            number += 1
            file.write(_line({"rater_id": rater.id, **rater.demographics}))
    return number


def preference_row(judgement: Judgement, form: Form) -> dict[str, Any]:
    """One row of a preference file, with who said it of what beside."""
    chosen, rejected = (judgement.a, judgement.b) if judgement.verdict == "a" else (judgement.b, judgement.a)
    prompt = judgement.prompt
    row: dict[str, Any]
    if form == "conversational":
        row = {"prompt": _turns(prompt, "user"), "chosen": _turns(chosen, "assistant")}
        row["rejected"] = _turns(rejected, "assistant")
        return row | _beside(judgement) | {"chosen_is": judgement.verdict}
    if isinstance(prompt, list) and isinstance(chosen, str):  # a file holds texts or turns, never both
        prompt, chosen, rejected = _transcript(prompt), f" {chosen}", f" {rejected}"
    if form == "implicit":
        row = {"chosen": _joined(prompt, chosen), "rejected": _joined(prompt, rejected), "prompt_length": len(prompt)}
    else:
        row = {"prompt": prompt, "chosen": chosen, "rejected": rejected}
    return row | _beside(judgement) | {"chosen_is": judgement.verdict}


def undecided_row(judgement: Judgement, form: Form = "explicit") -> dict[str, Any]:
    """One row of the side file: a judgement without a winner."""
    row = {"prompt": judgement.prompt, "response_a": judgement.a, "response_b": judgement.b}
    if form != "conversational" and isinstance(judgement.prompt, list) and isinstance(judgement.a, str):
        row["prompt"] = _transcript(judgement.prompt)
    if form == "conversational":
        row = {name: _turns(part, "user" if name == "prompt" else "assistant") for name, part in row.items()}
    return row | {"verdict": judgement.verdict} | _beside(judgement)


def _beside(judgement: Judgement) -> dict[str, Any]:
    return {
        "rater_id": judgement.rater,
        "item_id": judgement.item,
        "question": judgement.question,
        "weight": judgement.weight,
        "strength": judgement.strength,
        "flags": list(judgement.flags),
        "why": list(judgement.why),
        "extra": json.dumps(dict(judgement.extra), ensure_ascii=False) if judgement.extra else "",
    }


def completions(dataset: Dataset, weights: Mapping[str, float]) -> Iterator[dict[str, Any]]:
    """The yes/no answers on single responses as rows of prompt, completion and label."""
    items = {item.id: item for item in dataset.items}
    for answer in dataset.answers:
        label, texts = answer.value.casefold(), items[answer.item].texts
        if label in YES | NO and "response" in texts:
            yield {
                "prompt": texts.get("prompt", texts.get("context", "")),
                "completion": texts["response"],
                "label": label in YES,
                "rater_id": answer.rater,
                "item_id": answer.item,
                "question": answer.question if answer.question != ACCEPTABLE else "",
                "weight": weights.get(answer.rater, 1.0),
                "flags": list(answer.flags),
                "why": list(answer.why),
                "extra": json.dumps(dict(answer.extra), ensure_ascii=False) if answer.extra else "",
            }


def _turns(content: Any, role: str) -> list[dict[str, Any]]:
    """A text as turns; "\\n\\nHuman: ... \\n\\nAssistant: ..." is taken apart."""
    if isinstance(content, list):
        return content
    if content == "":
        return []
    if role == "user" and str(content).startswith("\n\nHuman:"):
        _, *parts = _SPEAKER.split(str(content))
        spoken = zip(parts[::2], parts[1::2], strict=True)
        turns = [{"role": _ROLES[speaker], "content": text.strip()} for speaker, text in spoken]
        return turns if turns[-1]["content"] else turns[:-1]
    return [{"role": role, "content": str(content)}]


def _transcript(turns: list[dict[str, Any]]) -> str:
    """Turns as one text that ends where the assistant speaks next."""
    said = "".join(f"\n\n{_SPEAKERS.get(turn['role'], turn['role'].title())}: {turn['content']}" for turn in turns)
    return f"{said}\n\nAssistant:"


def _joined(prompt: Any, response: Any) -> Any:
    if isinstance(prompt, list) or isinstance(response, list):
        return [*_turns(prompt, "user"), *_turns(response, "assistant")]
    return f"{prompt}{response}"


def _line(row: Mapping[str, Any]) -> str:
    return json.dumps(row, ensure_ascii=False) + "\n"


def _nothing(dataset: Dataset, form: Form) -> str:
    questions = ", ".join(dataset.questions()) or "none"
    if form == "unpaired":
        return f"no yes/no answer on a single response; the questions are {questions}."
    return (
        f"no pairwise answer; the questions are {questions}. Scores of several responses to one prompt become pairs"
        " when their question is named."
    )


def _card(dataset: Dataset, form: Form, written: Written) -> str:
    ties = "".join(
        f"* {count} judgements without a winner: {verdict}\n" for verdict, count in written.undecided.items()
    )
    raters = len({answer.rater for answer in dataset.answers if answer.rater})
    return (
        f"# Preferences of {dataset.info.get('name', 'a data set')}\n\n"
        f"Form: {form}. One row per judgement, with rater, item, weight and strength beside it; none is merged.\n\n"
        f"* {written.preferences} rows by {raters} named raters\n{ties}"
        f"* {written.other_answers} answers to other questions are not in these files\n"
    )
