"""What the worker calls; the heavy imports happen there and not in web processes."""

from typing import Any

from jobs.progress import Progress


def scan_export(progress: Progress, *, export: str) -> dict[str, Any]:
    """Search the free texts of an export for personal data."""
    from exports.actions.preparing import scan_texts

    return scan_texts(progress, export=export)


def build_export(progress: Progress, *, export: str) -> dict[str, Any]:
    """Build the files of an export."""
    from exports.actions.building import build_export as build

    return build(progress, export=export)


def load_demo() -> bool:
    """Make a finished export of a demonstration's study."""
    from exports.demo.load import load_demo as load

    return load()
