"""Rows of a table as items to be judged: which column is what, and what a row lacks."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from annotation.formats.missing import left_blank
from annotation.formats.rows import Row, as_text

PARTS = {
    "": "Not used",
    "name": "Name of the item",
    "prompt": "Prompt: what a person wrote",
    "system": "Instructions to the assistant",
    "conversation": "Conversation, as a JSON list of turns",
    "response": "Response",
    "model": "Model that wrote the response before it",
    "text": "Text to judge",
    "domain": "Domain",
    "risk_tier": "Risk tier",
    "constraints": "Hard constraints, parted by ;",
    "tensions": "Dimensions in tension, parted by ;",
    "source": "Source",
    "synthetic": "Whether it was made by a program",
    "kind": "Kind: work, gold, attention or training",
    "expected": "Right answers, as JSON by question",
    "feedback": "Feedback after a training item",
    "keep": "Keep with the item",
}
_GUESSES = (
    ("name", r"(item|prompt|question|instance|example|conversation)?_?id|name"),
    ("conversation", r"conversation|turns|messages|dialogue?"),
    ("system", r"system(_prompt)?|instructions?"),
    ("prompt", r"prompt|instruction|question|query|input|user"),
    ("response", r"(response|completion|answer|output|reply)(_?\w+)?|chosen|rejected|[ab]"),
    ("model", r"model(_?\w)?"),
    ("text", r"text|statement|post|comment|context|document|passage|summary"),
    ("domain", r"domain|topic|category"),
    ("risk_tier", r"risk(_tier)?"),
    ("constraints", r"(hard_)?constraints?"),
    ("tensions", r"tensions?|conflicts?|dimensions"),
    ("source", r"source|origin|url"),
    ("synthetic", r"(is_)?synthetic"),
    ("kind", r"kind"),
    ("expected", r"expected|gold(_answer)?"),
    ("feedback", r"feedback"),
)
_SINGLE = set(PARTS) - {"", "response", "model", "text", "keep"}
_TIERS = ("low", "medium", "high")
_KINDS = ("work", "gold", "attention", "training")
_YES, _NO = ("true", "yes", "1", "y", "t"), ("false", "no", "0", "n", "f", "")


@dataclass(frozen=True)
class ReadItem:
    """A row as an item: its name ("" where the file has none), what is shown, and the facts beside it."""

    name: str
    content: dict[str, Any]
    described: dict[str, Any] = field(default_factory=dict)


class BadRow(ValueError):
    """A row that makes no item; says which column, what was found, and what is taken."""


def guess_parts(columns: Sequence[str]) -> dict[str, str]:
    """What each column probably is, for a person to correct."""
    parts: dict[str, str] = {}
    for column in columns:
        folded = re.sub(r"[^a-z0-9]+", "_", column.casefold()).strip("_")
        guess = next((part for part, pattern in _GUESSES if re.fullmatch(pattern, folded)), "keep")
        parts[column] = "keep" if guess in _SINGLE and guess in parts.values() else guess
    return parts


def check_parts(parts: Mapping[str, str]) -> list[str]:
    """What is wrong with a mapping, a sentence each."""
    used = list(parts.values())
    problems = [f"{part} is none of {', '.join(filter(None, PARTS))}." for part in sorted(set(used) - set(PARTS))]
    problems += [
        f"“{PARTS[part]}” is named for {used.count(part)} columns; only one can be that."
        for part in sorted(_SINGLE & set(used))
        if used.count(part) > 1
    ]
    if not {"prompt", "conversation", "response", "text"} & set(used):
        problems.append("Name at least one column that people read: a prompt, a conversation, a response or a text.")
    return problems


def read_item(row: Row, parts: Mapping[str, str]) -> ReadItem:
    """Read one row.

    Raises
    ------
    BadRow
    """
    cells = {column: as_text(row.get(column)) for column in parts}
    of = {part: column for column, part in parts.items() if part in _SINGLE}

    def cell(part: str) -> str:
        text = cells.get(of.get(part, ""), "").strip()
        return "" if part == "name" and left_blank(text) else text

    content: dict[str, Any] = {}
    turns = _turns(cell("conversation"), of.get("conversation", ""))
    if cell("system"):
        turns.insert(0, {"role": "system", "content": cell("system")})
    if cell("prompt"):
        turns.append({"role": "user", "content": cell("prompt")})
    if turns:
        content["turns"] = turns
    responses = _responses(cells, parts)
    if responses:
        content["responses"] = responses
    texts = [
        {"name": column, "text": cells[column]}
        for column, part in parts.items()
        if part == "text" and cells[column].strip()
    ]
    if texts:
        content["texts"] = texts
    return ReadItem(cell("name"), content, _described(cell, cells, parts))


def _turns(text: str, column: str) -> list[dict[str, str]]:
    if not text:
        return []
    try:
        turns = json.loads(text)
    except ValueError:
        raise BadRow(f"{column} is not JSON; a conversation is a list of objects with role and content.") from None
    if not isinstance(turns, list) or any(not isinstance(turn, dict) for turn in turns):
        raise BadRow(f"{column} is no list of turns, each an object with role and content.")
    return [{"role": str(turn.get("role", "")), "content": str(turn.get("content", ""))} for turn in turns]


def _responses(cells: Mapping[str, str], parts: Mapping[str, str]) -> list[dict[str, str]]:
    """Responses in the order of the columns, called a, b, c …; a cell may hold a JSON list of them."""
    found: list[dict[str, str]] = []
    for column, part in parts.items():
        text = cells[column].strip()
        if part == "model" and found and text:
            found[-1]["model"] = text
        if part != "response":
            continue
        if not text:
            raise BadRow(f"{column} is empty.")
        listed = _listed(text)
        found += [{"text": one} for one in listed] if listed else [{"text": text}]
    return [{"id": chr(ord("a") + n) if n < 26 else f"r{n + 1}", **one} for n, one in enumerate(found)]


def _listed(text: str) -> list[str]:
    """The texts of a JSON list; of a conversation its last turn, which is the response to those before it."""
    if not text.startswith("["):
        return []
    try:
        rows = json.loads(text)
    except ValueError:
        return []
    if isinstance(rows, list) and rows and all(isinstance(row, dict) and "role" in row for row in rows):
        return [str(rows[-1].get("content", ""))]
    if not isinstance(rows, list) or len(rows) < 2:
        return []
    return [str(row.get("text", row.get("content", ""))) if isinstance(row, dict) else str(row) for row in rows]


def _described(cell: Any, cells: Mapping[str, str], parts: Mapping[str, str]) -> dict[str, Any]:
    described: dict[str, Any] = {}
    if cell("domain"):
        described["domain"] = cell("domain")[:40]
    if cell("risk_tier"):
        described["risk_tier"] = _one_of(cell("risk_tier"), _TIERS, "The risk tier")
    for part in ("constraints", "tensions"):
        listed = [one.strip()[:200] for one in cell(part).split(";") if one.strip()]
        if listed:
            described[part] = listed
    described["is_conflict_case"] = bool(described.get("tensions"))
    if cell("kind"):
        described["kind"] = _one_of(cell("kind"), _KINDS, "The kind")
    if cell("synthetic"):
        described["is_synthetic"] = _one_of(cell("synthetic"), (*_YES, *_NO), "Synthetic") in _YES
    if cell("expected"):
        try:
            described["expected"] = json.loads(cell("expected"))
        except ValueError:
            raise BadRow('The right answers are not JSON, such as {"better": {"chosen": "a"}}.') from None
        if not isinstance(described["expected"], dict):
            raise BadRow("The right answers should be an object, by question.")
    if cell("feedback"):
        described["feedback"] = cell("feedback")
    kept = {column: cells[column] for column, part in parts.items() if part == "keep" and cells[column]}
    provenance = ({"source": cell("source")} if cell("source") else {}) | ({"kept": kept} if kept else {})
    return described | ({"provenance": provenance} if provenance else {})


def _one_of(text: str, known: Sequence[str], what: str) -> str:
    folded = text.casefold()
    if folded not in known:
        raise BadRow(f"{what} “{text[:40]}” should be among {', '.join(filter(None, known))}.")
    return folded
