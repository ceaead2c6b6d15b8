"""A result as files: JSON, CSV and a card with where it comes from and what it promises."""

import csv
import hashlib
import io
import json
import zipfile
from collections.abc import Iterator, Sequence
from typing import Any

from aggregation.algorithms.axioms import AXIOMS
from aggregation.algorithms.rules import RULES
from aggregation.models import Aggregation
from aggregation.pipelines.methods import METHODS

MOMENT = (1980, 1, 1, 0, 0, 0)


def provenance(aggregation: Aggregation) -> dict[str, Any]:
    """Everything needed to make the result again, and to judge it."""
    run = aggregation.run
    rule = RULES.get(str(run.parameters.get("rule")))
    return {
        "title": aggregation.title,
        "run": str(run.pk),
        "community": run.community.slug,
        "method": run.kind,
        "rule": {"short": rule.short, "name": rule.name, "source": rule.source} if rule else None,
        "source": aggregation.source,
        "material": aggregation.material,
        "question": aggregation.question,
        "parameters": run.parameters,
        "seed": run.seed,
        "input_sha256": run.input_sha256,
        "versions": run.versions,
        "synthetic": aggregation.is_synthetic,
        "finished_at": run.finished_at.isoformat(),
        "again_of": str(aggregation.again_of_id) if aggregation.again_of_id else None,
    }


def as_json(aggregation: Aggregation, result: dict[str, Any]) -> str:
    """The whole result with its provenance."""
    told = {"engine": provenance(aggregation), "warnings": aggregation.run.warnings, "result": result}
    return json.dumps(told, indent=2, sort_keys=True, ensure_ascii=False) + "\n"


def as_csv(result: dict[str, Any]) -> str:
    """The numbers of the result in one long table: where they stand, and their value."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["path", "value"])
    for path, value in _flat(result, ""):
        text = str(value)
        # A spreadsheet would run a cell that begins like a formula.
        writer.writerow([path, f"'{text}" if isinstance(value, str) and text[:1] in "=+-@\t\r" else value])
    return out.getvalue()


def as_card(aggregation: Aggregation, result: dict[str, Any], approvals: Sequence[str] = ()) -> str:
    """What a reader has to know before using the result, as Markdown, with who approved it, a sentence for each."""
    run, told = aggregation.run, provenance(aggregation)
    rule = RULES.get(str(run.parameters.get("rule")))
    lines = [
        f"# {aggregation.title}",
        "",
        f"{METHODS[run.kind].title} from “{aggregation.material_title}” ({aggregation.source}), question "
        f"“{aggregation.question_title}”, community {run.community.slug}.",
        "",
    ]
    if aggregation.is_synthetic:
        lines += ["The people are made up: nothing here is anybody’s opinion.", ""]
    if rule:
        lines += [f"**Rule.** {rule.name} ({rule.source}). {rule.promise}", ""]
    lines += ["## What is certain", ""]
    certificates = result.get("certificates") or [one for one in [result.get("certificate")] if one]
    for one in certificates:
        holds = "holds" if one["holds"] else "does not hold"
        share = f", in {one['share']:.0%} of {one['draws']} draws" if one.get("share") is not None else ""
        lines.append(f"- {AXIOMS[one['axiom']].name}: {holds} (scope: {one['scope']}{share})")
    if not certificates:
        lines.append("- This method gives no certificate.")
    exposure = result.get("exposure")
    if exposure:
        lines += ["", "## Exposure", ""]
        correlation = exposure["correlation"]
        if correlation is not None:
            lines.append(f"Correlation of approvals with how often statements were seen: {correlation:.2f}.")
        seen = [row["seen"] for row in exposure["rows"] if row["seen"] is not None]
        if seen:
            lines.append(f"Statements were seen by {min(seen)} to {max(seen)} people.")
    if run.warnings:
        lines += ["", "## Warnings", "", *(f"- {warning}" for warning in run.warnings)]
    lines += ["", "## Who approved it", "", *(f"- {one}" for one in approvals or ["Nobody has approved it yet."])]
    lines += ["", "## Provenance", ""]
    n_eff = result.get("n_eff")
    people = result.get("people")
    lines.append(f"- people: {'hidden' if people is None else people}")
    if n_eff is not None:
        lines.append(f"- effective number of people: {n_eff:.1f}")
    for name in ("run", "seed", "input_sha256", "finished_at"):
        lines.append(f"- {name}: {told[name]}")
    lines.append(f"- parameters: `{json.dumps(run.parameters, sort_keys=True, ensure_ascii=False)}`")
    lines.append(f"- computed with: {', '.join(f'{name} {number}' for name, number in run.versions.items())}")
    return "\n".join(lines) + "\n"


def as_zip(aggregation: Aggregation, result: dict[str, Any], approvals: Sequence[str] = ()) -> bytes:
    """All three in one archive, with the same bytes for the same result."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in (
            ("result.json", as_json(aggregation, result)),
            ("result.csv", as_csv(result)),
            ("card.md", as_card(aggregation, result, approvals)),
        ):
            archive.writestr(zipfile.ZipInfo(name, MOMENT), text)
    return out.getvalue()


def content_sha256(aggregation: Aggregation, result: dict[str, Any]) -> str:
    """Hash of the result with its provenance: by it a release is decided."""
    return hashlib.sha256(as_json(aggregation, result).encode()).hexdigest()


def _flat(value: Any, path: str) -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict):
        for name, one in value.items():
            yield from _flat(one, f"{path}.{name}" if path else str(name))
    elif isinstance(value, list):
        for place, one in enumerate(value):
            yield from _flat(one, f"{path}[{place}]")
    else:
        yield path, "" if value is None else value
