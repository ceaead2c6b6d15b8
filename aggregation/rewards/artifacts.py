"""A trained model as a folder of plain files, without pickle, in which the same training gives the same bytes.

model.safetensors   members: heads, level tables, population moments (nothing about single persons)
config.json         schema, outline, vocabularies, priors, encoder, columns, seeds, SHA-256 of all files but the card
groups.json         levels with their numbers of raters; cells below k are suppressed
calibration.json    temperatures, shifts and reliability
metrics.json        measures on held-out answers, beside the built-in peers
split.json          the rule of the split and the hash of the data
MODEL_CARD.md       for people, who may add to it
raters.safetensors, raters.json   only where asked for: what was learnt about each person. Personal data, which
                    nobody but the owner of the files may read.
"""

import hashlib
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from torch import Tensor

from aggregation.rewards.calibration import Calibration
from aggregation.rewards.data import Ints, Vocabulary
from aggregation.rewards.ensemble import RewardEnsemble, Vocabularies
from aggregation.rewards.hierarchy import Scales
from aggregation.rewards.seal import (
    FILES,
    OWN,
    BrokenArtifact,
    bytes_of,
    check_seal,
    read_json,
    sealed,
    write_json,
)
from aggregation.rewards.tensors import (
    build_member,
    build_trunk,
    describe_trunk,
    from_bytes,
    member_tensors,
    rater_tensors,
    spec_as_plain,
    spec_from_plain,
    to_bytes,
    trunk_tensors,
)
from aggregation.rewards.trunk import Trunk

SCHEMA = "polyphony-reward-model/1"
NEEDED = ("model.safetensors", "config.json", "calibration.json")
FITTED = ("temperatures", "shifts")  # of calibration.json: what the ensemble itself uses
TOLD = ("groups", "metrics", "split")
PRIVATE = ("raters.safetensors", "raters.json")  # whoever has them may take them out
OWNER_ALONE = 0o600
OUTLINE = (  # of config.json: what the ensemble itself says
    "schema",
    "model_sha256",
    "members",
    "shared_trunk",
    "trunk",
    "spec",
    "scales",
    "threshold",
    "levels",
    "prefer",
    "vocabularies",
    FILES,
    OWN,
)


@dataclass(frozen=True)
class Artifact:
    """A model and all that is told of it."""

    ensemble: RewardEnsemble
    about: dict[str, Any] = field(default_factory=dict)  # encoder, columns, settings, seed, choices
    groups: dict[str, Any] = field(default_factory=dict)
    calibration: dict[str, Any] = field(default_factory=dict)
    metrics: dict[str, Any] = field(default_factory=dict)
    split: dict[str, Any] = field(default_factory=dict)
    card: str = ""


def write_artifact(artifact: Artifact, folder: Path, *, raters: bool = False) -> None:
    """Write the folder. What was learnt about single persons is left out unless ``raters`` asks for it."""
    ensemble = artifact.ensemble
    folder.mkdir(parents=True, exist_ok=True)
    shared = all(one.trunk is ensemble.members[0].trunk for one in ensemble.members)
    tensors: dict[str, Tensor] = trunk_tensors(ensemble.members[0].trunk) if shared else {}
    for place, member in enumerate(ensemble.members):
        own = member_tensors(member) | ({} if shared else trunk_tensors(member.trunk))
        tensors |= {f"member.{place}.{name}": value for name, value in own.items()}
    data = to_bytes(tensors)
    vocabularies = ensemble.vocabularies
    spec = spec_as_plain(ensemble.spec)
    spec["factors"] = [[name, levels] for name, levels in ensemble.members[0].model.spec.factors]
    config = {
        "schema": SCHEMA,
        "model_sha256": hashlib.sha256(data).hexdigest(),
        "members": len(ensemble.members),
        "shared_trunk": shared,
        "trunk": describe_trunk(ensemble.members[0].trunk),
        "spec": spec,
        "scales": asdict(ensemble.scales),
        "threshold": ensemble.threshold,
        "levels": ensemble.levels.tolist(),
        "prefer": ensemble.prefer,
        "vocabularies": {
            "attributes": [[name, list(vocabulary.levels)] for name, vocabulary in vocabularies.attributes],
            "contexts": list(vocabularies.contexts.levels),
            "dimensions": list(vocabularies.dimensions.levels),
        },
        **artifact.about,
    }
    (folder / "model.safetensors").write_bytes(data)
    write_json(folder / "groups.json", artifact.groups)
    fitted = {
        "temperatures": {kind: one.temperature for kind, one in ensemble.calibrations.items()},
        "shifts": {kind: one.shift for kind, one in ensemble.calibrations.items()},
    }
    write_json(folder / "calibration.json", {**fitted, **artifact.calibration})
    write_json(folder / "metrics.json", artifact.metrics)
    write_json(folder / "split.json", artifact.split)
    (folder / "MODEL_CARD.md").write_text(artifact.card, encoding="utf-8")
    _write_raters(ensemble, folder, kept=raters)
    listed = ["calibration.json", *(f"{name}.json" for name in TOLD), *(PRIVATE if raters else ())]
    write_json(folder / "config.json", sealed(config, folder, listed))


def _write_raters(ensemble: RewardEnsemble, folder: Path, *, kept: bool) -> None:
    private = [folder / name for name in PRIVATE]
    if not kept:
        for path in private:
            path.unlink(missing_ok=True)
        return
    people = {f"member.{m}.{k}": v for m, one in enumerate(ensemble.members) for k, v in rater_tensors(one).items()}
    for path in private:
        path.touch(mode=OWNER_ALONE)
        path.chmod(OWNER_ALONE)  # also where it stood there before
    private[0].write_bytes(to_bytes(people))
    profiles = [] if ensemble.profiles is None else ensemble.profiles.tolist()
    write_json(private[1], {"ids": list(ensemble.vocabularies.raters.levels), "groups": profiles})


def read_artifact(folder: Path, *, device: str = "cpu") -> Artifact:
    """Read a folder back; it scores as the model in memory did.

    Raises
    ------
    BrokenArtifact
        If a file is missing, truncated, changed since it was written, or of another schema.
    """
    for name in NEEDED:
        if not (folder / name).is_file():
            raise BrokenArtifact(f"{folder}: no {name}; this is not a reward model")
    config = read_json(folder / "config.json")
    if config.get("schema") != SCHEMA:
        raise BrokenArtifact(f"{folder / 'config.json'}: schema {config.get('schema')!r} is not {SCHEMA!r}")
    data = bytes_of(folder / "model.safetensors")
    if hashlib.sha256(data).hexdigest() != config.get("model_sha256"):
        raise BrokenArtifact(f"{folder / 'model.safetensors'}: truncated or changed; its SHA-256 is not config.json's")
    check_seal(config, folder, may_miss=PRIVATE)
    calibration = read_json(folder / "calibration.json")
    tensors = from_bytes(data, str(folder / "model.safetensors"))
    try:
        spec = spec_from_plain(config["spec"])
        people = _read_raters(folder)
        trunks: list[Trunk] = []
        for place in range(config["members"]):
            own = tensors if config["shared_trunk"] else _part(tensors, place)
            shared = trunks and config["shared_trunk"]
            trunks.append(trunks[0] if shared else build_trunk(config["trunk"], own, spec.embedding).to(device))
        members = [
            build_member(spec, trunk, _part(tensors, place) | _part(people.tensors, place))
            for place, trunk in enumerate(trunks)
        ]
        for member in members:
            member.model.to(device)
        named = config["vocabularies"]
        ensemble = RewardEnsemble(
            spec=spec,
            scales=Scales.read(config["scales"]),
            members=tuple(members),
            vocabularies=Vocabularies(
                tuple((name, Vocabulary(tuple(levels))) for name, levels in named["attributes"]),
                Vocabulary(tuple(people.ids)),
                Vocabulary(tuple(named["contexts"])),
                Vocabulary(tuple(named["dimensions"])),
            ),
            threshold=float(config["threshold"]),
            levels=np.array(config["levels"], dtype=np.float64),
            prefer=config["prefer"],
            profiles=people.profiles,
            calibrations=_calibrations(calibration),
        )
    except BrokenArtifact:
        raise
    except (KeyError, TypeError, ValueError, AttributeError, IndexError, RuntimeError) as problem:
        raise BrokenArtifact(f"{folder}: config.json and the tensors do not fit ({problem!r})") from None
    told = {name: read_json(folder / f"{name}.json") for name in TOLD if (folder / f"{name}.json").is_file()}
    card = folder / "MODEL_CARD.md"
    return Artifact(
        ensemble,
        about={name: value for name, value in config.items() if name not in OUTLINE},
        calibration={name: value for name, value in calibration.items() if name not in FITTED},
        card=card.read_text(encoding="utf-8") if card.is_file() else "",
        **told,
    )


def _calibrations(plain: dict[str, Any]) -> dict[str, Calibration]:
    shifts = plain.get("shifts", {})  # a model written before there were any has none
    return {
        str(kind): Calibration(float(heat), float(shifts.get(kind, 0.0)))
        for kind, heat in plain["temperatures"].items()
    }


@dataclass(frozen=True)
class _People:
    ids: list[str]
    tensors: dict[str, Tensor]
    profiles: Ints | None


def _read_raters(folder: Path) -> _People:
    if not (folder / "raters.safetensors").is_file() and not (folder / "raters.json").is_file():
        return _People([], {}, None)
    plain = read_json(folder / "raters.json")
    ids = [str(name) for name in plain["ids"]]
    tensors = from_bytes(bytes_of(folder / "raters.safetensors"), str(folder / "raters.safetensors"))
    for name, value in tensors.items():
        if len(value) != len(ids):
            raise BrokenArtifact(f"{folder / 'raters.json'}: {len(ids)} ids for {len(value)} rows of {name}")
    return _People(ids, tensors, _profiles(plain, len(ids), folder))


def _profiles(plain: dict[str, Any], persons: int, folder: Path) -> Ints | None:
    table = plain.get("groups", [])
    if len(table) != persons:
        raise BrokenArtifact(f"{folder / 'raters.json'}: groups of {len(table)} raters for {persons} ids")
    return np.array(table, dtype=np.int64).reshape(persons, -1) if persons else None


def _part(tensors: dict[str, Tensor], place: int) -> dict[str, Tensor]:
    prefix = f"member.{place}."
    return {name.removeprefix(prefix): value for name, value in tensors.items() if name.startswith(prefix)}
