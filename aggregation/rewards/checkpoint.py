"""What a stopped training leaves behind, so that the next one goes on from there and ends with the same bytes."""

import hashlib
import json
from collections.abc import Callable, Iterator, MutableMapping
from dataclasses import asdict
from pathlib import Path
from typing import TypeVar
from urllib.parse import quote, unquote

from aggregation.rewards.ensemble import Member
from aggregation.rewards.problem import Problem
from aggregation.rewards.tensors import (
    build_member,
    build_trunk,
    describe_trunk,
    from_bytes,
    member_tensors,
    rater_tensors,
    spec_as_plain,
    spec_from_plain,
    to_bytes,
    trunk_tensors,
)
from aggregation.rewards.trunk import MlpTrunk
from aggregation.rewards.workshop import Settings, Workshop

Result = TypeVar("Result")


class FolderStore(MutableMapping[str, bytes]):
    """A mapping of names to bytes in a folder, each written whole or not at all."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __getitem__(self, name: str) -> bytes:
        try:
            return self._path(name).read_bytes()
        except FileNotFoundError:
            raise KeyError(name) from None

    def __setitem__(self, name: str, data: bytes) -> None:
        path = self._path(name)
        self.folder.mkdir(parents=True, exist_ok=True)
        beside = path.with_suffix(".part")
        beside.write_bytes(data)
        beside.replace(path)

    def __delitem__(self, name: str) -> None:
        try:
            self._path(name).unlink()
        except FileNotFoundError:
            raise KeyError(name) from None

    def __iter__(self) -> Iterator[str]:
        return (unquote(path.stem) for path in sorted(self.folder.glob("*.kept")))

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def _path(self, name: str) -> Path:
        return self.folder / f"{quote(name, safe='')}.kept"


class Checkpoint:
    """Choices and finished members in a mapping of bytes.

    Entries of another problem or other settings are ignored, and so are damaged ones: they are computed again.
    """

    def __init__(self, store: MutableMapping[str, bytes], problem: Problem, settings: Settings) -> None:
        self.store, self.key = store, fingerprint(problem, settings)

    def once(self, name: str, compute: Callable[[], Result]) -> Result:
        """A result that JSON can hold: what was kept under this name, or else computed and kept."""
        key = f"{self.key}/{name}"
        kept = self.store.get(key)
        if kept is None or not _is_json(kept):
            kept = self.store[key] = json.dumps(compute()).encode()
        found: Result = json.loads(kept)
        return found

    def member(self, place: int, workshop: Workshop, bandwidth: float) -> Member | None:
        """A finished member, if there is one."""
        about, data = self.store.get(f"{self.key}/{place}/about"), self.store.get(f"{self.key}/{place}/tensors")
        if about is None or data is None:
            return None
        try:
            plain, tensors = json.loads(about), from_bytes(data, f"checkpoint of member {place}")
            trunk, _ = workshop.trunk(bandwidth, place)  # a kernel is shared by all members
            if isinstance(trunk, MlpTrunk):
                trunk = build_trunk(plain["trunk"], tensors, workshop.embeddings.shape[1])
            return build_member(spec_from_plain(plain["spec"]), trunk, tensors)
        except (ValueError, KeyError, TypeError):
            return None

    def keep_member(self, place: int, member: Member) -> None:
        """Keep a finished member."""
        plain = {"trunk": describe_trunk(member.trunk), "spec": spec_as_plain(member.model.spec)}
        tensors = member_tensors(member) | rater_tensors(member) | trunk_tensors(member.trunk)
        self.store[f"{self.key}/{place}/about"] = json.dumps(plain).encode()
        self.store[f"{self.key}/{place}/tensors"] = to_bytes(tensors)


def _is_json(data: bytes) -> bool:
    try:
        json.loads(data)
    except ValueError:
        return False
    return True


def fingerprint(problem: Problem, settings: Settings) -> str:
    """SHA-256 of what decides a training's result."""
    digest = hashlib.sha256(json.dumps(asdict(settings), sort_keys=True).encode())
    digest.update(repr((problem.vocabularies, problem.threshold, problem.prefer)).encode())
    for rows in (problem.train, problem.val, problem.train_pairs, problem.val_pairs):
        for name in rows.__dataclass_fields__:
            digest.update(getattr(rows, name).tobytes())
    for array in (problem.embeddings, problem.routes, problem.safe_item, problem.safe):
        if array is not None:
            digest.update(array.tobytes())
    return digest.hexdigest()[:32]
