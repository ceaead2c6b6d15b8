"""The model card and the counts of groups that travel with a model."""

from typing import Any

import numpy as np

from aggregation.rewards.data import Pairs, Points
from aggregation.rewards.ensemble import RewardEnsemble, Vocabularies

MODE_NAMES = {"pooled": "everybody alike", "group": "by group", "rater": "by person"}


def count_groups(named: Vocabularies, answers: Points, comparisons: Pairs, *, k: int = 5) -> dict[str, Any]:
    """Raters and rows per level; levels of fewer than ``k`` raters are suppressed."""
    counts: dict[str, Any] = {"k": k, "attributes": {}, "suppressed_cells": 0}
    rater = np.concatenate([answers.rater, comparisons.rater])
    groups = np.concatenate([answers.groups, comparisons.groups])
    for place, (name, vocabulary) in enumerate(named.attributes):
        levels: dict[str, Any] = {}
        for code, level in enumerate(vocabulary.levels):
            here = groups[:, place] == code
            people = len(np.unique(rater[here]))
            if people < k:
                counts["suppressed_cells"] += 1
                levels[level] = {"raters": None, "rows": None, "suppressed": True}
            else:
                levels[level] = {"raters": people, "rows": int(here.sum()), "suppressed": False}
        counts["attributes"][name] = levels
    return counts


def model_card(ensemble: RewardEnsemble, about: dict[str, Any], metrics: dict[str, Any], groups: dict[str, Any]) -> str:
    """MODEL_CARD.md: what it is, what it was learnt from, how good it is and for whom, and its limits."""
    names = ", ".join(name for name, _ in ensemble.vocabularies.attributes) or "none"
    lines = [
        "# Model card: group-conditioned reward model",
        "",
        "## What it is",
        "",
        f"An ensemble of {len(ensemble.members)} factorised reward models on frozen embeddings (encoder "
        f"`{about['encoder']['id']}`). It predicts whether a person's value for a text reaches "
        f"{ensemble.threshold:g}, or which of two texts a person prefers: for everybody, for a group, or for one",
        "person from a few answers. Levels are shrunk towards their group and the group towards everybody.",
        "",
        f"* Dimensions: {', '.join(ensemble.spec.dimensions)}",
        f"* Attributes: {names}",
        f"* Seed: {about['seed']}; losses: {about['settings']['losses']}; reduction: {about['settings']['reduction']}",
        "",
        "## What it was learnt from",
        "",
        f"{about['rows']['train']} training answers by {about['rows']['raters']} people about {about['rows']['items']} "
        f"texts; {about['rows']['val']} held-out answers chose penalties and calibrations. SHA-256 of the input: "
        f"`{about['input_sha256']}`.",
        "",
        *_provenance(about.get("provenance", {})),
        "What was learnt about single persons is personal data: it is kept in `raters.safetensors` and `raters.json`,",
        "or nowhere; delete both files before publishing.",
        "",
        "## How good it is",
        "",
        *_measures(metrics),
        "## For whom",
        "",
        *_groups(metrics, groups),
        "## Limits",
        "",
        "* A Bradley-Terry reward fitted to comparisons of many people aggregates them as Borda count does",
        "  (Siththaranjan et al. 2024): it can prefer what no majority prefers, and hides that people disagree.",
        "  Read it beside the disagreement between groups, which is reported apart and is not noise.",
        "* Demographic attributes say little about one person's answers. A group's mean is nobody's opinion.",
        f"* {_worth_of_groups(metrics)}",
        "* Epistemic uncertainty is that of the ensemble: texts unlike those learnt from may fool all members.",
        "* The model holds embeddings of training texts; texts that must stay secret should not train it.",
        "",
    ]
    return "\n".join(lines)


def _provenance(told: dict[str, Any]) -> list[str]:
    """Source, consent and licence as they were told; what was not told is said to be unknown here."""
    consent = told.get("consent") or (
        "Whether each person agreed that their answers train models is recorded by the study that the answers come "
        "from, not in this folder. Check it before the model is passed on."
    )
    lines = [f"Source: {told['source']}", ""] if told.get("source") else []
    lines += [f"Consent: {consent}", ""]
    lines += [f"Licence of the answers: {told['license']}", ""] if told.get("license") else []
    return lines


def _worth_of_groups(metrics: dict[str, Any]) -> str:
    """Whether attributes help, in the words that the intervals allow."""
    found = metrics.get("gains", {}).get("points", {}).get("group") or metrics.get("gains", {}).get("pairs", {}).get(
        "group"
    )
    if found is None or found["gain"] is None:
        return "Whether it is better with attributes than without was not measured."
    low, high = found["interval"]
    figures = f"log-loss lower by {found['gain']:.4f} (95 % {low:.4f} to {high:.4f})"
    if found["better"]:
        return f"It is better with attributes than without: {figures}."
    if found["worse"]:
        return f"It is worse with attributes than without: {figures}. Use it for everybody alike."
    return f"It is not shown to be better with attributes than without: {figures}."


def _measures(metrics: dict[str, Any]) -> list[str]:
    lines = [
        "Held-out answers; intervals from a two-way bootstrap over texts and people. Beside the calibration error",
        "(ECE) stands what a model that is right everywhere would show on as many answers.",
        "",
    ]
    lines += ["| rows | model | log-loss (95 %) | accuracy | ECE (by chance) |", "|---|---|---|---|---|"]
    for kind in ("points", "pairs"):
        for mode, table in metrics.get(kind, {}).items():
            whole = table["overall"]
            low, high = whole["intervals"]["log_loss"]
            lines.append(
                f"| {kind} | this model, {MODE_NAMES[mode]} | {whole['log_loss']:.3f} ({low:.3f} to {high:.3f}) "
                f"| {whole['accuracy']:.3f} | {whole['ece']:.3f} ({whole['ece_by_chance']:.3f}) |"
            )
        for name, peer in metrics.get("peers", {}).get(kind, {}).items():
            low, high = peer["log_loss_interval"]
            lines.append(
                f"| {kind} | peer: {name} | {peer['log_loss']:.3f} ({low:.3f} to {high:.3f}) "
                f"| {peer['accuracy']:.3f} | {peer['ece']:.3f} |"
            )
    return [*lines, ""]


def _groups(metrics: dict[str, Any], groups: dict[str, Any]) -> list[str]:
    tables = metrics.get("points") or metrics.get("pairs") or {}
    table = tables.get("group") or tables.get("pooled")
    if table is None or not groups["attributes"]:
        return ["No attributes were used.", ""]
    lines = ["| attribute | level | raters | held-out rows | log-loss |", "|---|---|---|---|---|"]
    for name, levels in groups["attributes"].items():
        for level, count in levels.items():
            found = table["groups"].get(name, {}).get(level, {"suppressed": True})
            if count["suppressed"] or found["suppressed"]:
                lines.append(f"| {name} | {level} | fewer than {groups['k']} or none held out | | |")
            else:
                lines.append(f"| {name} | {level} | {count['raters']} | {found['n']} | {found['log_loss']:.3f} |")
    worst = table["worst_group"]
    if worst is not None:
        lines += ["", f"Worst group of 100 rows or more: {worst['group']} ({worst['log_loss']:.3f})."]
    return [*lines, ""]
