"""Committing to a pool before anybody can know the seed, and a generator that is the same on every machine."""

import hashlib
import json
from collections.abc import Mapping, Sequence

import numpy as np

from aggregation.algorithms.sortition.pool import Quota


def canonical_pool(people: Mapping[str, Mapping[str, str]], quotas: Sequence[Quota], seats: int) -> bytes:
    """Everything a draw follows from besides the seed, as canonical JSON: the order of rows does not count."""
    value = {
        "people": [
            {"features": dict(sorted(features.items())), "id": name} for name, features in sorted(people.items())
        ],
        "quotas": [
            {"feature": one.feature, "max": one.most, "min": one.least, "value": one.value} for one in sorted(quotas)
        ],
        "seats": seats,
    }
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def commitment(people: Mapping[str, Mapping[str, str]], quotas: Sequence[Quota], seats: int) -> str:
    """SHA-256 of the canonical pool, to be published before the seed is known."""
    return hashlib.sha256(canonical_pool(people, quotas, seats)).hexdigest()


def generator(committed: str, seed_text: str, draw: int = 0) -> np.random.Generator:
    """The randomness of a draw: PCG64 seeded by SHA-256 of commitment, public text and the number of the draw."""
    text = f"{committed}\n{draw}\n{seed_text}"
    return np.random.Generator(np.random.PCG64(int.from_bytes(hashlib.sha256(text.encode()).digest(), "big")))
