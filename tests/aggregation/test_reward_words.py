"""What a reward model's pages call a yes, and how many answers of a person its curve is drawn for."""

import pytest

from aggregation.models import RewardModel, Run
from aggregation.reward_figures import few_shot, training_curve
from aggregation.reward_report import Words, groups_say, measures_table, words_of


@pytest.mark.parametrize(
    ("kinds", "threshold", "said"),
    [
        (["conversation"], 1.0, Words("agrees", "Agreed", "Did not agree")),
        (["study"], 4.0, Words("rates it 4 or higher", "Rated it 4 or higher", "Rated it lower")),
        (["study"], 1.0, Words("says yes", "Said yes", "Said no")),
        (["study", "conversation"], 1.0, Words("says yes", "Said yes", "Said no")),
    ],
)
def test_a_yes_is_called_what_people_were_asked_for(kinds: list[str], threshold: float, said: Words) -> None:
    model = RewardModel(materials=[{"kind": kind} for kind in kinds], run=Run(result={"threshold": threshold}))
    assert words_of(model) == said


def shot(k: int, given: float, loss: float) -> dict[str, object]:
    return {"k": k, "given": given, "log_loss": loss, "log_loss_interval": [loss - 0.1, loss + 0.1]}


def test_the_curve_ends_where_people_have_no_more_answers_to_give() -> None:
    drawn = few_shot([shot(0, 0.0, 0.6), shot(1, 1.0, 0.55), shot(3, 2.9, 0.5), shot(10, 3.4, 0.49)])
    assert drawn is not None
    assert drawn.title == "With 3 answers of a new person the log-loss falls by 0.100"
    assert "too few" in drawn.words


def test_without_answers_to_give_there_is_no_curve() -> None:
    assert few_shot([shot(0, 0.0, 0.6), shot(1, 0.4, 0.6)]) is None


def test_each_fit_is_a_line_of_its_own() -> None:
    drawn = training_curve(
        [{"name": "width 1", "loss": 0.5}, {"name": "width 1", "loss": 0.4}, {"name": "width 2", "loss": 0.6}]
    )
    assert drawn is not None
    assert drawn.data[0]["x"] == [1, 2, None, 3]
    assert drawn.data[0]["y"] == [0.5, 0.4, None, 0.6]
    assert [row[-1] for row in drawn.table.rows] == ["width 1", "width 1", "width 2"]


def test_nothing_gained_has_no_sign_of_a_loss() -> None:
    gain = {"gain": -0.00001, "interval": [-0.00002, 0.00001], "better": False, "worse": False}
    said = groups_say({"gains": {"points": {"group": gain}}, "points": {"pooled": {}}})
    assert "falls by +0.000, and the interval (+0.000 to +0.000)" in said


@pytest.mark.parametrize(
    ("gain", "interval", "said"),
    [
        (0.02, [0.01, 0.03], "predicts better"),
        (0.002, [-0.001, 0.005], "not shown to predict better"),
        (-0.02, [-0.03, -0.01], "predicts worse"),
    ],
)
def test_groups_help_only_where_the_interval_says_so(gain: float, interval: list[float], said: str) -> None:
    low, high = interval
    told = {"group": {"gain": gain, "interval": interval, "better": low > 0, "worse": high < 0}}
    assert said in groups_say({"points": {"pooled": {}}, "gains": {"points": told}})


def test_every_measure_has_a_row_and_what_is_not_known_is_left_open() -> None:
    whole = {"n": 120, "log_loss": 0.6, "jsd": None}
    table = {"overall": whole, "worst_group": {"group": "age: old", "log_loss": 0.7, "n": 110}, "cvar20": None}
    found = measures_table({"points": {"pooled": table, "group": {"overall": whole, "worst_group": None}}, "pairs": {}})
    assert found["heads"] == ["Answers: everybody alike", "Answers: told the groups"]
    rows = dict(found["rows"])
    assert rows["Answers or pairs"] == [120, 120]
    assert rows["Log-loss of the worst group of 100 or more"] == [0.7, None]
    assert not [words for words in rows if "JSD" in words or "CVaR20" in words]
