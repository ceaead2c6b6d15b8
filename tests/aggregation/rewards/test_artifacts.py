"""A model in a folder: the same bytes, the same scores, clear refusals, nobody's person by default."""

import json
from dataclasses import replace
from itertools import product
from pathlib import Path

import numpy as np
import pytest

from aggregation.rewards.artifacts import Artifact, read_artifact, write_artifact
from aggregation.rewards.ensemble import RewardEnsemble
from aggregation.rewards.plan import LossPlan
from aggregation.rewards.seal import BrokenArtifact
from aggregation.rewards.training import Event, train
from aggregation.rewards.workshop import Settings
from tests.aggregation.rewards.planted import Planted, planted

SMALL = Settings(members=2, bandwidths=(1.0,), penalties=(0.4,), strengths=((1.0, 0.4),), steps=15, rank=1)


@pytest.fixture(scope="module")
def case() -> Planted:
    return planted(raters=40, texts=60, each=20, width=6)


@pytest.fixture(scope="module")
def ensemble(case: Planted) -> RewardEnsemble:
    return train(case.problem, SMALL).ensemble


def scores(ensemble: RewardEnsemble, case: Planted, mode: str) -> np.ndarray:
    found = ensemble.predict_points(ensemble.read_texts(case.problem.embeddings), case.test, mode)  # type: ignore[arg-type]  # one of its modes
    return np.stack([found.p, found.mean, found.epistemic, found.aleatoric, found.group_disagreement])


@pytest.mark.parametrize("mode", ["pooled", "group", "rater"])
def test_loading_scores_as_memory_did(ensemble: RewardEnsemble, case: Planted, mode: str, tmp_path: Path) -> None:
    write_artifact(Artifact(ensemble), tmp_path, raters=True)
    np.testing.assert_allclose(
        scores(read_artifact(tmp_path).ensemble, case, mode), scores(ensemble, case, mode), atol=1e-9
    )


def test_the_same_seed_gives_equal_bytes(ensemble: RewardEnsemble, case: Planted, tmp_path: Path) -> None:
    for name, model in (("a", ensemble), ("b", train(case.problem, SMALL).ensemble)):
        write_artifact(Artifact(model), tmp_path / name, raters=True)
    files = sorted(path.name for path in (tmp_path / "a").iterdir())
    assert "raters.safetensors" in files
    assert all((tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes() for name in files)


def test_a_training_stopped_halfway_goes_on_to_the_same_bytes(
    ensemble: RewardEnsemble, case: Planted, tmp_path: Path
) -> None:
    store: dict[str, bytes] = {}

    def stop(event: Event) -> None:
        if event.stage == "member" and event.done == 1:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        train(case.problem, SMALL, listen=stop, checkpoint=store)
    stages: list[str] = []
    again = train(case.problem, SMALL, listen=lambda event: stages.append(event.stage), checkpoint=store).ensemble
    assert set(stages) == {"fit", "calibration", "member"}  # nothing was chosen a second time
    for name, model in (("a", ensemble), ("b", again)):
        write_artifact(Artifact(model), tmp_path / name, raters=True)
    assert (tmp_path / "a/model.safetensors").read_bytes() == (tmp_path / "b/model.safetensors").read_bytes()


def test_single_persons_are_left_out_unless_asked_for(ensemble: RewardEnsemble, case: Planted, tmp_path: Path) -> None:
    write_artifact(Artifact(ensemble), tmp_path, raters=True)
    assert {path.stat().st_mode & 0o777 for path in tmp_path.glob("raters*")} == {0o600}
    write_artifact(Artifact(ensemble), tmp_path)
    assert not list(tmp_path.glob("raters*"))
    loaded = read_artifact(tmp_path).ensemble
    assert len(loaded.vocabularies.raters) == 0
    unknown = replace(case, test=replace(case.test, rater=np.full(len(case.test), -1)))
    np.testing.assert_allclose(scores(loaded, unknown, "rater")[1], scores(ensemble, case, "group")[1], atol=1e-9)


FILES = (
    "model.safetensors",
    "config.json",
    "calibration.json",
    "groups.json",
    "metrics.json",
    "split.json",
    "raters.safetensors",
    "raters.json",
)


HARMS = ("halved", "emptied", "a byte more", "another model's", "not finite")
# Tensors hold no JSON, and both models of the test know the same people.
NO_HARM = {
    ("model.safetensors", "not finite"),
    ("raters.safetensors", "not finite"),
    ("raters.json", "another model's"),
}


@pytest.mark.parametrize(("name", "harm"), [pair for pair in product(FILES, HARMS) if pair not in NO_HARM])
def test_a_damaged_file_is_refused_by_name(
    ensemble: RewardEnsemble, case: Planted, name: str, harm: str, tmp_path: Path
) -> None:
    facts = {"groups": {"k": 5}, "metrics": {"rows": 7}, "split": {"rule": "by item"}}
    write_artifact(Artifact(ensemble, **facts), tmp_path / "a", raters=True)
    path = tmp_path / "a" / name
    whole = path.read_bytes()
    if harm == "halved":
        path.write_bytes(whole[: len(whole) // 2])
    elif harm == "emptied":
        path.write_bytes(b"")
    elif harm == "a byte more":
        path.write_bytes(whole + b" ")
    elif harm == "not finite":
        path.write_text(json.dumps(json.loads(whole) | {"beside": float("nan")}))
    else:
        other = train(case.problem, replace(SMALL, seed=1, members=1)).ensemble
        write_artifact(Artifact(other, groups={"k": 6}, metrics={"rows": 8}), tmp_path / "b", raters=True)
        theirs = (tmp_path / "b" / name).read_bytes()
        assert theirs != whole
        path.write_bytes(theirs)
    if harm == "a byte more" and name == "config.json":  # blank space at its end is no change
        read_artifact(tmp_path / "a")
        return
    # another model's configuration contradicts the tensors first
    with pytest.raises(BrokenArtifact, match="model.safetensors|config.json" if name == "config.json" else name):
        read_artifact(tmp_path / "a")


@pytest.mark.parametrize("name", FILES)
def test_a_missing_file_is_refused_by_name(ensemble: RewardEnsemble, name: str, tmp_path: Path) -> None:
    write_artifact(Artifact(ensemble), tmp_path, raters=True)
    (tmp_path / name).unlink()
    with pytest.raises(BrokenArtifact, match=name):
        read_artifact(tmp_path)


def test_what_was_learnt_about_people_may_be_taken_out_but_not_put_in(ensemble: RewardEnsemble, tmp_path: Path) -> None:
    write_artifact(Artifact(ensemble), tmp_path / "a", raters=True)
    people = {name: (tmp_path / "a" / name).read_bytes() for name in ("raters.safetensors", "raters.json")}
    for name in people:
        (tmp_path / "a" / name).unlink()
    assert len(read_artifact(tmp_path / "a").ensemble.vocabularies.raters) == 0
    write_artifact(Artifact(ensemble), tmp_path / "b")
    for name, data in people.items():
        (tmp_path / "b" / name).write_bytes(data)
    with pytest.raises(BrokenArtifact, match=r"raters.*another model"):
        read_artifact(tmp_path / "b")


def test_a_changed_number_is_noticed(ensemble: RewardEnsemble, tmp_path: Path) -> None:
    for name, said in (("calibration.json", "temperatures"), ("config.json", "threshold")):
        write_artifact(Artifact(ensemble), tmp_path)
        plain = json.loads((tmp_path / name).read_text())
        plain[said] = {"points.pooled": 3.0} if said == "temperatures" else 0.25
        (tmp_path / name).write_text(json.dumps(plain))
        with pytest.raises(BrokenArtifact, match=f"{name}: .*changed"):
            read_artifact(tmp_path)


def test_a_model_written_before_files_had_hashes_still_opens(
    ensemble: RewardEnsemble, case: Planted, tmp_path: Path
) -> None:
    write_artifact(Artifact(ensemble), tmp_path)
    config = json.loads((tmp_path / "config.json").read_text())
    old = {name: value for name, value in config.items() if name not in ("files_sha256", "config_sha256")}
    (tmp_path / "config.json").write_text(json.dumps(old))
    np.testing.assert_allclose(
        scores(read_artifact(tmp_path).ensemble, case, "group"), scores(ensemble, case, "group"), atol=1e-9
    )
    for name in set(old) - {"schema", "model_sha256"}:  # what its missing hashes cannot tell, the reading does
        (tmp_path / "config.json").write_text(json.dumps({key: old[key] for key in old if key != name}))
        with pytest.raises(BrokenArtifact, match=r"config\.json"):
            read_artifact(tmp_path)


def test_foreign_files_are_refused(ensemble: RewardEnsemble, tmp_path: Path) -> None:
    with pytest.raises(BrokenArtifact, match="not a reward model"):
        read_artifact(tmp_path)
    write_artifact(Artifact(ensemble), tmp_path)
    config = json.loads((tmp_path / "config.json").read_text())
    (tmp_path / "config.json").write_text(json.dumps(config | {"schema": "another/7"}))
    with pytest.raises(BrokenArtifact, match="another/7"):
        read_artifact(tmp_path)
    (tmp_path / "config.json").write_text(json.dumps(config))
    (tmp_path / "model.safetensors").write_bytes(b"\x80\x04pickled")
    with pytest.raises(BrokenArtifact, match="truncated or changed"):
        read_artifact(tmp_path)


def test_a_damaged_checkpoint_is_computed_again(ensemble: RewardEnsemble, case: Planted, tmp_path: Path) -> None:
    store: dict[str, bytes] = {}
    train(case.problem, SMALL, checkpoint=store)
    store = {name: data[: len(data) // 2] for name, data in store.items()}
    for name, model in (("a", ensemble), ("b", train(case.problem, SMALL, checkpoint=store).ensemble)):
        write_artifact(Artifact(model), tmp_path / name, raters=True)
    assert (tmp_path / "a/model.safetensors").read_bytes() == (tmp_path / "b/model.safetensors").read_bytes()


@pytest.mark.parametrize(
    ("plan", "trunk", "experts"),
    [
        (LossPlan((("points", 1.0), ("distributional", 0.3))), "linear", 1),
        (LossPlan((("ordinal", 1.0), ("davidson", 0.3))), "kernel", 1),
        (LossPlan((("points", 1.0),), "group-dro", attribute=1), "kernel", 1),
        (LossPlan((("points", 1.0),), "cvar", alpha=0.5), "linear", 1),
        (LossPlan((("points", 1.0), ("rao-kupper", 0.2)), certainty_beta=1.0), "mlp", 1),
        (LossPlan((("points", 1.0), ("centering", 0.01))), "kernel", 2),
    ],
)
def test_every_kind_of_model_learns_and_comes_back(
    case: Planted, plan: LossPlan, trunk: str, experts: int, tmp_path: Path
) -> None:
    from aggregation.rewards.data import within_rater_pairs

    problem = replace(
        case.problem,
        train_pairs=within_rater_pairs(case.problem.train),
        val_pairs=within_rater_pairs(case.problem.val),
    )
    settings = replace(SMALL, plan=plan, trunk=trunk, experts=experts, members=1, rank=0, steps=40)  # type: ignore[arg-type]  # one of its plans
    model = train(problem, settings).ensemble
    majority = replace(case, test=case.test.take(~case.minority))
    found = scores(model, majority, "pooled")[0]
    right = ((found > 0.5) == (majority.test.value > 0.5)).mean()
    assert right > 0.62  # the base rate is one half
    write_artifact(Artifact(model), tmp_path, raters=True)
    np.testing.assert_allclose(
        scores(read_artifact(tmp_path).ensemble, case, "rater"), scores(model, case, "rater"), atol=1e-9
    )
