"""Check a tally bundle or an audit chain: `python verify_tally.py BUNDLE [--sha256 HASH] [--heads FILE]`.

One file that needs nothing but Python 3.11 or newer, so that anybody can read it and run it.

* A tally bundle: its bytes are canonical JSON (white space and order of names count), its seal is the SHA-256 of what
  it holds, and the result follows from the ballots and the rules that were frozen when the vote was opened.
* An audit chain: every entry stands on the one before it, what it says is what was committed to, and every published
  head is the hash of its entry. `--heads` names a file of heads that you kept yourself.

Exit status: 0 when everything holds, 1 when something does not, 2 when the file cannot be read.
"""

import argparse
import hashlib
import json
import sys
from fractions import Fraction
from pathlib import Path
from typing import Any

CHAIN = "polyphony audit chain 1"
TALLY = "polyphony tally 1"
GENESIS = "0" * 64


class Unreadable(Exception):
    """The file is not a bundle of a kind that this verifier knows; the text says what was found."""


def canonical(value: Any) -> bytes:
    """Canonical JSON in UTF-8: sorted names, no white space, no escapes that are not needed."""
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    return text.encode()


def sha256(data: bytes) -> str:
    """SHA-256 in 64 hexadecimal digits."""
    return hashlib.sha256(data).hexdigest()


def parse(data: bytes) -> dict[str, Any]:
    """The bundle in these bytes.

    Raises
    ------
    Unreadable
        If they are not JSON, or not of a format known here.
    """
    try:
        bundle = json.loads(data.decode("utf-8"))
    except (UnicodeDecodeError, ValueError, RecursionError) as problem:
        raise Unreadable(f"This is not JSON in UTF-8: {problem}.") from None
    found = bundle.get("format") if isinstance(bundle, dict) else None
    if found not in (CHAIN, TALLY):
        raise Unreadable(f"The format is {found!r}; this verifier knows {TALLY!r} and {CHAIN!r}.")
    return dict(bundle)


def verify(data: bytes, *, expected_sha256: str = "", heads: list[dict[str, Any]] | None = None) -> dict[str, Any]:
    """Check a bundle.

    Parameters
    ----------
    data : the file's bytes
    expected_sha256 : hash of the file as it was published, when you have it from elsewhere
    heads : heads of an audit chain that you kept, each with "number" and "row_hash"

    Returns
    -------
    dict with "holds" (bool), "faults" (sentences), "format", "sha256" of the bytes, and for a tally "result" as
    recomputed, for a chain "entries", "erased" and "head"

    Raises
    ------
    Unreadable
    """
    bundle = parse(data)
    faults = []
    if expected_sha256 and sha256(data) != expected_sha256:
        faults.append(f"The file's hash is {sha256(data)}, not {expected_sha256}.")
    try:
        if canonical(bundle) != data:
            faults.append("The bytes are not canonical: white space, order of names or escapes were changed.")
        if bundle["format"] == CHAIN:
            more, told = check_chain(bundle["entries"], [*bundle["heads"], *(heads or [])])
        else:
            more, told = check_tally(bundle)
    except (KeyError, TypeError, ValueError, AttributeError, ZeroDivisionError, RecursionError) as problem:
        more, told = [f"Something is missing or of the wrong kind ({type(problem).__name__}: {problem})."], {}
    faults += more
    return {"format": bundle["format"], "sha256": sha256(data), "holds": not faults, "faults": faults, **told}


# --- audit chains ---------------------------------------------------------------------------------------------------


def check_chain(entries: list[dict[str, Any]], heads: list[dict[str, Any]]) -> tuple[list[str], dict[str, Any]]:
    """Check every link, every opening and every head; returns the faults and what there is to tell."""
    faults: list[str] = []
    hashes: dict[int, str] = {}
    before, erased, number = GENESIS, 0, 0
    community = entries[0]["row"]["community"] if entries else None
    for number, entry in enumerate(entries, start=1):
        row = entry["row"]
        if row["community"] != community:
            faults.append(f"Entry {number} belongs to another community.")
        if row["number"] != number:
            faults.append(f"In the place of entry {number} stands entry {row['number']}.")
        if entry["prev_hash"] != before:
            faults.append(f"Entry {number} does not stand on the entry before it.")
        if sha256(str(entry["prev_hash"]).encode() + canonical(row)) != entry["row_hash"]:
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
    return faults, {"entries": number, "without_text": erased, "head": before, "heads_checked": len(heads)}


def read_heads(data: bytes) -> list[dict[str, Any]]:
    """Heads from a file with one JSON object a line, as published."""
    return [json.loads(line) for line in data.decode("utf-8").splitlines() if line.strip()]


# --- tallies --------------------------------------------------------------------------------------------------------


def check_tally(bundle: dict[str, Any]) -> tuple[list[str], dict[str, Any]]:
    """Recompute the result from the ballots; returns the faults and the result."""
    raise ValueError(f"no tally is known to this version, asked with {Fraction(1)}")


def main(arguments: list[str] | None = None) -> int:
    """Check one file and say what came of it."""
    parser = argparse.ArgumentParser(description="Check a tally bundle or an audit chain.")
    parser.add_argument("bundle", type=Path)
    parser.add_argument("--sha256", default="", help="the hash that was published for this file")
    parser.add_argument("--heads", type=Path, help="heads of the audit chain that you kept, one JSON object a line")
    asked = parser.parse_args(arguments)
    try:
        kept = read_heads(asked.heads.read_bytes()) if asked.heads else None
        found = verify(asked.bundle.read_bytes(), expected_sha256=asked.sha256, heads=kept)
    except (OSError, Unreadable, ValueError) as problem:
        print(problem, file=sys.stderr)  # noqa: T201
        return 2
    print(json.dumps(found, indent=2, ensure_ascii=False))  # noqa: T201
    return 0 if found["holds"] else 1


if __name__ == "__main__":
    sys.exit(main())
