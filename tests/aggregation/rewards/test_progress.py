"""A training tells how far it is, stops when asked, and goes on from its checkpoint to the same bytes."""

from dataclasses import replace
from pathlib import Path

import pytest

from aggregation.rewards.artifacts import Artifact, write_artifact
from aggregation.rewards.checkpoint import FolderStore
from aggregation.rewards.ensemble import RewardEnsemble
from aggregation.rewards.progress import Curves, Event, Stopped
from aggregation.rewards.training import train
from aggregation.rewards.workshop import Settings
from tests.aggregation.rewards.planted import Planted, planted

SMALL = Settings(members=2, bandwidths=(0.7, 1.0), penalties=(0.4,), strengths=((1.0, 0.4),), steps=15, rank=1)


@pytest.fixture(scope="module")
def case() -> Planted:
    return planted(raters=40, texts=60, each=20, width=6)


@pytest.fixture(scope="module")
def whole(case: Planted) -> tuple[RewardEnsemble, list[Event]]:
    events: list[Event] = []
    return train(case.problem, SMALL, listen=events.append).ensemble, events


def bytes_of(ensemble: RewardEnsemble, folder: Path) -> bytes:
    write_artifact(Artifact(ensemble), folder, raters=True)
    return b"".join(path.read_bytes() for path in sorted(folder.iterdir()))


def test_the_fraction_rises_to_one_and_every_stage_is_told(whole: tuple[RewardEnsemble, list[Event]]) -> None:
    events = whole[1]
    fractions = [event.fraction for event in events]
    assert fractions == sorted(fractions)
    assert fractions[0] == 0.0
    assert fractions[-1] == pytest.approx(1.0)
    assert [event.stage for event in events if event.stage != "fit"] == [
        *("text", "text"),
        "scales",
        *("groups", "groups", "groups"),
        *("calibration",) * 5,
        *("member", "member"),
    ]


def test_curves_hold_the_objective_of_each_member_and_it_falls(whole: tuple[RewardEnsemble, list[Event]]) -> None:
    curves = Curves()
    for event in whole[1]:
        curves(event)
    found = curves.as_dict()
    for member in ("member 1", "member 2"):
        losses = [loss for _, loss in found["fits"][member]]
        assert losses[-1] < losses[0]
    assert len(found["held_out"]) == 5


@pytest.mark.parametrize("stop_after", [("text", 1), ("scales", 1), ("groups", 2), ("calibration", 3), ("member", 1)])
def test_a_training_stopped_anywhere_goes_on_to_the_same_bytes(
    case: Planted, whole: tuple[RewardEnsemble, list[Event]], stop_after: tuple[str, int], tmp_path: Path
) -> None:
    store, told = FolderStore(tmp_path / "kept"), list[tuple[str, int]]()

    def stop(event: Event) -> None:
        told.append((event.stage, event.done))
        if told[-1] == stop_after:
            raise Stopped

    with pytest.raises(Stopped):
        train(case.problem, SMALL, listen=stop, checkpoint=store)
    first = list(told)
    again = train(case.problem, SMALL, listen=lambda e: told.append((e.stage, e.done)), checkpoint=store).ensemble
    assert len(told) - len(first) < len(whole[1])  # what was finished is not done twice
    assert bytes_of(again, tmp_path / "a") == bytes_of(whole[0], tmp_path / "b")


def test_a_checkpoint_of_other_settings_is_not_used(case: Planted, whole: tuple[RewardEnsemble, list[Event]]) -> None:
    store: dict[str, bytes] = {}
    train(case.problem, replace(SMALL, members=1), checkpoint=store)
    events: list[Event] = []
    train(case.problem, SMALL, listen=events.append, checkpoint=store)
    assert len(events) == len(whole[1])


def test_a_folder_keeps_bytes_under_any_name(tmp_path: Path) -> None:
    store = FolderStore(tmp_path / "kept")
    assert list(store) == []
    store["a/b, c"], store["x"] = b"1", b"2"
    store["x"] = b"3"
    assert dict(store) == {"a/b, c": b"1", "x": b"3"}
    del store["x"]
    assert "x" not in store
    with pytest.raises(KeyError):
        del store["x"]
