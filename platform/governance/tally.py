"""The tally bundle: all that the result of a decision follows from, as bytes that anybody can check."""

import hashlib
from typing import Any

from governance.canonical import canonical, sha256
from governance.chain import stamp
from governance.models.decisions import Decision
from governance.models.matters import Matter
from governance.procedure import Case, State
from governance.result import result

FORMAT = "polyphony tally 1"


def hash_of_text(text: str) -> str:
    """SHA-256 of a text in UTF-8."""
    return hashlib.sha256(text.encode()).hexdigest()


def tally_bytes(decision: Decision, case: Case, state: State, ended_at: Any, reason: str) -> bytes:
    """The bundle: a body in canonical JSON, sealed by its hash. Seats go by number; nobody is named."""
    body = {
        "ballots": _ballots(decision, 1, case),
        "body": {"community": decision.body.community.slug, "name": decision.body.name, "slug": decision.body.slug},
        "closes_at": stamp(case.closes_at),
        "decision": {
            "id": str(decision.pk),
            "subject": {
                "id": decision.subject_id,
                "sha256": decision.subject_sha256,
                "title": decision.subject_title,
                "type": decision.subject_type,
            },
            "text": decision.text,
            "text_sha256": decision.text_sha256,
            "title": decision.title,
        },
        "electors": [
            {
                "class": row.seat_class,
                "ends_at": stamp(row.ends_at),
                "reserved_for": row.reserved_for,
                "seat": row.number,
                "starts_at": stamp(row.starts_at),
            }
            for row in decision.electors.all()
        ],
        "objections": [_matter(row) for row in decision.objections.all()],
        "opened_at": stamp(case.opened_at),
        "override": None
        if case.override_opened_at is None
        else {"ballots": _ballots(decision, 2, case), "opened_at": stamp(case.override_opened_at)},
        "recused": sorted(case.recused),
        "result": result(case, state) | {"ended_at": stamp(ended_at), "reason": reason},
        "rule": case.rule.to_json(),
        "vacant": case.vacant,
        "vetoes": [_matter(row) | {"seat": row.elector.number} for row in decision.vetoes.all()],
    }
    return canonical({"body": body, "format": FORMAT, "seal": sha256(canonical(body))})


def _ballots(decision: Decision, number: int, case: Case) -> dict[str, Any]:
    """Who voted, and the ballots: with seat and time in an open vote, sorted choices alone in a secret one."""
    rows = [ballot for ballot in decision.ballots.all() if ballot.round == number]
    numbers = {row.pk: row.number for row in decision.electors.all()}
    if case.rule.secret:
        cast: list[Any] = sorted(ballot.choice for ballot in rows)
    else:
        cast = sorted(
            (
                {
                    "cast_at": stamp(ballot.cast_at),
                    "choice": ballot.choice,
                    "seat": numbers[ballot.elector_id],
                }
                for ballot in rows
                if ballot.cast_at is not None and ballot.elector_id is not None
            ),
            key=lambda one: one["seat"],
        )
    voted = case.first.voted if number == 1 else case.second.voted
    return {"cast": cast, "voted": sorted(voted)}


def _matter(row: Matter) -> dict[str, Any]:
    return {
        "answer_sha256": hash_of_text(row.answer) if row.answer else "",
        "answered_at": stamp(row.answered_at) if row.answered_at else "",
        "filed_at": stamp(row.filed_at),
        "reason_sha256": hash_of_text(row.reason),
        "withdrawn_at": stamp(row.withdrawn_at) if row.withdrawn_at else "",
    }
