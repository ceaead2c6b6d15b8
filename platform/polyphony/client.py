"""A client for programs: push items into a study, pull its answers, download data sets.

from polyphony import Client

client = Client("https://polyphony.example", key="poly_…")
client.push_items("honesty", [{"name": "1", "content": {"texts": [{"name": "text", "text": "…"}]}}])
client.answers("honesty").to_pandas().groupby("question").value.value_counts()
"""

import hashlib
import http.client
import json
import time
import urllib.error
import urllib.parse
import urllib.request
import uuid
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

ITEMS_AT_ONCE = 1_000
CHUNK = 1 << 18
#: What passes by itself; these requests are sent again.
PASSING = frozenset({429, 502, 503, 504})


class ClientError(Exception):
    """The server refused; the text says why.

    Attributes
    ----------
    status : of HTTP; 0 where the server could not be reached
    detail : the whole reply, where it was JSON
    """

    def __init__(self, status: int, message: str, detail: Any = None) -> None:
        super().__init__(message)
        self.status, self.detail = status, detail


@dataclass
class Pushed:
    """What became of items: how many were added, and each one that was refused, with its row and the reason."""

    added: int = 0
    refused: list[dict[str, Any]] = field(default_factory=list)


class Client:
    """Talks to one server as the member whose API key it holds.

    Parameters
    ----------
    address : of the site, such as ``https://polyphony.example``
    key : an API key; "read" is enough for pulling, pushing needs "write"
    timeout : seconds to wait for an answer
    attempts : how often a request is sent while the server is away or busy
    """

    def __init__(self, address: str, key: str, *, timeout: float = 60.0, attempts: int = 5) -> None:
        if urllib.parse.urlsplit(address).scheme not in ("http", "https"):
            raise ValueError(f"address={address!r} should begin with https:// or http://")
        self.address = address.rstrip("/")
        self._key, self._timeout, self._attempts = key, timeout, attempts

    def studies(self) -> list[dict[str, Any]]:
        """The studies one may see."""
        return list(self._pages("studies/"))

    def push_items(self, study: str, items: Iterable[Mapping[str, Any]], *, at_once: int = ITEMS_AT_ONCE) -> Pushed:
        """Add items to a study; an item whose name is there already is refused, so that pushing twice adds none.

        Parameters
        ----------
        study : its short name (slug)
        items : each with ``name`` and ``content`` (turns, responses, texts), and what else an item has
        at_once : how many go with one request
        """
        pushed, first = Pushed(), 1
        part: list[dict[str, Any]] = []

        def send() -> None:
            # One key for all attempts at a part: what arrived already is not refused for being there.
            sent = {"key": str(uuid.uuid4()), "items": part}
            reply = self._json("POST", f"studies/{_quoted(study)}/items/", sent)
            pushed.added += reply["added"]
            pushed.refused += [{**one, "row": one["row"] + first - 1} for one in reply["refused"]]

        for item in items:
            part.append(dict(item))
            if len(part) == at_once:
                send()
                first, part = first + len(part), []
        if part:
            send()
        return pushed

    def answer_batches(self, study: str, *, since: datetime | None = None) -> "Iterator[pa.RecordBatch]":
        """The answers of a study one runs, batch by batch as they arrive; memory holds one batch.

        Parameters
        ----------
        since : only what was given or changed since, or is about an item that was validated since
        """
        import pyarrow as pa

        query = {"as": "arrow"} | ({"since": since.isoformat()} if since else {})
        address = f"answers/{_quoted(study)}/?{urllib.parse.urlencode(query)}"
        with self._open("GET", address) as reply, pa.ipc.open_stream(reply) as stream:
            yield from stream

    def answers(self, study: str, *, since: datetime | None = None) -> "pa.Table":
        """All answers as one Arrow table; ``.to_pandas()`` makes a data frame of it.

        One row for each thing that was said: item, rater (a name for this study alone), question, target, value,
        number, labels, why, confidence, flags, groups, order_shown, seconds, version, synthetic, extra. Items that a
        program made are held out until enough people have validated them, as in data sets, and marked in ``synthetic``.
        """
        import pyarrow as pa

        query = {"as": "arrow"} | ({"since": since.isoformat()} if since else {})
        address = f"answers/{_quoted(study)}/?{urllib.parse.urlencode(query)}"
        with self._open("GET", address) as reply, pa.ipc.open_stream(reply) as stream:
            table: pa.Table = stream.read_all()
        return table

    def answers_frame(self, study: str, *, since: datetime | None = None) -> "pd.DataFrame":
        """All answers as a pandas data frame; flags, groups and extra are dictionaries."""
        frame: pd.DataFrame = self.answers(study, since=since).to_pandas()
        for column in ("flags", "groups", "extra"):
            frame[column] = [json.loads(held) if held else {} for held in frame[column]]
        return frame

    def exports(self, *, study: str | None = None) -> list[dict[str, Any]]:
        """The data sets one may see, newest first."""
        return list(self._pages(f"exports/?{urllib.parse.urlencode({'study__slug': study})}" if study else "exports/"))

    def download(self, export: str | Mapping[str, Any], target: str | Path) -> Path:
        """Download a data set, going on where an earlier attempt stopped, and check its hash.

        Parameters
        ----------
        export : its id, or what :meth:`exports` gave
        target : the file to write, or a folder to write it into

        Raises
        ------
        ClientError
            If it is not open to you, or what arrived is not what was approved.
        """
        identity = export if isinstance(export, str) else str(export["id"])
        known = self._json("GET", f"exports/{_quoted(identity)}/")
        path = Path(target)
        if path.is_dir():
            path = path / f"{known['study'] or known['conversation']}-{known['format']}.zip"
        part = path.with_name(f"{path.name}.{known['sha256'][:12]}.part")
        for attempt in range(self._attempts):
            try:
                self._go_on(identity, known["sha256"], part)
                break
            except (OSError, http.client.HTTPException) as problem:
                if attempt + 1 == self._attempts:
                    raise ClientError(0, f"The download broke off: {problem}. Call it again to go on.") from None
                time.sleep(min(2**attempt * 0.2, 5))
        with part.open("rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
        if found != known["sha256"]:
            part.unlink()
            raise ClientError(0, f"What arrived has the hash {found}, not {known['sha256']}. Nothing was kept.")
        part.replace(path)
        return path

    def _go_on(self, export: str, sha256: str, part: Path) -> None:
        have = part.stat().st_size if part.exists() else 0
        headers = {"Range": f"bytes={have}-", "If-Range": f'"{sha256}"'} if have else {}
        try:
            reply = self._open("GET", f"exports/{_quoted(export)}/download/", headers=headers)
            with reply, part.open("ab" if reply.status == 206 else "wb") as file:
                while chunk := reply.read(CHUNK):
                    file.write(chunk)
        except ClientError as refused:
            if refused.status != 416:  # everything is there already
                raise

    def _pages(self, path: str) -> Iterator[dict[str, Any]]:
        following: str | None = path
        while following:
            page = self._json("GET", following)
            yield from page["results"]
            following = page["next"]

    def _json(self, method: str, path: str, body: Any = None) -> Any:
        with self._open(method, path, body=body) as reply:
            return json.loads(reply.read())

    def _open(
        self, method: str, path: str, *, body: Any = None, headers: Mapping[str, str] | None = None
    ) -> http.client.HTTPResponse:
        """Send a request, again while the server is away or busy.

        Raises
        ------
        ClientError
            With what the server says.
        """
        url = path if path.startswith(f"{self.address}/") else f"{self.address}/api/v1/{path}"
        data = None if body is None else json.dumps(body).encode()
        sent = {"Authorization": f"Bearer {self._key}", "Accept": "*/*", **(headers or {})}
        if data is not None:
            sent["Content-Type"] = "application/json"
        for attempt in range(1, self._attempts + 1):
            request = urllib.request.Request(url, data=data, headers=sent, method=method)
            try:
                reply: http.client.HTTPResponse = urllib.request.urlopen(request, timeout=self._timeout)
                return reply
            except urllib.error.HTTPError as refused:
                if refused.code not in PASSING or attempt == self._attempts:
                    raise _error_of(refused) from None
                pause = refused.headers.get("Retry-After", "")
                time.sleep(float(pause) if pause.isdecimal() else min(2**attempt * 0.2, 10))
            except urllib.error.URLError as problem:
                if attempt == self._attempts:
                    raise ClientError(0, f"{self.address} cannot be reached: {problem.reason}.") from None
                time.sleep(min(2**attempt * 0.2, 10))
        raise AssertionError("the loop returns or raises")


def _error_of(refused: urllib.error.HTTPError) -> ClientError:
    text = refused.read().decode(errors="replace")
    try:
        detail = json.loads(text)
    except ValueError:
        return ClientError(refused.code, f"The server answers {refused.code} {refused.reason}.")
    said = detail.get("detail", detail) if isinstance(detail, dict) else detail
    return ClientError(refused.code, said if isinstance(said, str) else json.dumps(said, ensure_ascii=False), detail)


def _quoted(part: str) -> str:
    return urllib.parse.quote(part, safe="")
