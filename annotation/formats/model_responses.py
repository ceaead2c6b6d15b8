"""Responses of models to a study's items, as JSON Lines: ``item`` and ``response``, also ``model`` and ``prompt``."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

KEYS = ("item", "response", "model", "prompt")
MOST_ROWS = 5_000
MOST_CHARACTERS = 20_000
MOST_IN_NAME = 100


@dataclass(frozen=True)
class ModelResponse:
    """What one model answered to one item; ``prompt`` is "" where the file does not repeat it."""

    item: str
    response: str
    model: str
    prompt: str = ""


def read_model_responses(path: Path, *, model: str = "") -> Iterator[tuple[int, ModelResponse | str]]:
    """Each line's number with what it says, or with what is wrong with it; blank lines are passed over.

    Parameters
    ----------
    model : the name for rows that state none
    """
    with path.open("rb") as file:
        for number, line in enumerate(file, start=1):
            if line.strip():
                yield number, _read(line, model)


def _read(line: bytes, model: str) -> ModelResponse | str:
    try:
        row: Any = json.loads(line.decode("utf-8-sig"))
    except UnicodeDecodeError:
        return "This is not UTF-8 text."
    except (ValueError, RecursionError):
        return "This is not JSON."
    if not isinstance(row, dict):
        return "An object with item and response should stand here."
    unknown = sorted(set(row) - set(KEYS))
    if unknown:
        return f"It has “{unknown[0][:40]}”; only {', '.join(KEYS)} are read."
    if row.get("model") is None:
        row["model"] = model
    for key in KEYS:
        value = row.get(key)
        if key == "item" and isinstance(value, int) and not isinstance(value, bool):
            row[key] = str(value)
        elif value is None:
            row[key] = ""
        elif not isinstance(value, str):
            return f"Its {key} is not text."
        row[key] = row[key].strip()
    for key in ("item", "response"):
        if not row[key]:
            return f"It has no {key}."
    if not row["model"]:
        return "It does not say of which model it is, and no name was given for the file."
    if "\0" in "".join(row[key] for key in KEYS):
        return "It holds a character that cannot be stored (NUL)."
    if len(row["model"]) > MOST_IN_NAME:
        return f"The model’s name has {len(row['model'])} characters; at most {MOST_IN_NAME} are kept."
    if len(row["response"]) > MOST_CHARACTERS:
        return f"The response has {len(row['response']):,} characters; at most {MOST_CHARACTERS:,} are put to people."
    return ModelResponse(**{key: row[key] for key in KEYS})
