"""Short ways to write the settings of a question."""

from typing import Any


def options(*pairs: tuple[str, str]) -> list[dict[str, str]]:
    """Options of a question from codes and texts."""
    return [{"code": code, "text": text} for code, text in pairs]


def scale(
    least: float, most: float, step: float, ends: tuple[str, str], *dimensions: tuple[str, str]
) -> dict[str, Any]:
    """Settings of a rating: its range, the words at its ends, its dimensions."""
    return {"least": least, "most": most, "step": step, "ends": list(ends), "dimensions": options(*dimensions)}
