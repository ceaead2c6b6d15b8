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
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any

CHAIN = "polyphony audit chain 1"
TALLY = "polyphony tally 1"
GENESIS = "0" * 64
CHOICES = ("for", "against", "abstain")


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
    faults: list[str] = []
    body = bundle["body"]
    if sorted(bundle) != ["body", "format", "seal"]:
        faults.append(f"The bundle holds {sorted(bundle)}, not body, format and seal.")
    if sha256(canonical(body)) != bundle["seal"]:
        faults.append("The seal is not the hash of the body: something was changed.")
    if sha256(body["decision"]["text"].encode()) != body["decision"]["text_sha256"]:
        faults.append("The text is not the one whose hash was frozen.")
    electors = {elector["seat"]: elector for elector in body["electors"]}
    if len(electors) != len(body["electors"]):
        faults.append("A seat stands twice in the electorate.")
    if moment(body["closes_at"]) - moment(body["opened_at"]) < hours(body["rule"]["minimum_open_hours"]):
        faults.append("The vote was open for less than the rule asks.")
    faults += check_people(body, electors)
    override_closes = None
    faults += check_ballots(body, body["ballots"], electors, moment(body["opened_at"]), moment(body["closes_at"]))
    if body["override"] is not None:
        begin = moment(body["override"]["opened_at"])
        override_closes = begin + hours(body["rule"]["override_hours"])
        faults += check_ballots(body, body["override"]["ballots"], electors, begin, override_closes)
    found = recompute(body, len(electors) - len(body["recused"]), override_closes)
    for name, value in found.items():
        if body["result"].get(name) != value:
            faults.append(f"By the ballots and the rule {name} is {value}; the bundle says {body['result'].get(name)}.")
    return faults, {"result": found, "title": body["decision"]["title"]}


def check_people(body: dict[str, Any], electors: dict[int, Any]) -> list[str]:
    """Terms that ran at opening, recusals of electors, vetoes of seats that carry them."""
    faults = []
    for seat, elector in electors.items():
        if not moment(elector["starts_at"]) <= moment(body["opened_at"]) < moment(elector["ends_at"]):
            faults.append(f"The term of seat {seat} did not run when the vote was opened.")
    for seat in body["recused"]:
        if seat not in electors:
            faults.append(f"Seat {seat} stepped aside without a vote.")
    if len(set(body["recused"])) != len(body["recused"]):
        faults.append("A seat stepped aside twice.")
    for veto in body["vetoes"]:
        elector = electors.get(veto["seat"])
        if elector is None or elector["class"] not in body["rule"]["veto_classes"]:
            faults.append(f"Seat {veto['seat']} carries no veto.")
        elif not moment(body["opened_at"]) <= moment(veto["filed_at"]) < moment(elector["ends_at"]):
            faults.append(f"The veto of seat {veto['seat']} was filed outside its term.")
    return faults


def check_ballots(
    body: dict[str, Any], ballots: dict[str, Any], electors: dict[int, Any], begin: datetime, end: datetime
) -> list[str]:
    """As many ballots as voters, each voter once, of the electorate, not recused, in term and in time."""
    faults = []
    voted = ballots["voted"]
    if len(set(voted)) != len(voted):
        faults.append("A seat has voted twice.")
    for seat in voted:
        if seat not in electors:
            faults.append(f"Seat {seat} has voted without being in the electorate.")
        elif seat in body["recused"]:
            faults.append(f"Seat {seat} has voted after stepping aside.")
        elif moment(electors[seat]["ends_at"]) <= begin:
            faults.append(f"Seat {seat} has voted after its term.")
    if len(ballots["cast"]) != len(voted):
        faults.append(f"There are {len(ballots['cast'])} ballots of {len(voted)} voters.")
    for choice in choices_of(body, ballots):
        if choice not in CHOICES:
            faults.append(f"A ballot says {choice!r}.")
    if not body["rule"]["secret"]:
        if [ballot["seat"] for ballot in ballots["cast"]] != sorted(voted):
            faults.append("The ballots are not those of the seats that voted.")
        for ballot in ballots["cast"]:
            cast = moment(ballot["cast_at"])
            if not begin <= cast < end:
                faults.append(f"The ballot of seat {ballot['seat']} was cast while the vote was not open.")
            elif not cast < moment(electors[ballot["seat"]]["ends_at"]):
                faults.append(f"The ballot of seat {ballot['seat']} was cast after its term.")
    return faults


def choices_of(body: dict[str, Any], ballots: dict[str, Any]) -> list[str]:
    """What the ballots say; in a secret vote they are nothing but that."""
    return list(ballots["cast"]) if body["rule"]["secret"] else [ballot["choice"] for ballot in ballots["cast"]]


def recompute(body: dict[str, Any], eligible: int, override_closes: datetime | None) -> dict[str, Any]:
    """The result as it follows from the ballots, the rule, the answers and the clock."""
    rule, choices = body["rule"], choices_of(body, body["ballots"])
    in_favour, against = choices.count("for"), choices.count("against")
    quorum_base = {"eligible": eligible, "seats": eligible + body["vacant"]}[rule["quorum_base"]]
    threshold_base = {"decisive": in_favour + against, "cast": len(choices), "eligible": eligible}[
        rule["threshold_base"]
    ]
    quorum_needed = least(Fraction(rule["quorum"]) * quorum_base, False)
    threshold_needed = least(Fraction(rule["threshold"]) * threshold_base, rule["more_than"])
    found = {
        "abstain": choices.count("abstain"),
        "against": against,
        "for": in_favour,
        "quorum_base": quorum_base,
        "quorum_met": len(choices) >= quorum_needed,
        "quorum_needed": quorum_needed,
        "threshold_base": threshold_base,
        "threshold_met": in_favour >= threshold_needed,
        "threshold_needed": threshold_needed,
    }
    over = {}
    if override_closes is not None:
        needed = least(Fraction(rule["override"]) * eligible, False)
        in_favour_again = choices_of(body, body["override"]["ballots"]).count("for")
        over = {"override_needed": needed, "override_met": in_favour_again >= needed}
    state, at = outcome(body, found, over, override_closes)
    return found | over | {"state": state, "ended_at": stamp(at)}


def outcome(
    body: dict[str, Any], found: dict[str, Any], over: dict[str, Any], override_closes: datetime | None
) -> tuple[str, datetime]:
    """How it ended, and when."""
    closes = moment(body["closes_at"])
    if not found["quorum_met"]:
        return "lapsed", closes
    if not found["threshold_met"]:
        return "rejected", closes
    matters = [*body["objections"], *body["vetoes"]]
    answered = [moment(m[name]) for m in matters for name in ("answered_at", "withdrawn_at") if m[name]]
    due = closes + hours(body["rule"]["answer_hours"])
    if any(not m["answered_at"] and not m["withdrawn_at"] for m in matters):
        return "lapsed", due
    settled = max([closes, *answered])
    if not any(not veto["withdrawn_at"] for veto in body["vetoes"]):
        return "adopted", settled
    if override_closes is None:
        raise ValueError("a veto stands, and no vote on overriding it is there")
    if moment(body["override"]["opened_at"]) != settled:
        raise ValueError("the vote on overriding did not begin when the last answer was given")
    return ("adopted" if over["override_met"] else "rejected"), override_closes


def least(share: Fraction, more_than: bool) -> int:
    """The least whole number, one or more, that reaches (or exceeds) a share."""
    return max(1, share.__floor__() + 1 if more_than else share.__ceil__())


def moment(text: str) -> datetime:
    """A time as bundles write it."""
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=UTC)


def stamp(when: datetime) -> str:
    """A time as bundles write it."""
    return when.strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def hours(number: int) -> timedelta:
    """So many hours."""
    return timedelta(hours=number)


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
        print(problem, file=sys.stderr)  # noqa: T201  # one file, used without the package
        return 2
    print(json.dumps(found, indent=2, ensure_ascii=False))  # noqa: T201  # one file, used without the package
    return 0 if found["holds"] else 1


if __name__ == "__main__":
    sys.exit(main())
