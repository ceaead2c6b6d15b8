"""Preference files as TRL reads them: explicit, implicit, conversational and unpaired.

Explicit: prompt, chosen, rejected.  Implicit: chosen and rejected, both beginning with the prompt.  Conversational:
the same with lists of {role, content}.  Unpaired: prompt, completion, label.  One row per judgement, never collapsed.
"""

import json
from itertools import takewhile
from pathlib import Path
from typing import Any, Literal

from annotation.formats.dataset import Answer, Dataset, FormatError
from annotation.formats.gathering import Gathering
from annotation.formats.missing import canonical_id
from annotation.formats.pairs import NONE
from annotation.formats.rows import as_text, columns_of, read_rows

Form = Literal["explicit", "implicit", "conversational", "unpaired"]
FORMS: tuple[Form, ...] = ("explicit", "implicit", "conversational", "unpaired")
PREFERENCE, ACCEPTABLE = "preference", "acceptable"
SIDE_SUFFIX = "_undecided"
RATERS = "raters.jsonl"
_TURN_MARKS = ("\n\nAssistant:", "\n\nHuman:")
_BESIDE = ("weight", "strength")


def read_trl(path: Path) -> Dataset:
    """Read a preference file, or a folder with one and its side file of ties.

    Raises
    ------
    FormatError
        If there is no such file or its columns are of no TRL form.
    """
    files = _files(path)
    found = Gathering()
    for file in files:
        names = set(columns_of(file))
        if {"prompt", "completion", "label"} <= names:
            form: Form = "unpaired"
        elif {"chosen", "rejected"} <= names:
            form = "explicit" if "prompt" in names else "implicit"
        elif {"prompt", "response_a", "response_b", "verdict"} <= names:
            form = "explicit"
        else:
            raise FormatError(
                f"{file}: the columns {', '.join(sorted(names))} are of no TRL form; these have chosen and rejected,"
                " with or without prompt, or prompt, completion and label."
            )
        for number, row in read_rows(file):
            if isinstance(row, str):
                found.refuse(number, row)
            else:
                _take(found, number, row, form, f"{file.stem}-{number}" if len(files) > 1 else str(number))
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


def _take(found: Gathering, number: int, row: dict[str, Any], form: Form, default_id: str) -> None:
    item = canonical_id(as_text(row.get("item_id"))) or default_id
    rater = canonical_id(as_text(row.get("rater_id")))
    flags = tuple(row["flags"]) if isinstance(row.get("flags"), list) else ()
    why = tuple(row["why"]) if isinstance(row.get("why"), list) else ()
    extra = {name: row[name] for name in _BESIDE if row.get(name) not in (None, "")}
    try:
        extra |= json.loads(row.get("extra") or "{}")
    except (TypeError, ValueError):
        extra["extra"] = row["extra"]
    question = as_text(row.get("question"))
    if form == "unpaired":
        value = as_text(row["label"]).casefold()
        texts = {"prompt": row["prompt"], "response": row["completion"]}
        answer = Answer(item, rater, question or ACCEPTABLE, value, why, flags, extra)
    else:
        verdict, texts = _pair(row)
        if not texts.get("response_a") or not texts.get("response_b"):
            found.refuse(number, "one of the two responses is empty")
            return
        answer = Answer(item, rater, question or PREFERENCE, verdict, why, flags, extra)
    if found.add_item(number, item, texts):
        found.add_answer(number, answer, anonymous=True)


def _pair(row: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """The verdict, and the texts in the order that the item has them."""
    if row.get("verdict"):
        verdict = "" if row["verdict"] == NONE else str(row["verdict"])
        return verdict, {name: row[name] for name in ("prompt", "response_a", "response_b")}
    prompt, chosen, rejected = row.get("prompt"), row["chosen"], row["rejected"]
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
