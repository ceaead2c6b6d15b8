"""Results as people see them who do not run the community: numbers that speak of very few people are left out."""

from typing import Any

COUNTS = ("people", "seen", "stands_for", "n")


def without_small_cells(result: Any, k: int) -> Any:
    """The result where every row that speaks of 1 to k - 1 people has lost its numbers and says ``hidden``."""
    if isinstance(result, list):
        return [without_small_cells(one, k) for one in result]
    if not isinstance(result, dict):
        return result
    small = any(type(result.get(name)) is int and 0 < result[name] < k for name in COUNTS)
    if not small:
        return {name: without_small_cells(value, k) for name, value in result.items()}
    return {
        name: None if isinstance(value, int | float) and not isinstance(value, bool) else without_small_cells(value, k)
        for name, value in result.items()
    } | {"hidden": True}
