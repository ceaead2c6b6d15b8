"""The answers of a study as a stream of bytes, for the people who run it: Arrow, or JSON Lines.

What a program made is held out until enough people have validated it, as in exports, and marked from then on.

People go by names that stay the same for one study, so that what is pulled today fits what was pulled yesterday. A
name is a keyed hash: neither an id of this site nor of a crowd service.
"""

import hmac
import io
import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pyarrow as pa
from django.conf import settings

from annotation.models import Study
from annotation.queries import AnswerRow, answer_rows
from exports.sources.base import batches_of

MEDIA_TYPES = {"arrow": "application/vnd.apache.arrow.stream", "jsonl": "application/x-ndjson"}
_TEXTS = pa.list_(pa.string())
ROWS = pa.schema(
    [
        ("item", pa.string()),
        ("rater", pa.string()),
        ("question", pa.string()),
        ("target", pa.string()),
        ("value", pa.string()),
        ("number", pa.float64()),
        ("labels", _TEXTS),
        ("why", pa.string()),
        ("confidence", pa.int64()),
        ("flags", pa.string()),
        ("groups", pa.string()),
        ("order_shown", _TEXTS),
        ("seconds", pa.float64()),
        ("version", pa.int64()),
        ("synthetic", pa.bool_()),
        ("extra", pa.string()),
    ]
)


def pull_answers(study: Study, kind: str, *, since: datetime | None = None) -> Iterator[bytes]:
    """The stream, piece by piece.

    Parameters
    ----------
    kind : one of :data:`MEDIA_TYPES`
    since : only answers that were given or changed since, and those about items that were validated since
    """
    rows = (_plain(study, row) for row in answer_rows(study, after=since, held_out=False))
    if kind == "jsonl":
        for row in rows:
            yield json.dumps(row, ensure_ascii=False).encode() + b"\n"
        return
    sink = _Pieces()
    with pa.ipc.new_stream(sink, ROWS) as writer:
        for batch in batches_of(rows, ROWS):
            writer.write_batch(batch)
            yield sink.taken()
    yield sink.taken()


def name_in(study: Study, member: int) -> str:
    """How a person is called in what is pulled of one study."""
    text = f"answers of study {study.pk}: member {member}"
    return f"r{hmac.digest(settings.SECRET_KEY.encode(), text.encode(), 'sha256').hex()[:16]}"


def _plain(study: Study, row: AnswerRow) -> dict[str, Any]:
    return {
        "item": row.item,
        "rater": name_in(study, row.rater),
        "question": row.column,
        "target": row.target,
        "value": row.value,
        "number": row.number,
        "labels": list(row.labels),
        "why": row.why or "",
        "confidence": row.confidence,
        "flags": json.dumps(dict(row.flags), ensure_ascii=False) if row.flags else "",
        "groups": json.dumps({n: list(c) for n, c in row.groups.items()}, ensure_ascii=False) if row.groups else "",
        "order_shown": list(row.order_shown),
        "seconds": row.seconds,
        "version": row.version,
        "synthetic": row.is_synthetic,
        "extra": json.dumps(dict(row.extra), ensure_ascii=False) if row.extra else "",
    }


class _Pieces(io.RawIOBase):
    """Keeps what is written until it is taken."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        piece = bytes(data)
        self._parts.append(piece)
        return len(piece)

    def taken(self) -> bytes:
        """Everything since the last time."""
        whole, self._parts = b"".join(self._parts), []
        return whole
