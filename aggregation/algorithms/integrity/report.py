"""An inspection in ids and words, as the command line writes it and the web stores it."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from aggregation.algorithms.integrity.inspection import SIGNALS, Inspection, WithAndWithout
from aggregation.algorithms.opinion import OpinionMap


def inspection_report(found: Inspection, participants: Sequence[str], statements: Sequence[str]) -> dict[str, Any]:
    """Flagged participants with signals and scores, rings, bursts, copied texts.

    Parameters
    ----------
    participants, statements : ids behind positions; statements in the order of the texts that were inspected
    """
    return {
        "participants": found.n_participants,
        "flagged": [_account(participants[member], signals) for member, signals in found.flags.items()],
        "noticed": [_account(participants[member], signals) for member, signals in found.noticed.items()],
        "flagged_share": len(found.flags) / max(found.n_participants, 1),
        "rings": [[participants[member] for member in ring.members] for ring in found.rings],
        "ring_details": [
            [
                {"participant": participants[member], "evidence": evidence, "match": match}
                for member, evidence, match in zip(ring.members, ring.evidence, ring.match, strict=True)
            ]
            for ring in found.rings
        ],
        "bursts": [
            {
                "start": burst.start,
                "end": burst.end,
                "newcomers": len(burst.members),
                "expected": burst.expected,
                "participants": [participants[member] for member in burst.members],
            }
            for burst in found.bursts
        ],
        "copied_texts": [[statements[place] for place in same] for same in found.copied],
        "timed": found.pace is not None,
    }


def _account(participant: str, signals: dict[str, float]) -> dict[str, Any]:
    told = [{"signal": name, "score": score, "meaning": SIGNALS[name]} for name, score in signals.items()]
    return {"participant": participant, "signals": told}


def comparison_report(found: WithAndWithout, statements: Sequence[str]) -> dict[str, Any]:
    """Groups and consensus with and without, and each statement's share of agreement in both."""
    one, other = (_told(held, statements) for held in (found.everybody, found.without))
    shares = {}
    for name in statements:
        before, after = one["agree_share"][name], other["agree_share"][name]
        change = None if before is None or after is None else after - before
        shares[name] = {"with": before, "without": after, "change": change}
    moved = [name for name in statements if shares[name]["change"] is not None]
    return {
        "with": {key: value for key, value in one.items() if key != "agree_share"},
        "without": {key: value for key, value in other.items() if key != "agree_share"},
        "agreement": shares,
        "most_changed": sorted(moved, key=lambda name: -abs(shares[name]["change"] or 0.0))[:10],
        "consensus_lost": [s for s in one["consensus_agree"] if s not in other["consensus_agree"]],
        "consensus_gained": [s for s in other["consensus_agree"] if s not in one["consensus_agree"]],
    }


def _told(held: OpinionMap, statements: Sequence[str]) -> dict[str, Any]:
    counts = held.statistics.counts
    seen = counts.seen_all
    share = np.divide(counts.agree_all, seen, out=np.full(len(seen), np.nan), where=seen > 0)
    return {
        "votes": held.n_votes,
        "k": held.k,
        "group_sizes": counts.sizes.tolist(),
        "consensus_agree": [statements[one.statement] for one in held.statistics.consensus.agree],
        "consensus_disagree": [statements[one.statement] for one in held.statistics.consensus.disagree],
        "group_informed_consensus": dict(
            zip(statements, held.statistics.group_informed_consensus.tolist(), strict=True)
        ),
        "agree_share": {
            name: None if np.isnan(value) else float(value) for name, value in zip(statements, share, strict=True)
        },
    }
