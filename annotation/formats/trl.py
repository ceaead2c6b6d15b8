"""Preference files as TRL reads them: explicit, implicit, conversational and unpaired.

Explicit: prompt, chosen, rejected.  Implicit: chosen and rejected, both beginning with the prompt.  Conversational:
the same with lists of {role, content}.  Unpaired: prompt, completion, label.  One row per judgement, never collapsed.
"""

import json
from itertools import takewhile
from pathlib import Path
from typing import Any, Literal

from annotation.formats.dataset import Answer, Dataset, FormatError, are_numbers
from annotation.formats.gathering import Gathering, short
from annotation.formats.missing import canonical_id
from annotation.formats.pairs import NONE, VERDICTS
from annotation.formats.rows import as_text, columns_of, read_rows
from annotation.formats.text_files import similar

Form = Literal["explicit", "implicit", "conversational", "unpaired"]
FORMS: tuple[Form, ...] = ("explicit", "implicit", "conversational", "unpaired")
PREFERENCE, ACCEPTABLE = "preference", "acceptable"
SIDE_SUFFIX = "_undecided"
RATERS = "raters.jsonl"
_TURN_MARKS = ("\n\nAssistant:", "\n\nHuman:")
_PAIRED, _NUMBERS = ("prompt", "response_a", "response_b"), ("weight", "strength")
_KNOWN = frozenset(
    {
        "prompt", "chosen", "rejected", "completion", "label", "response_a", "response_b", "verdict", "chosen_is",
        "prompt_length", "item_id", "rater_id", "question", "flags", "why", "extra",
    }
)  # fmt: skip
YES, NO = frozenset({"true", "1", "yes", "acceptable"}), frozenset({"false", "0", "no", "unacceptable"})


def read_trl(path: Path) -> Dataset:
    """Read a preference file, or a folder with one and its side file of ties.

    Raises
    ------
    FormatError
        If there is no such file or its columns are of no TRL form.
    """
    found = Gathering()
    files = _files(path)
    named = {file: columns_of(file) for file in files}
    if not any(named.values()):
        raise FormatError(f"{path}: is empty.")
    for file in files:
        if not named[file]:
            continue
        form, tabular = _form_of(file, named[file]), file.suffix.lower() in (".csv", ".tsv")
        for number, row in read_rows(file):
            place: int | str = f"{file.name}, row {number}" if file.stem.endswith(SIDE_SUFFIX) else number
            if isinstance(row, str):
                found.refuse(place, row)
                continue
            cells = {name: _turns_in(cell) for name, cell in row.items()} if tabular else row
            _take(found, place, cells, form, f"{file.stem}-{number}" if len(files) > 1 else str(number))
    if path.is_dir() and (path / RATERS).is_file():
        for number, row in read_rows(path / RATERS):
            if isinstance(row, str) or not row.get("rater_id"):
                found.refuse(f"{RATERS}, row {number}", row if isinstance(row, str) else "no rater_id")
            else:
                told = {name: as_text(cell) for name, cell in row.items() if name != "rater_id"}
                found.add_rater(canonical_id(as_text(row["rater_id"])), told)
    return found.dataset(name=path.stem, kind="trl")


def _files(path: Path) -> list[Path]:
    if not path.is_dir():
        side = path.with_name(f"{path.stem}{SIDE_SUFFIX}{path.suffix}")
        return [path, side] if side.is_file() else [path]
    suffixes = (".jsonl", ".parquet", ".csv")
    files = sorted(one for one in path.iterdir() if one.suffix in suffixes and one.name != RATERS)
    if not files:
        raise FormatError(f"{path}: the folder holds no .jsonl, .parquet or .csv file.")
    return files


def _form_of(file: Path, columns: list[str]) -> Form:
    names = set(columns)
    if {"prompt", "completion", "label"} <= names:
        return "unpaired"
    if {"chosen", "rejected"} <= names:
        return "explicit" if "prompt" in names else "implicit"
    if {"prompt", "response_a", "response_b", "verdict"} <= names:
        return "explicit"
    hint = next((hint for name in ("chosen", "rejected", "completion") if (hint := similar(name, columns))), "")
    raise FormatError(
        f"{file}: the columns {', '.join(sorted(names))} are of no TRL form; these have chosen and rejected,"
        f" with or without prompt, or prompt, completion and label.{hint}"
    )


def _turns_in(cell: Any) -> Any:
    """A cell of a table that holds turns as JSON, as turns; others as they stand."""
    if not isinstance(cell, str) or not cell.startswith("[{"):
        return cell
    try:
        turns = json.loads(cell)
    except (ValueError, RecursionError):
        return cell
    return turns if all(isinstance(turn, dict) and {"role", "content"} <= turn.keys() for turn in turns) else cell


def _take(found: Gathering, number: int | str, row: dict[str, Any], form: Form, default_id: str) -> None:
    verdict = row.get("verdict") not in (None, "")
    texts = _PAIRED if verdict else ("prompt", "completion") if form == "unpaired" else ("prompt", "chosen", "rejected")
    for name in texts:
        if wrong := _not_said(row.get(name), name, needed=name != "prompt"):
            found.refuse(number, wrong)
            return
    for name in _NUMBERS:
        if row.get(name) not in (None, "") and not are_numbers([as_text(row[name])]):
            found.refuse(number, f"{name} {short(as_text(row[name]))} is not a number")
            return
    item = canonical_id(as_text(row.get("item_id"))) or default_id
    rater = canonical_id(as_text(row.get("rater_id")))
    flags = tuple(row["flags"]) if isinstance(row.get("flags"), list) else ()
    why = tuple(row["why"]) if isinstance(row.get("why"), list) else ()
    extra = {name: row[name] for name in row if name not in _KNOWN and row[name] not in (None, "")}
    try:
        kept = row.get("extra") or "{}"
        extra |= kept if isinstance(kept, dict) else json.loads(kept)
    except (TypeError, ValueError):
        extra["extra"] = row["extra"]
    question = as_text(row.get("question"))
    if form == "unpaired" and not verdict:
        label = as_text(row.get("label")).strip().casefold()
        if label not in YES | NO:
            found.refuse(number, f"label {short(label)} is neither true nor false" if label else "no label")
            return
        held = {"prompt": row.get("prompt"), "response": row["completion"]}
        value = "true" if label in YES else "false"
        answer = Answer(item, rater, question or ACCEPTABLE, value, why, flags, extra)
    else:
        if verdict and row["verdict"] not in (*VERDICTS, NONE):
            found.refuse(number, f"verdict {short(as_text(row['verdict']))} is not one of {', '.join(VERDICTS)}")
            return
        value, held = _pair(row)
        if not held.get("response_a") or not held.get("response_b"):
            found.refuse(number, "one of the two responses is empty")
            return
        answer = Answer(item, rater, question or PREFERENCE, value, why, flags, extra)
    if found.add_item(number, item, held):
        found.add_answer(number, answer, anonymous=True)


def _not_said(held: Any, name: str, *, needed: bool) -> str:
    """Why this is neither a text nor a list of turns; empty where it is one, or where it may be missing."""
    if held is None or held == "" or held == [] or (isinstance(held, float) and held != held):
        return f"no {name}" if needed else ""
    if isinstance(held, str):
        return ""
    if not isinstance(held, list):
        return f"{name} should be a text or a list of turns, not {short(as_text(held))}"
    for place, turn in enumerate(held, start=1):
        if not isinstance(turn, dict) or not isinstance(turn.get("role"), str) or "content" not in turn:
            return f"turn {place} of {name} should have a role and a content"
        if not isinstance(turn["content"], str | list) and not (turn["content"] is None and len(turn) > 2):
            return f"turn {place} of {name} has no content"
    return ""


def _pair(row: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """The verdict, and the texts in the order that the item has them."""
    prompt = row.get("prompt")
    prompt = None if isinstance(prompt, float) else prompt
    if row.get("verdict"):
        verdict = "" if row["verdict"] == NONE else str(row["verdict"])
        return verdict, {"prompt": prompt, **{name: row[name] for name in ("response_a", "response_b")}}
    chosen, rejected = row["chosen"], row["rejected"]
    if prompt is None:
        length = row.get("prompt_length")
        if isinstance(length, int) and chosen[:length] == rejected[:length]:
            prompt, chosen, rejected = chosen[:length], chosen[length:], rejected[length:]
        else:
            prompt, chosen, rejected = _without_prompt(chosen, rejected)
    swapped = row.get("chosen_is") == "b"
    first, second = (rejected, chosen) if swapped else (chosen, rejected)
    return "b" if swapped else "a", {"prompt": prompt, "response_a": first, "response_b": second}


def _without_prompt(chosen: Any, rejected: Any) -> tuple[Any, Any, Any]:
    """Take the prompt that both begin with away from both.

    Texts in the manner of "\\n\\nHuman: ... \\n\\nAssistant: ..." are cut after the last speaker that both share,
    others at the last blank of what they have in common; lists of turns where they part.
    """
    if isinstance(chosen, list) and isinstance(rejected, list):
        shared = 0
        while shared < min(len(chosen), len(rejected)) - 1 and chosen[shared] == rejected[shared]:
            shared += 1
        return chosen[:shared], chosen[shared:], rejected[shared:]
    alike = (x == y for x, y in zip(str(chosen), str(rejected), strict=False))
    common = str(chosen)[: sum(1 for _ in takewhile(bool, alike))]
    ends = [common.rfind(mark) + len(mark) for mark in _TURN_MARKS if mark in common]
    end = max(ends) if ends else common.rfind(" ") if " " in common else 0
    return str(chosen)[:end], str(chosen)[end:], str(rejected)[end:]
