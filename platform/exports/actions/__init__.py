"""Everything that writes in this room."""

from exports.actions.building import build_export, request_export
from exports.actions.preparing import choose_privacy, decide_texts, prepare_again, scan_texts, start_export

__all__ = [
    "build_export",
    "choose_privacy",
    "decide_texts",
    "prepare_again",
    "request_export",
    "scan_texts",
    "start_export",
]
