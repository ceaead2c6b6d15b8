"""In which order the responses and options of an item are shown, so that each stands in each place equally often."""

import random
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from annotation.kinds import options_of, texts_of
from annotation.models import Item, Question


def rotated(names: Sequence[str], *, turn: int, seed: int) -> list[str]:
    """The names in a fixed random order, turned on by ``turn`` places.

    Over as many turns in a row as there are names, each stands in each place once.
    """
    base = list(names)
    random.Random(seed).shuffle(base)
    if not base:
        return []
    step = turn % len(base)
    return base[step:] + base[:step]


def order_shown(item: Item, questions: Iterable[Question], *, turn: int) -> dict[str, Any]:
    """What an assignment stores of its order.

    Parameters
    ----------
    turn : how often the item was given before, in its stratum
    """
    shown: dict[str, Any] = {"responses": rotated(list(texts_of(item.content).responses), turn=turn, seed=item.pk)}
    options = {
        question.name: rotated(list(options_of(question.settings)), turn=turn, seed=item.pk * 31 + question.position)
        for question in questions
        if question.settings.get("shuffle")
    }
    return {**shown, "options": options} if options else shown


def in_order(rows: Mapping[str, Any], order: Sequence[str]) -> dict[str, Any]:
    """A mapping in the order shown; what the order does not name comes last."""
    known = [name for name in order if name in rows]
    return {name: rows[name] for name in [*known, *(name for name in rows if name not in known)]}
