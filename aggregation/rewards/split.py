"""A split that needs no random numbers: a person's or an item's name decides, so that anybody can repeat it.

An item lies in bucket int(sha1("item:" + id), 16) mod 100, a rater likewise with "rater:".
"""

import hashlib
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from aggregation.rewards.data import Pairs, Points


def bucket(kind: str, identity: str, *, salt: str = "") -> int:
    """The bucket 0 to 99 of one name; another ``salt`` gives an independent split.

    >>> bucket("item", "12"), bucket("rater", "12")
    (87, 27)
    """
    return int(hashlib.sha1(f"{salt}{kind}:{identity}".encode(), usedforsecurity=False).hexdigest(), 16) % 100


def buckets(kind: str, identities: Iterable[str], *, salt: str = "") -> NDArray[np.int64]:
    """Buckets of many names, shape (n,)."""
    known: dict[str, int] = {}
    return np.array([known.setdefault(name, bucket(kind, name, salt=salt)) for name in identities], dtype=np.int64)


def train_and_val(items: Iterable[str], *, val_share: int = 15) -> NDArray[np.bool_]:
    """Where no split is given: true for the rows that train, false for the ``val_share`` percent of items that tune."""
    if not 1 <= val_share <= 50:
        raise ValueError(f"val_share={val_share} should lie between 1 and 50 percent")
    return buckets("item", items) >= val_share


def even_threshold(answers: Points, asked: float | None = None) -> float:
    """The threshold asked for, or the value that splits the answers most evenly; a lone value, or 0.5 without any."""
    if asked is not None:
        return asked
    levels = np.unique(answers.value)
    if len(levels) < 2:
        return float(levels[0]) if len(levels) else 0.5
    return float(min(levels[1:], key=lambda level: abs(float((answers.value >= level).mean()) - 0.5)))


def split_with_texts(compared: Pairs, held: NDArray[np.intp] | NDArray[np.int64]) -> tuple[Pairs, Pairs]:
    """Comparisons that teach, and those held out because one of their texts (by place) is."""
    out = np.isin(compared.item_a, held) | np.isin(compared.item_b, held)
    return compared.take(~out), compared.take(out)
