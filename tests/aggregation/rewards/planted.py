"""Generated answers with a known effect: one minority prefers the opposite along one direction of the texts."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from aggregation.rewards.data import Points, Vocabulary, pairs, points
from aggregation.rewards.ensemble import Vocabularies
from aggregation.rewards.problem import Problem
from aggregation.rewards.workshop import Settings

QUICK = Settings(members=1, bandwidths=(1.0,), penalties=(0.4,), strengths=((0.3, 0.1), (1.0, 0.4)), steps=40, seed=3)


@dataclass(frozen=True)
class Planted:
    """A problem, held-back test answers, and who belongs to the minority."""

    problem: Problem
    test: Points
    minority: NDArray[np.bool_]  # of test rows
    mirror: NDArray[np.float64]  # embeddings reflected along the direction


def planted(*, seed: int = 0, raters: int = 120, texts: int = 200, each: int = 40, width: int = 16) -> Planted:
    """15 % of the raters are "east" and see the direction mirrored; a second attribute means nothing."""
    rng = np.random.default_rng(seed)
    e = rng.standard_normal((texts, width))
    e /= np.linalg.norm(e, axis=1, keepdims=True)
    direction = np.linalg.qr(rng.standard_normal((width, 2)))[0].T
    flip, common = direction
    east = np.arange(raters) < round(0.15 * raters)
    other = rng.integers(0, 3, raters)
    severity = rng.normal(0, 0.7, raters)
    who = np.repeat(np.arange(raters), each)
    what = np.concatenate([rng.choice(texts, each, replace=False) for _ in range(raters)])
    sign = np.where(east[who], -1.0, 1.0)
    latent = 9.0 * sign * (e[what] @ flip) + 5.0 * (e[what] @ common) + severity[who]
    value = (rng.random(len(who)) < expit(latent)).astype(np.float64)
    groups = np.stack([east[who].astype(np.int64), other[who]], axis=1)
    every = points(what, who, value, groups=groups)
    named = Vocabularies(
        (("region", Vocabulary(("west", "zeast"))), ("colour", Vocabulary(("a", "b", "c")))),
        Vocabulary(tuple(str(number) for number in range(raters))),
        Vocabulary(()),
        Vocabulary(("reward",)),
    )
    part = what % 10
    none = pairs([], [], [], [], groups=np.zeros((0, 2), dtype=np.int64))
    problem = Problem(e, named, 1.0, every.take(part < 7), every.take(part == 7), none, none)
    test = every.take(part > 7)
    return Planted(problem, test, test.groups[:, 0] == 1, e - 2 * np.outer(e @ flip, flip))


def oracle_problem(case: Planted) -> Problem:
    """The same answers told who sees what mirrored: the minority's texts are replaced by their mirror images."""
    texts = len(case.problem.embeddings)

    def mirrored(rows: Points) -> Points:
        return replace(rows, item=rows.item + texts * (rows.groups[:, 0] == 1))

    return replace(
        case.problem,
        embeddings=np.concatenate([case.problem.embeddings, case.mirror]),
        train=mirrored(case.problem.train),
        val=mirrored(case.problem.val),
    )


def shuffled(case: Planted, *, seed: int) -> Planted:
    """The same answers with the attributes dealt anew among the raters."""
    rng = np.random.default_rng(seed)
    dealt = rng.permutation(len(case.problem.vocabularies.raters))
    table = np.zeros((len(dealt), 2), dtype=np.int64)
    for rows in (case.problem.train, case.problem.val, case.test):
        table[rows.rater] = rows.groups

    def again(rows: Points) -> Points:
        return replace(rows, groups=table[dealt[rows.rater]])

    problem = replace(case.problem, train=again(case.problem.train), val=again(case.problem.val))
    return replace(case, problem=problem, test=again(case.test))
