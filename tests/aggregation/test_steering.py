"""Picking among scored texts."""

from aggregation.steering import DIMENSIONS, is_tie, steer


def test_texts_less_than_two_points_apart_are_called_a_tie() -> None:
    def result(*worth: float) -> dict[str, object]:
        cells = [{"p": p, "reward": p, "epistemic": 0.0, "aleatoric": 0.5, "group_disagreement": 0.0} for p in worth]
        return {"dimensions": ["kind"], "scores": [{"everybody": cells, "groups": {}}]}

    def ties(*worth: float) -> bool:
        return is_tie(steer(result(*worth), view=DIMENSIONS, dimension=0, weights={}, rule="weighted"))

    assert ties(0.70, 0.71, 0.705)
    assert not ties(0.70, 0.73)
    assert not ties(0.70)
