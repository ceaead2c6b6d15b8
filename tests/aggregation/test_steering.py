"""Picking among scored texts."""

import pytest

from aggregation.steering import DIMENSIONS, RULES, is_tie, steer


def test_texts_less_than_two_points_apart_are_called_a_tie() -> None:
    def result(*worth: float) -> dict[str, object]:
        cells = [{"p": p, "reward": p, "epistemic": 0.0, "aleatoric": 0.5, "group_disagreement": 0.0} for p in worth]
        return {"dimensions": ["kind"], "scores": [{"everybody": cells, "groups": {}}]}

    def ties(*worth: float) -> bool:
        return is_tie(steer(result(*worth), view=DIMENSIONS, dimension=0, weights={}, rule="weighted"))

    assert ties(0.70, 0.71, 0.705)
    assert not ties(0.70, 0.73)
    assert not ties(0.70)


def of_two_groups(*texts: tuple[float, float]) -> dict[str, object]:
    def cell(p: float) -> dict[str, float]:
        return {"p": p, "reward": p, "epistemic": 0.01, "aleatoric": 0.5, "group_disagreement": 0.1}

    groups = {"age": {name: [cell(text[place]) for text in texts] for place, name in enumerate(("young", "old"))}}
    return {"dimensions": ["kind"], "scores": [{"everybody": [cell(sum(t) / 2) for t in texts], "groups": groups}]}


@pytest.mark.parametrize(
    ("rule", "weights", "picked"),
    [
        ("weighted", {}, (0,)),  # .625 on the whole
        ("chebyshev", {}, (2,)),  # .40 and .20 are missing; elsewhere .45 or .50
        ("cvar", {}, (2,)),
        ("risk", {}, (2,)),  # .55 + .55 beats .625 + .30 and .60 + .45
        ("floors", {}, (2,)),
        ("floors", {"old": 0.0}, (0,)),  # who does not count has no veto
        ("lexicographic", {"old": 90.0}, (1,)),
        ("pareto", {}, (0, 1, 2)),
        ("careful", {}, (0,)),
    ],
)
def test_every_rule_picks_as_it_promises(rule: str, weights: dict[str, float], picked: tuple[int, ...]) -> None:
    result = of_two_groups((0.95, 0.30), (0.45, 0.75), (0.55, 0.55))
    assert steer(result, view="age", dimension=0, weights=weights, rule=rule).picked == picked
    assert rule in {one.short for one in RULES}


def test_nothing_is_picked_where_no_text_has_even_odds_with_each() -> None:
    found = steer(of_two_groups((0.9, 0.4), (0.4, 0.9)), view="age", dimension=0, weights={}, rule="floors")
    assert (found.picked, found.reason) == ((), "No text has even odds with each that counts")
