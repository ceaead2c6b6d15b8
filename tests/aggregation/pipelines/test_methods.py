"""The other pipelines on planted opinions."""

import json

import numpy as np
import pytest

from aggregation.disclosure import without_small_cells
from aggregation.pipelines import bridging, coverage, distribution, generate, ranking, viewpoints
from aggregation.pipelines.outcome import silent
from aggregation.sources import People, Ratings
from tests.aggregation.pipelines.votes import planted

SELECTION = {"grouping": "opinion", "selection": {}}
GENERATE = SELECTION | {
    "process": "fish",
    "k": 3,
    "words": 12,
    "writer": "pool",
    "sample": 30,
    "tries": 1,
    "held_out": 2,
    "budget": 30,
}


def as_json(outcome):
    assert json.loads(json.dumps(outcome.result, allow_nan=False)) == outcome.result
    return outcome.result


class Telling:
    """A writer that knows what everybody thinks: its statements are those of a group, its judgments the votes."""

    name = "a writer who knows"

    def __init__(self, fails=False):
        self.asked, self.fails = [], fails

    def write(self, agreed, disagreed, *, words, seed):
        if self.fails:
            raise generate.WriterFailed("the writer is away")
        self.asked.append(seed)
        return f"We all say: {agreed[0]} ({seed})"

    def judge(self, agreed, disagreed, statement):
        core = statement.removeprefix("We all say: ").split(" (")[0]
        if core in agreed:
            return 0.95
        return 0.05 if core in disagreed else 0.45 + 0.02 * len(agreed)


def test_without_a_writer_everything_comes_from_the_pool():
    votes, _, _ = planted()
    found = as_json(generate.compute(votes, GENERATE, seed=1, tell=silent))
    assert found["writer"] is None
    assert {row["origin"] for row in found["slate"]} == {"pool"}
    assert sum(row["stands_for"] for row in found["slate"]) == 30
    assert found["certificate"]["holds"]


def test_what_a_writer_adds_is_judged_calibrated_and_kept_whether_chosen_or_not():
    votes, _, _ = planted(people=90)
    writer = Telling()
    found = as_json(generate.compute(votes, GENERATE | {"tries": 2}, seed=1, tell=silent, writer=writer))
    assert found["calibration"]["n"] == 60
    written = [row for row in found["candidates"] if row["origin"] == "written"]
    assert len(written) == len(set(writer.asked))
    proposed = {one["text"] for row in found["rounds"] for one in row["proposed"]}
    assert {row["text"] for row in written} <= proposed


def test_a_writer_who_fails_leaves_the_pool_and_says_so():
    votes, _, _ = planted()
    found = generate.compute(votes, GENERATE, seed=1, tell=silent, writer=Telling(fails=True))
    assert {row["origin"] for row in found.result["slate"]} == {"pool"}
    assert "the writer is away" in found.warnings


def test_judgments_are_corrected_by_the_line_through_votes():
    judged = np.array([0.2, 0.2, 0.4, 0.4, 0.6, 0.6, 0.8, 0.8])
    cast = np.array([0, 0, 0, 1, 0, 1, 1, 1])
    found = generate.calibrate(judged, cast, 0.5)
    assert found.corrected(0.5) == pytest.approx(0.5)
    assert found.corrected(0.8) == pytest.approx(0.95)
    assert found.correlation == pytest.approx(np.corrcoef(judged, cast)[0, 1])
    assert generate.calibrate(judged, 1 - cast, 0.5).slope == 0
    assert generate.calibrate(judged[:3], cast[:3], 0.7).corrected(1.0) == 0.7


def test_words_are_bought_by_their_supporters():
    votes, _, _ = planted()
    found = as_json(generate.compute(votes, GENERATE | {"process": "prose"}, seed=1, tell=silent))
    assert sum(len(row["text"].split()) * row["seats"] for row in found["slate"]) <= 30
    assert found["certificate"]["axiom"] == "cbjr"


def test_a_ranking_orders_what_is_liked_best_and_tells_its_axioms():
    votes, _, _ = planted()
    asked = SELECTION | {"rule": "nash", "most": 5, "missing": "impute", "floor": None}
    found = as_json(ranking.compute(votes, asked, seed=0, tell=silent))
    assert sorted(c for tied in found["order"] for c in tied) == sorted(found["texts"])
    assert len(found["texts"]) == 5
    assert found["beside"][0]["order"] == found["order"]
    assert "pareto" in found["axioms"]
    with pytest.raises(ValueError, match="answers are missing"):
        ranking.compute(votes, asked | {"missing": "refuse"}, seed=0, tell=silent)


def test_distributions_count_every_vote_once():
    votes, _, _group = planted()
    found = as_json(distribution.compute(votes, SELECTION | {"alpha0": None}, seed=0, tell=silent))
    assert sum(row["all"]["n"] for row in found["items"]) == len(votes.value_R) == found["answers"]
    for row in found["items"]:
        assert sum(block["n"] for block in row["groups"].values()) == row["all"]["n"]
        mine = votes.candidate_R == int(row["item"])
        assert row["all"]["counts"]["Agree"] == int((votes.value_R[mine] == 1).sum())
    apart = [row["apart"] for row in found["items"]]
    assert apart == sorted(apart, reverse=True)


def test_models_are_held_against_every_group_by_every_metric():
    votes, _, group = planted(people=90, seen=(1, 1))
    first = votes.candidates[0]
    mine = (votes.candidate_R == 0) & (group[votes.person_R] == 0)
    agree = float((votes.value_R[mine] == 1).mean())
    told = {
        "like A": {first: {"agree": agree, "disagree": 1 - agree}},
        "flat": {first: {"agree": 1 / 3, "pass": 1 / 3, "disagree": 1 / 3}, "elsewhere": {"agree": 1.0}},
    }
    asked = SELECTION | {"alpha0": None, "reference": told}
    found = distribution.compute(votes, asked, seed=0, tell=silent)
    like, flat = as_json(found)["models"]
    assert [block["group"] for block in like["groups"]] == ["A", "B", "C", "Everybody"]
    names = [(one["metric"], one["base"], one["root"]) for one in like["groups"][0]["distances"]]
    assert names[0] == ("total_variation", None, None)
    assert ("jensen_shannon", "2", True) in names
    values = [one["value"] for one in like["groups"][0]["distances"]]
    assert values[:-1] == pytest.approx([0] * 6, abs=1e-7)
    assert values[-1] == pytest.approx(1)
    assert flat["groups"][0]["distances"][0]["value"] == pytest.approx(
        (abs(agree - 1 / 3) + abs(1 - agree - 1 / 3) + 1 / 3) / 2
    )
    for block in (*like["groups"], *flat["groups"]):
        assert all(one["low"] <= one["high"] for one in block["distances"])
        assert block["n"] == {"A": 45, "B": 30, "C": 15, "Everybody": 90}[block["group"]]
    assert any("elsewhere" in warning for warning in found.warnings)
    hidden = without_small_cells(found.result, 91)["models"][0]["groups"][0]
    assert all(one["value"] is one["low"] is None for one in hidden["distances"])
    with pytest.raises(ValueError, match="None of the items"):
        distribution.compute(votes, asked | {"reference": {"m": {"z": {"agree": 1.0}}}}, seed=0, tell=silent)


def test_viewpoints_are_told_by_statements():
    votes, _, _ = planted(people=90, candidates=24)
    asked = {"grouping": "opinion", "selection": {}, "k": 3, "least_support": 0.05}
    found = as_json(viewpoints.compute(votes, asked, seed=0, tell=silent))
    assert sum(row["people"] for row in found["viewpoints"]) <= 90
    assert sum(row["weight"] for row in found["viewpoints"]) == pytest.approx(1)
    assert all(row["evidence"] or row["against"] for row in found["viewpoints"])


def test_what_bridges_is_counted_group_by_group():
    votes, _, group = planted(people=90)
    found = as_json(bridging.compute(votes, SELECTION, seed=0, tell=silent))
    assert len(found["statements"]) == len(votes.candidates)
    consensus = [row["bridging"]["consensus"] for row in found["statements"]]
    assert consensus == sorted(consensus, reverse=True)
    for row in found["statements"]:
        shares = []
        for place, cell in enumerate(row["groups"]):
            mine = (votes.candidate_R == int(row["candidate"])) & (group[votes.person_R] == place)
            assert (cell["seen"], cell["agree"]) == (int(mine.sum()), int((votes.value_R[mine] == 1).sum()))
            shares.append((cell["agree"] + 1) / (cell["seen"] + 2))
            assert cell["low"] < cell["share"] < cell["high"]
        assert row["bridging"]["consensus"] == pytest.approx(np.prod(shares))
        assert row["bridging"]["least"] == pytest.approx(min(shares))
        assert row["bridging"]["seen"] == min(cell["seen"] for cell in row["groups"])
    with pytest.raises(ValueError, match="between groups"):
        bridging.compute(votes, {"grouping": "", "selection": {}}, seed=0, tell=silent)


def test_a_small_group_hides_what_would_give_it_away():
    votes, _, _ = planted(people=90)
    found = bridging.compute(votes, SELECTION, seed=0, tell=silent).result
    k = max(row["bridging"]["seen"] for row in found["statements"]) + 1
    for row in without_small_cells(found, k)["statements"]:
        if row["bridging"]["seen"] != 0:
            assert row["bridging"]["hidden"]
            assert row["bridging"]["consensus"] is row["bridging"]["least"] is None


def test_models_are_scored_by_the_groups_they_represent():
    votes, _, group = planted(people=30)
    people: People = votes.people
    # Model one pleases group A alone, model two everybody; one response of each to two questions.
    person, item = (x.ravel() for x in np.meshgrid(np.arange(30), np.arange(4), indexing="ij"))
    origins = ("one", "two", "one", "two")
    value = np.where((item % 2 == 1) | (group[person] == 0), 5.0, 2.0)
    ratings = Ratings(
        people=people,
        items=("a", "b", "c", "d"),
        texts=("", "", "", ""),
        prompts=("first", "first", "second", "second"),
        origins=origins,
        person_R=person,
        item_R=item,
        value_R=value,
        code_R=tuple(str(int(x)) for x in value),
        refused_R=np.zeros(len(person), dtype=bool),
    )
    found = as_json(coverage.compute(ratings, SELECTION | {"tau": 4.0}, seed=0, tell=silent))
    scores = {row["model"]: row["score"] for row in found["models"]}
    assert scores == {"one": pytest.approx(1 / 3), "two": 1.0}
    # Both answered the same questions, so that nothing has to be taken out.
    adjusted = {row["model"]: row["adjusted"] for row in found["models"]}
    assert {model: told["score"] for model, told in adjusted.items()} == pytest.approx(scores)
    covered = {cell["group"]: cell["covered"] for cell in found["models"][0]["by_group"]}
    assert covered == {"A": 2, "B": 0, "C": 0}
