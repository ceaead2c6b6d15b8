"""Models as subjects: what models answered to a study's items becomes items of its own, which people rate."""

from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import transaction

from annotation.actions.items import NewItem, RefusedItem, add_items
from annotation.actions.uploads import drop_upload, local
from annotation.errors import Refused
from annotation.formats.model_responses import MOST_ROWS, ModelResponse, read_model_responses
from annotation.models import Item, Study

SOURCE = "response of a model"
_COPIED = ("domain", "constraints", "risk_tier", "is_conflict_case", "tensions")


@dataclass(frozen=True)
class CheckedResponses:
    """A file of responses: the items it makes, and every row that makes none with its number and the reason."""

    items: list[NewItem]
    refused: list[RefusedItem]

    @property
    def models(self) -> list[tuple[str, int]]:
        """Each model with the number of its responses, by name."""
        return sorted(Counter(item.content["responses"][0]["model"] for item in self.items).items())


def check_responses(study: Study, path: Path, *, model: str = "") -> CheckedResponses:
    """Read a file and hold it against the study's items; nothing is stored.

    Raises
    ------
    Refused
        If it has too many rows.
    """
    rows: list[tuple[int, ModelResponse]] = []
    refused = []
    for count, (number, read) in enumerate(read_model_responses(path, model=model), start=1):
        if count > MOST_ROWS:
            raise Refused(f"The file has more than {MOST_ROWS:,} rows. Split it.")
        if isinstance(read, str):
            refused.append(RefusedItem(number, "", read))
        else:
            rows.append((number, read))
    names = {row.item for _, row in rows} | {_name(row) for _, row in rows}
    known = {item.name: item for item in study.items.filter(name__in=names)}
    taken = set(known)
    items = []
    for number, row in rows:
        reason = _problem(row, known, taken)
        if reason:
            refused.append(RefusedItem(number, row.item[:80], reason))
        else:
            taken.add(_name(row))
            items.append(model_item(number, row, known[row.item]))
    return CheckedResponses(items, sorted(refused, key=lambda one: one.row))


@transaction.atomic
def take_responses(study: Study, upload: str, *, model: str = "") -> CheckedResponses:
    """Add the responses of a kept upload to the study, and throw the upload away.

    Raises
    ------
    Refused
        If no row can be taken.
    jobs.kinds.Unfinishable
        If the upload is gone.
    """
    with local(upload) as path:
        taken = add_responses(study, path, model=model)
    transaction.on_commit(lambda: drop_upload(upload))
    return taken


@transaction.atomic
def add_responses(study: Study, path: Path, *, model: str = "") -> CheckedResponses:
    """Add the responses of a file to the study.

    Raises
    ------
    Refused
        If no row can be taken.
    """
    checked = check_responses(study, path, model=model)
    if not checked.items:
        first = f" Row {checked.refused[0].row}: {checked.refused[0].reason}" if checked.refused else ""
        raise Refused(f"No row can be taken in.{first}")
    _, late = add_items(study=study, items=checked.items)
    # Rows that somebody else added since the look at the file.
    left = {one.row for one in late}
    kept = [item for item in checked.items if item.row not in left]
    return CheckedResponses(kept, sorted([*checked.refused, *late], key=lambda one: one.row))


def model_item(number: int, row: ModelResponse, asked: Item) -> NewItem:
    """The item in which people rate one response: the turns of the item it answers, with this response alone."""
    described: dict[str, Any] = {name: getattr(asked, name) for name in _COPIED}
    described["provenance"] = {"source": SOURCE, "model": row.model, "item": asked.name}
    response = {"id": "a", "text": row.response, "model": row.model}
    return NewItem(_name(row), {"turns": asked.content["turns"], "responses": [response]}, number, described)


def _name(row: ModelResponse) -> str:
    return f"{row.item}@{row.model}"


def _prompt(item: Item) -> str:
    return "\n\n".join(str(turn["content"]) for turn in item.content.get("turns", []))


def _problem(row: ModelResponse, known: dict[str, Item], taken: set[str]) -> str:
    """Why a row makes no item; "" where it does."""
    item = known.get(row.item)
    if item is None:
        return f"The study has no item “{row.item[:80]}”."
    if item.kind != Item.Kind.WORK:
        return "This item is there for training or as a check, and no model is rated on it."
    prompt = _prompt(item)
    if not prompt:
        return "This item has no prompt that a model could have answered."
    last = str(item.content["turns"][-1]["content"])
    if row.prompt and row.prompt not in {prompt.strip(), last.strip()}:
        return "Its prompt is not that of the item."
    if _name(row) in taken:
        return f"A response of {row.model} to this item is there already."
    if len(_name(row)) > 200:
        return "The names of the item and the model have more than 200 characters together."
    return ""
