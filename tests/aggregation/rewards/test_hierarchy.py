"""How far apart levels may stand is learnt: nothing where nothing is, the planted width where there is one."""

import numpy as np
import pytest
from scipy.special import expit

from aggregation.rewards.data import Vocabulary, pairs, points
from aggregation.rewards.ensemble import Vocabularies
from aggregation.rewards.hierarchy import LEAST, Scales, evidence_of_levels
from aggregation.rewards.problem import Problem
from aggregation.rewards.settings import Settings
from aggregation.rewards.workshop import Workshop


def learnt(of_group: float, of_rater: float, *, seed: int = 0) -> Scales:
    """Scales learnt from 150 people in six groups who differ by so much."""
    rng = np.random.default_rng(seed)
    raters, texts, each = 150, 40, 40
    e = rng.standard_normal((texts, 4))
    group = np.arange(raters) % 6
    shift = np.linspace(-1, 1, 6) / np.linspace(-1, 1, 6).std() * of_group
    own = shift[group] + of_rater * rng.standard_normal(raters)
    who = np.repeat(np.arange(raters), each)
    what = np.tile(np.arange(texts), raters)
    value = (rng.random(len(who)) < expit(2 * e[what, 0] + own[who])).astype(np.float64)
    answers = points(what, who, value, groups=group[who][:, None])
    none = pairs([], [], [], [], groups=np.zeros((0, 1), dtype=np.int64))
    named = Vocabularies(
        (("group", Vocabulary(tuple("abcdef"))),),
        Vocabulary(tuple(str(one) for one in range(raters))),
        Vocabulary(()),
        Vocabulary(("reward",)),
    )
    problem = Problem(e, named, 1.0, answers, answers.take(np.arange(0)), none, none)
    return Workshop(problem, Settings(trunk="linear")).learnt_scales(1.0, Scales.start(3))


def test_the_planted_widths_of_groups_and_of_people_are_found() -> None:
    found = learnt(1.0, 0.7)
    assert found.severity[0] == pytest.approx(1.0, rel=0.5)  # six groups tell it roughly
    assert found.severity[-1] == pytest.approx(0.7, rel=0.25)


def test_groups_that_make_no_difference_fall_back_to_everybody() -> None:
    found = learnt(0.0, 0.7)
    assert found.severity[0] == LEAST
    assert found.severity[-1] == pytest.approx(0.7, rel=0.25)


def test_the_evidence_rises_with_what_parts_levels() -> None:
    rng = np.random.default_rng(1)
    level = np.repeat([0, 1, -1], 20)
    noise, variance = rng.normal(0, 0.3, 60), np.full(60, 0.09)
    none, clear = (evidence_of_levels(noise + shift * (level == 1), variance, level, 0.5) for shift in (0.0, 1.0))
    assert none < 2.706 < clear
