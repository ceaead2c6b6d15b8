"""What models answered, as people upload it to be held against people's answers: samples, or probabilities."""

import csv
import io
import json
import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from aggregation.sources import Option

Reference = dict[str, dict[str, dict[str, float]]]
"""Share of each option's code, by model and by the item's id in exports; the shares of an item add up to 1."""
MOST_BYTES = 2_000_000
MOST_ROWS = 50_000
MOST_MODELS = 10
MOST_IN_NAME = 100
MOST_PROBLEMS = 20
COLUMNS = ("item", "answer", "probability", "model")
SLACK = 0.01
UNNAMED = "The model"


def read_reference(text: str, options: Sequence[Option]) -> Reference:
    """Read CSV with a header or JSON Lines: ``item``, ``answer`` (an option's code or words), and more.

    With ``probability`` a row gives the chance of one answer, without it a row is one sample. ``model`` names whose it
    is. Probabilities of an item that add up to 1 within 0.01 are brought to 1; options not named have 0.

    Raises
    ------
    ValueError
        With every row that does not fit (the first twenty of them), its number and the reason.
    """
    codes = {name.casefold(): option.code for option in options for name in (option.text, option.code)}
    named = ", ".join(option.text for option in options)
    weights: Reference = {}
    kinds: set[bool] = set()
    problems = []
    for count, (number, row) in enumerate(_rows(text), start=1):
        if count > MOST_ROWS:
            raise ValueError(f"There are more than {MOST_ROWS:,} rows.")
        if isinstance(row, str):
            problems.append(f"Row {number}: {row}")
            continue
        item, answer, model = (str(row.get(name) or "").strip() for name in ("item", "answer", "model"))
        code = codes.get(answer.casefold())
        given = row.get("probability")
        stated = given is not None and str(given).strip() != ""
        share = _share(given) if stated else 1.0
        if not item:
            problems.append(f"Row {number}: it has no item.")
        elif code is None:
            problems.append(f"Row {number}: the answer “{answer[:40]}” should be among {named}.")
        elif len(model) > MOST_IN_NAME:
            problems.append(f"Row {number}: the model’s name has more than {MOST_IN_NAME} characters.")
        elif share is None:
            problems.append(f"Row {number}: the probability “{str(given)[:40]}” should be between 0 and 1.")
        else:
            kinds.add(stated)
            cells = weights.setdefault(model or UNNAMED, {}).setdefault(item, {})
            if stated and code in cells:
                problems.append(f"Row {number}: a probability of “{answer}” for {item[:40]} stands there already.")
            cells[code] = cells.get(code, 0.0) + share
    if len(kinds) == 2:
        problems.append("Some rows have a probability and others have none; they are either samples or probabilities.")
    if len(weights) > MOST_MODELS:
        problems.append(f"There are {len(weights)} models; at most {MOST_MODELS} are shown side by side.")
    if kinds == {True}:
        problems += [
            f"The probabilities of {model} for {item[:40]} add up to {sum(cells.values()):.3f}, not to 1."
            for model, items in weights.items()
            for item, cells in items.items()
            if abs(sum(cells.values()) - 1) > SLACK
        ]
    if problems:
        more = len(problems) - MOST_PROBLEMS
        raise ValueError(" ".join([*problems[:MOST_PROBLEMS], *([f"And {more} more."] if more > 0 else [])]))
    if not weights:
        raise ValueError("There is no row in it.")
    return {
        model: {item: {code: w / sum(cells.values()) for code, w in cells.items()} for item, cells in items.items()}
        for model, items in weights.items()
    }


def _share(given: Any) -> float | None:
    try:
        share = float(given)
    except (TypeError, ValueError):
        return None
    return share if math.isfinite(share) and 0 <= share <= 1 else None


def _rows(text: str) -> Iterator[tuple[int, Mapping[str, Any] | str]]:
    """Each row with its number in the file, or what is wrong with it."""
    text = text.removeprefix("\ufeff")
    if text.lstrip().startswith("{"):
        for number, line in enumerate(text.splitlines(), start=1):
            if not line.strip():
                continue
            try:
                row = json.loads(line)
            except (ValueError, RecursionError):
                row = None
            yield number, row if isinstance(row, dict) else "it is no JSON object."
        return
    reader = csv.DictReader(io.StringIO(text, newline=""))
    names = [name.strip().casefold() for name in reader.fieldnames or []]
    if not {"item", "answer"} <= set(names) or set(names) - set(COLUMNS) or len(set(names)) < len(names):
        raise ValueError(f"The first line should name columns: item and answer, and of {', '.join(COLUMNS[2:])} any.")
    reader.fieldnames = names
    try:
        for row in reader:
            wrong = None in row or None in row.values()
            yield reader.line_num, f"it should have {len(names)} cells." if wrong else row
    except csv.Error as problem:
        raise ValueError(f"This is no table ({problem}).") from None
