"""Targets of `polyphony weights`: the shares of a population, as margins or as joint cells."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from aggregation.algorithms.raking import Margin
from annotation.formats.missing import canonical_id, missing_kind
from polyphony.errors import BadInput
from polyphony.files import numbers, read_table, row_numbers

_JOINT = re.compile(r"\s*[*×&:]\s*")
_TOGETHER = " × "


@dataclass(frozen=True)
class Target:
    """The population's shares of one variable, or of several taken together: level of each -> share."""

    variables: tuple[str, ...]
    shares: dict[tuple[str, ...], float]

    @property
    def name(self) -> str:
        """The variables in words."""
        return _TOGETHER.join(self.variables)


def read_targets(path: Path) -> tuple[list[Target], list[str]]:
    """Read ``variable, level, share``, or one column per variable and ``share`` for joint cells; and warnings.

    A variable may be several joined by ``*``, its levels likewise.  Shares of a variable that do not add up to 1 (such
    as percentages or counts) are scaled, with a warning.

    Raises
    ------
    BadInput
        If a column is missing, a share is not a number of at least 0, or a level stands twice.
    """
    table = read_table(path, needs=["share"])
    if table.empty:
        raise BadInput(f"{path}: only the names of columns stand in it, and no share.")
    shares, rows = numbers(table, "share", path), row_numbers(table, path)
    margins = {"variable", "level"} <= set(table.columns)
    joint = [column for column in table.columns if column != "share"]
    if not margins and not joint:
        raise BadInput(f"{path}: needs the columns variable, level and share.")
    held: dict[tuple[str, ...], dict[tuple[str, ...], float]] = {}
    for place, share in enumerate(shares):
        where = f"{path}, row {rows[place]}"
        if share < 0:
            raise BadInput(f"{where}, column 'share': {share:g} should be at least 0.")
        if margins:
            variables = tuple(_JOINT.split(table["variable"].iloc[place].strip()))
            level = table["level"].iloc[place]
            if not all(variables):
                raise BadInput(f"{where}: no variable.")
            levels = tuple(_JOINT.split(level.strip())) if len(variables) > 1 else (level,)
            if len(levels) != len(variables):
                raise BadInput(f"{where}, column 'level': {level!r} should have {len(variables)} parts joined by '*'.")
        else:
            variables, levels = tuple(joint), tuple(table[column].iloc[place] for column in joint)
        levels = tuple(canonical_id(" ".join(part.split())) for part in levels)
        cells = held.setdefault(variables, {})
        if levels in cells:
            raise BadInput(f"{where}: {_TOGETHER.join(variables)} {_TOGETHER.join(levels)!r} stands twice.")
        cells[levels] = float(share)
    warnings = []
    for variables, cells in held.items():
        total = sum(cells.values())
        if total <= 0:
            raise BadInput(f"{path}: the shares of {_TOGETHER.join(variables)!r} add up to {total:g}.")
        if abs(total - 1) > 1e-6:
            warnings.append(f"shares of {_TOGETHER.join(variables)} add up to {total:g}; they are scaled to 1")
    return [Target(variables, cells) for variables, cells in held.items()], warnings


def margins_of(targets: Sequence[Target], raters: pd.DataFrame, where: Path) -> tuple[list[Margin], list[str]]:
    """Code each rater's level in each target; and warnings on those without one.

    Raises
    ------
    BadInput
        If no rater has a level with a share above 0.
    """
    margins, warnings = [], []
    for target in targets:
        levels = list(target.shares)
        place = {level: code for code, level in enumerate(levels)}
        rows = list(raters[list(target.variables)].itertuples(index=False, name=None))
        codes = np.array([place.get(row, -1) for row in rows], dtype=np.int64)
        blank = [place.get(row) is None and any(missing_kind(text) for text in row) for row in rows]
        strange = [row for row, code, missing in zip(rows, codes, blank, strict=True) if code < 0 and not missing]
        if any(blank):
            warnings.append(
                f"{sum(blank)} of {len(rows)} raters have no {target.name}; it does not change their weights"
            )
        if strange:
            named = ", ".join(repr(_TOGETHER.join(row)) for row in dict.fromkeys(strange))
            warnings.append(
                f"{len(strange)} of {len(rows)} raters have {target.name} {named}, without a share in the targets;"
                " it does not change their weights"
            )
        shares = np.array(list(target.shares.values()))
        if not (shares[codes[codes >= 0]] > 0).any():
            found = ", ".join(repr(_TOGETHER.join(row)) for row in list(dict.fromkeys(rows))[:5])
            allowed = ", ".join(repr(_TOGETHER.join(level)) for level in levels[:5])
            raise BadInput(
                f"{where}: no rater's {target.name} has a target; found {found}; the targets have {allowed}."
            )
        names = tuple(_TOGETHER.join(level) for level in levels)
        margins.append(Margin(target.name, names, codes, shares / shares.sum()))
    return margins, warnings
