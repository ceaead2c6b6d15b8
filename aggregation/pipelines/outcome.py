"""What every pipeline gives back, and how it tells of its progress."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

Tell = Callable[[float, str], None]
"""Told how much is done, from 0 to 1, and what is being done; raises to stop the work."""


def silent(share: float, message: str) -> None:
    """Tells nobody."""


@dataclass(frozen=True)
class Outcome:
    """The result of a run, ready for JSON, and what a reader has to know about it."""

    result: dict[str, Any]
    warnings: tuple[str, ...] = ()


def number(value: Any) -> float | None:
    """A number for JSON: rounded to nine digits, None for nan and infinities."""
    if value is None or not np.isfinite(value):
        return None
    return round(float(value), 9)


def portion(tell: Tell, start: float, end: float, message: str) -> Callable[[int, int], None]:
    """A progress of (done, total) that fills the part from ``start`` to ``end``."""

    def told(done: int, total: int) -> None:
        tell(start + (end - start) * done / max(total, 1), message)

    return told


def cleaned(value: Any) -> Any:
    """Nested results of numpy for JSON: plain numbers, None for nan and infinities, lists for tuples and arrays."""
    if isinstance(value, dict):
        return {str(name): cleaned(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [cleaned(one) for one in value]
    if isinstance(value, np.ndarray):
        return cleaned(value.tolist())
    if isinstance(value, bool | np.bool_):
        return bool(value)
    if isinstance(value, int | np.integer):
        return int(value)
    return number(value) if isinstance(value, float | np.floating) else value
