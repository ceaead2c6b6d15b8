"""Checking a chain: pure, on rows as the exported bundle holds them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from governance.canonical import canonical, sha256

GENESIS = "0" * 64


@dataclass(frozen=True)
class ChainCheck:
    """What came of checking a chain.

    Attributes
    ----------
    entries : how many entries there are
    erased : how many of them had what they said erased
    head : hash of the last entry; :data:`GENESIS` for an empty chain
    faults : what does not hold, a sentence each; empty when the chain is whole
    """

    entries: int
    erased: int
    head: str
    faults: tuple[str, ...]

    @property
    def holds(self) -> bool:
        """Whether nothing was found."""
        return not self.faults


def check_chain(entries: Iterable[Mapping[str, Any]], heads: Iterable[Mapping[str, Any]]) -> ChainCheck:
    """Check every link, every opening and every published head.

    Parameters
    ----------
    entries : in order; each with "row" (what its hash covers), "prev_hash", "row_hash" and "opening" (None, or "salt"
        and "text")
    heads : what was published, each with "number" and "row_hash"
    """
    faults: list[str] = []
    hashes: dict[int, str] = {}
    before, erased, number, community = GENESIS, 0, 0, None
    for number, entry in enumerate(entries, start=1):
        row = entry["row"]
        if community is None:
            community = row["community"]
        if row["community"] != community:
            faults.append(f"Entry {number} belongs to another community.")
        if row["number"] != number:
            faults.append(f"In the place of entry {number} stands entry {row['number']}.")
        if entry["prev_hash"] != before:
            faults.append(f"Entry {number} does not stand on the entry before it.")
        if sha256(str(entry["prev_hash"]).encode() + canonical(dict(row))) != entry["row_hash"]:
            faults.append(f"Entry {number} was changed: its hash is another.")
        opening = entry["opening"]
        if opening is None:
            erased += 1
        elif sha256(str(opening["salt"]).encode() + str(opening["text"]).encode()) != row["commitment"]:
            faults.append(f"What entry {number} says is not what was committed to.")
        before = hashes[number] = entry["row_hash"]
    for head in heads:
        if hashes.get(head["number"]) != head["row_hash"]:
            missing = "is missing" if head["number"] not in hashes else "is another"
            faults.append(f"Entry {head['number']}, published as {head['row_hash'][:12]}…, {missing}.")
    return ChainCheck(number, erased, before, tuple(faults))
