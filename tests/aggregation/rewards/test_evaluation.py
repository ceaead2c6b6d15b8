"""The table of measures: groups, worst, tail, micro and macro, with few people not shown; and the few-shot curve."""

from dataclasses import replace

import numpy as np
import pytest

from aggregation.rewards.data import Points, Vocabulary, points
from aggregation.rewards.ensemble import Prediction, RewardEnsemble, Vocabularies
from aggregation.rewards.evaluation import both_orders, few_shot_curve, table_of_measures, tail_mean
from aggregation.rewards.hierarchy import Scales
from aggregation.rewards.problem import Problem
from aggregation.rewards.settings import Settings
from aggregation.rewards.workshop import Workshop
from tests.aggregation.rewards.planted import planted

LEVELS = ("a", "b", "c", "d", "e", "few")
ATTRIBUTES = (("region", LEVELS),)


def said(p: np.ndarray) -> Prediction:
    nothing = np.zeros(len(p))
    return Prediction(p, nothing, nothing, nothing, nothing, nothing, None, p[None, :])


@pytest.fixture(scope="module")
def rows() -> tuple[Points, np.ndarray]:
    """Six people in each of five groups, two in the sixth, 20 answers each; group g is told .5 + g / 10 of a yes."""
    people = [(group, person) for group in range(6) for person in range(6 if group < 5 else 2)]
    group = np.repeat([one for one, _ in people], 20)
    rater = np.repeat(np.arange(len(people)), 20)
    item = np.tile(np.arange(20), len(people))
    return points(item, rater, np.ones(len(rater)), groups=group[:, None]), 0.5 + group / 10


def test_groups_worst_tail_micro_and_macro_by_hand(rows: tuple[Points, np.ndarray]) -> None:
    answers, p = rows
    p = np.minimum(p, 0.95)
    found = table_of_measures(said(p), answers.value, answers, ATTRIBUTES, rng=np.random.default_rng(0), draws=60, k=5)
    by_level = {level: -np.log(0.5 + place / 10) for place, level in enumerate("abcde")}
    shown = found["groups"]["region"]
    assert {level: one["log_loss"] for level, one in shown.items() if level != "few"} == pytest.approx(by_level)
    assert shown["few"] == {"suppressed": True}  # two people of at least five
    assert found["worst_group"] == {"group": "region: a", "log_loss": pytest.approx(np.log(2)), "n": 120}
    assert found["cvar20"] == pytest.approx(np.log(2))  # the worst fifth of five equal groups is one of them
    assert found["macro"] == pytest.approx(np.mean(list(by_level.values())))
    assert found["micro"] == found["overall"]["log_loss"] == pytest.approx(-np.log(p).mean())
    low, high = found["overall"]["intervals"]["log_loss"]
    assert low < found["micro"] < high


def test_groups_with_few_rows_count_for_nothing(rows: tuple[Points, np.ndarray]) -> None:
    answers, p = (rows[0].take(np.arange(0, 640, 4)), rows[1][::4])
    found = table_of_measures(said(p), answers.value, answers, ATTRIBUTES, rng=np.random.default_rng(0), draws=60, k=1)
    assert found["worst_group"] is None
    assert found["cvar20"] is None
    assert found["groups"]["region"]["few"]["n"] == 10


def test_a_tail_takes_part_of_a_group() -> None:
    assert tail_mean(np.array([1.0, 3.0, 2.0]), np.array([50.0, 25.0, 25.0]), 0.5) == pytest.approx(2.5)
    assert tail_mean(np.array([1.0, 3.0]), np.array([90.0, 10.0]), 0.2) == pytest.approx(2.0)


def test_turning_every_second_pair_keeps_losses_and_gives_both_kinds() -> None:
    p, target = np.array([0.9, 0.8, 0.7, 0.6]), np.ones(4)
    turned, y = both_orders(said(p), target)
    assert turned.p == pytest.approx([0.9, 0.2, 0.7, 0.4])
    assert y.tolist() == [1, 0, 1, 0]


@pytest.fixture(scope="module")
def strict() -> tuple[RewardEnsemble, Problem]:
    """People who differ in nothing but how strict they are, and very much in that."""
    rng = np.random.default_rng(2)
    problem = planted(raters=60, texts=60, each=40, width=6).problem
    bent = rng.choice([-3.0, 3.0], 60)

    def answered(rows: Points) -> Points:
        yes = rng.random(len(rows)) < 1 / (1 + np.exp(-bent[rows.rater]))
        return replace(rows, value=yes.astype(np.float64), groups=np.zeros((len(rows), 0), dtype=np.int64))

    none = replace(problem.train_pairs, groups=np.zeros((0, 0), dtype=np.int64))
    named = Vocabularies((), problem.vocabularies.raters, Vocabulary(()), Vocabulary(("reward",)))
    posed = Problem(problem.embeddings, named, 1.0, answered(problem.train), answered(problem.val), none, none)
    workshop = Workshop(posed, Settings(members=1, steps=40))
    scales = replace(Scales.start(2), severity=(0.5, 3.0))
    return workshop.ensemble([workshop.fitted(1.0, scales)], scales), posed


def test_a_few_answers_tell_how_strict_somebody_is(strict: tuple[RewardEnsemble, Problem]) -> None:
    ensemble, problem = strict
    texts = ensemble.read_texts(problem.embeddings)
    curve = few_shot_curve(ensemble, texts, problem.train, rng=np.random.default_rng(0), shots=(0, 1, 5), repeats=2)
    assert [one["k"] for one in curve] == [0, 1, 5]
    assert [one["given"] for one in curve] == [0.0, 1.0, 5.0]
    assert curve[0]["log_loss"] == pytest.approx(np.log(2), abs=0.03)  # strangers: half are strict
    known = -(0.95257 * np.log(0.95257) + 0.04743 * np.log(0.04743))  # the entropy of sigmoid(3)
    assert known < curve[2]["log_loss"] < curve[1]["log_loss"] < curve[0]["log_loss"]
    assert curve[2]["log_loss"] < known + 0.1
    assert curve[2]["accuracy"] > 0.9
    low, high = curve[2]["log_loss_interval"]
    assert low < curve[2]["log_loss"] < high


def test_nobody_named_gives_no_curve(strict: tuple[RewardEnsemble, Problem]) -> None:
    ensemble, problem = strict
    nobody = replace(problem.val, rater=np.full(len(problem.val), -1))
    assert few_shot_curve(ensemble, ensemble.read_texts(problem.embeddings), nobody, rng=np.random.default_rng(0)) == []
