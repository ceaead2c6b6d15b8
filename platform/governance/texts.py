"""The words of constitutions as bytes that are hashed, as differences, and as files."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from governance.models.amendments import Amendment, Patch
from governance.models.constitutions import Clause, ConstitutionVersion

VERSION_FORMAT = "polyphony constitution 1"
AMENDMENT_FORMAT = "polyphony amendment 1"


def version_value(version: ConstitutionVersion, clauses: Sequence[Clause]) -> dict[str, Any]:
    """What a version's hash covers: everything that is adopted with it."""
    return {
        "community": version.constitution.community.slug,
        "constitution": version.constitution.slug,
        "format": VERSION_FORMAT,
        "number": version.number,
        "preamble": version.preamble,
        "principles": [
            {"key": clause.principle.key, "level": clause.level, "rationale": clause.rationale, "text": clause.text}
            for clause in clauses
        ],
        "title": version.constitution.title,
    }


def amendment_value(amendment: Amendment, patches: Sequence[Patch]) -> dict[str, Any]:
    """What an amendment's hash covers: what it does to which words, and not to which version.

    So an amendment stays the same when another one moves principles that it does not touch.
    """
    return {
        "community": amendment.constitution.community.slug,
        "constitution": amendment.constitution.slug,
        "format": AMENDMENT_FORMAT,
        "patches": [
            {
                "action": patch.action,
                "before": patch.before,
                "level": patch.level,
                "level_before": patch.level_before,
                "principle": patch.principle.key,
                "rationale": patch.rationale,
                "text": patch.text,
            }
            for patch in patches
        ],
        "reasons": amendment.reasons,
        "title": amendment.title,
    }


@dataclass(frozen=True)
class Piece:
    """A run of words that was kept, taken out or put in."""

    kind: str
    words: str


@dataclass(frozen=True)
class Difference:
    """What happened to one principle between two texts: added, removed, changed or kept."""

    key: str
    kind: str
    pieces: tuple[Piece, ...]
    level_before: int | None
    level: int | None

    @property
    def words(self) -> str:
        """The kind for a page."""
        return {"added": "New", "removed": "Taken out", "changed": "Changed", "kept": "Unchanged"}[self.kind]


def word_pieces(before: str, after: str) -> tuple[Piece, ...]:
    """The difference of two texts word by word."""
    old, new = before.split(), after.split()
    pieces = []
    for kind, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            pieces.append(Piece("kept", " ".join(old[a:b])))
            continue
        if b > a:
            pieces.append(Piece("out", " ".join(old[a:b])))
        if d > c:
            pieces.append(Piece("in", " ".join(new[c:d])))
    return tuple(pieces)


def differences(before: Sequence[Clause], after: Sequence[Clause]) -> list[Difference]:
    """Principle by principle, in the order of the later text; what was taken out comes last."""
    old = {clause.principle.key: clause for clause in before}
    found = [_difference(clause.principle.key, old.pop(clause.principle.key, None), clause) for clause in after]
    return found + [_difference(key, clause, None) for key, clause in old.items()]


def _difference(key: str, before: Clause | None, after: Clause | None) -> Difference:
    old, new = (before.text if before else ""), (after.text if after else "")
    levels = before.level if before else None, after.level if after else None
    if before is None:
        kind = "added"
    elif after is None:
        kind = "removed"
    else:
        kind = "kept" if (old, before.level) == (new, after.level) else "changed"
    return Difference(key, kind, word_pieces(old, new), *levels)


def patch_difference(patch: Patch) -> Difference:
    """What a patch does, as a difference."""
    kind = {"add": "added", "remove": "removed", "change": "changed"}[patch.action]
    return Difference(patch.principle.key, kind, word_pieces(patch.before, patch.text), patch.level_before, patch.level)


FILES = {"text.md": "text/markdown", "text.json": "application/json", "principles.json": "application/json"}


def as_file(version: ConstitutionVersion, name: str) -> bytes:
    """One of :data:`FILES`: the canonical text byte for byte, the words to read, or the principles for training."""
    if name == "text.json":
        return version.canonical_text.encode()
    clauses = list(version.clauses.select_related("principle").order_by("level", "principle__id"))
    return (as_markdown if name == "text.md" else as_principles)(version, clauses).encode()


def as_markdown(version: ConstitutionVersion, clauses: Sequence[Clause]) -> str:
    """The text for readers, with its hash and its dissent."""
    lines = [
        f"# {version.constitution.title}",
        "",
        f"Version {version.number}, {version.get_status_display().lower()}.",
    ]
    if version.content_sha256:
        lines += ["", f"SHA-256 of the canonical text: `{version.content_sha256}`"]
    if version.decision:
        lines += ["", f"Adopted by decision {version.decision}."]
    if version.preamble:
        lines += ["", version.preamble]
    level = None
    for clause in clauses:
        if clause.level != level:
            level = clause.level
            lines += ["", f"## Priority {level}"]
        lines += ["", f"**{clause.principle.key}.** {clause.text}"]
        if clause.rationale:
            lines += ["", f"*Why:* {clause.rationale}"]
    reports = list(version.minority_reports.select_related("principle"))
    if reports:
        lines += ["", "## Dissent"]
        for report in reports:
            about = f"On {report.principle.key}: " if report.principle else ""
            lines += ["", f"> {about}{report.text}"]
    return "\n".join(lines) + "\n"


def as_principles(version: ConstitutionVersion, clauses: Sequence[Clause]) -> str:
    """A file for constitutional-AI pipelines: for each principle a request for critique and one for revision.

    References
    ----------
    Bai et al. (2022). Constitutional AI: Harmlessness from AI Feedback. Section 3.1 and appendix C.
    """
    return json.dumps(
        {
            "constitution": version.constitution.slug,
            "version": version.number,
            "sha256": version.content_sha256,
            "status": version.status,
            "order": "lexicographic: a lower level number is never given up for a higher one",
            "principles": [
                {
                    "id": clause.principle.key,
                    "level": clause.level,
                    "principle": clause.text,
                    "critique_request": "Identify specific ways in which the last response does not hold to this"
                    f" principle: {clause.text}",
                    "revision_request": "Rewrite the last response so that it holds to this principle, without giving"
                    f" up any principle of a higher priority: {clause.text}",
                    "choose": f"Which of these responses holds better to this principle: {clause.text}",
                }
                for clause in clauses
            ],
        },
        ensure_ascii=False,
        indent=2,
    )
