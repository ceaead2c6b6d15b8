"""What Krippendorff's alpha costs on a million answers, beside krippendorff and crowd-kit on the same answers.

The answers: 12 raters, 100,000 items of which each rater skips one in six, a scale of 1 to 5; then the same number from
a crowd of 500 of whom ten answer each item. We start from long columns of item and value; crowd-kit from a pandas
table; krippendorff from the same long columns, of which a table of raters and items is made inside the clock, and from
that table and from counts of values per item made before it. Seconds are CPU seconds on one thread, megabytes are the
peak of a process of its own, and the first call of a process is the one that counts.

Run it with ``python -m benchmarks.agreement`` from the root of the repository; ``--answers N`` takes another size.
"""

from __future__ import annotations

import argparse
from typing import Any

import numpy as np

from benchmarks.measure import Measurement, measure

RATERS, SKIPPED, VALUES = 12, 1 / 6, 5
REPLICATES = 1000
GROUPS = 4
CROWD, EACH = 500, 10


def crowd_columns(n_answers: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Raters, items and values where ten people of a large crowd answer each item."""
    rng = np.random.default_rng(1)
    n_items = n_answers // EACH
    first = rng.integers(0, CROWD, size=n_items)
    raters = ((first[:, None] + np.arange(EACH) * (CROWD // EACH)) % CROWD).ravel()
    truth = np.repeat(rng.integers(1, VALUES + 1, size=n_items), EACH)
    values = np.clip(truth + rng.integers(-1, 2, size=len(truth)), 1, VALUES).astype(float)
    return raters, np.repeat(np.arange(n_items), EACH), values


def table_of(n_answers: int) -> np.ndarray:
    """Raters x items, nan where skipped; answers lie around the truth of the item."""
    rng = np.random.default_rng(0)
    n_items = round(n_answers / (RATERS * (1 - SKIPPED)))
    truth = rng.integers(1, VALUES + 1, size=n_items)
    answers = np.clip(truth + rng.integers(-1, 2, size=(RATERS, n_items)), 1, VALUES).astype(float)
    answers[rng.random(answers.shape) < SKIPPED] = np.nan
    return answers


def columns_of(n_answers: int, level: str) -> dict[str, Any]:
    import aggregation.algorithms.agreement.alpha
    import aggregation.algorithms.agreement.groups  # noqa: F401  # imported before the clock starts

    table = table_of(n_answers)
    raters, items = np.nonzero(~np.isnan(table))
    return {"items": items, "raters": raters, "values": table[raters, items], "level": level}


def columns_of_krippendorff(n_answers: int, level: str) -> dict[str, Any]:
    import krippendorff  # noqa: F401  # imported before the clock starts

    return columns_of(n_answers, level)


def columns_of_crowd(n_answers: int, level: str) -> dict[str, Any]:
    import krippendorff  # noqa: F401  # imported before the clock starts

    import aggregation.algorithms.agreement.alpha  # noqa: F401  # likewise

    raters, items, values = crowd_columns(n_answers)
    return {"items": items, "raters": raters, "values": values, "level": level}


def ours(given: dict[str, Any]) -> float | None:
    from aggregation.algorithms.agreement.alpha import krippendorff_alpha

    return krippendorff_alpha(given["items"], given["values"], level=given["level"]).value


def ours_with_interval(given: dict[str, Any]) -> float | None:
    from aggregation.algorithms.agreement.alpha import krippendorff_alpha

    rng = np.random.default_rng(0)
    found = krippendorff_alpha(given["items"], given["values"], level=given["level"], rng=rng, replicates=REPLICATES)
    return found.value


def ours_groups(given: dict[str, Any]) -> float | None:
    from aggregation.algorithms.agreement.groups import compare_groups

    groups = given["raters"] % GROUPS
    test = compare_groups(given["items"], given["raters"], given["values"], groups, GROUPS, level=given["level"])
    return float(test.figures.gai_G[0])


def krippendorff_table(n_answers: int, level: str) -> dict[str, Any]:
    import krippendorff  # noqa: F401  # imported before the clock starts

    return {"reliability_data": table_of(n_answers), "level_of_measurement": level}


def krippendorff_counts(n_answers: int, level: str) -> dict[str, Any]:
    import krippendorff  # noqa: F401  # imported before the clock starts

    table = table_of(n_answers)
    counts = np.stack([(table == value).sum(axis=0) for value in range(1, VALUES + 1)], axis=1)
    return {"value_counts": counts, "value_domain": list(range(1, VALUES + 1)), "level_of_measurement": level}


def theirs_from_columns(given: dict[str, Any]) -> float:
    import krippendorff

    table = np.full((given["raters"].max() + 1, given["items"].max() + 1), np.nan)
    table[given["raters"], given["items"]] = given["values"]
    return float(krippendorff.alpha(table, level_of_measurement=given["level"]))


def theirs(given: dict[str, Any]) -> float:
    import krippendorff

    return float(krippendorff.alpha(**given))


def crowdkit_table(n_answers: int, level: str) -> Any:
    import crowdkit.metrics.data  # noqa: F401  # imported before the clock starts
    import pandas as pd

    table = table_of(n_answers)
    raters, items = np.nonzero(~np.isnan(table))
    return pd.DataFrame({"worker": raters, "task": items, "label": table[raters, items]})


def crowdkit_alpha(given: Any) -> float:
    from crowdkit.metrics.data import alpha_krippendorff

    return float(alpha_krippendorff(given))


def show(name: str, found: Measurement, beside: Measurement) -> None:
    """One line: seconds, memory, value, and how many times as much as ours."""
    ratio = f"{found.cpu_seconds / beside.cpu_seconds:8.1f} x" if found is not beside else "       1 x"
    value = "" if found.result is None else f"{found.result:.6f}"
    print(f"  {name:<42}{found.cpu_seconds:9.3f} s {ratio}{found.peak_megabytes:9.0f} MB  {value}", flush=True)


Work = tuple[str, Any, Any]


def compare(
    title: str, prepare: Any, others: list[Work], more: list[Work], given: argparse.Namespace, level: str
) -> None:
    """Measure ours and the others on one input; the others must give the same value."""
    print(f"alpha, {level}, {title}")
    mine = measure(prepare, ours, given.answers, level)
    show("polyphony, from long columns", mine, mine)
    for name, make, work in others:
        try:
            found = measure(make, work, given.answers, level, timeout=given.timeout)
        except RuntimeError as problem:
            print(f"  {name:<42}{problem}")
            continue
        show(name, found, mine)
        if not np.isclose(found.result, mine.result, atol=1e-9):
            raise SystemExit(f"{name} gives {found.result}, we give {mine.result}")
    for name, make, work in more:
        show(name, measure(make, work, given.answers, level), mine)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--answers", type=int, default=1_000_000)
    parser.add_argument("--timeout", type=float, default=600.0, help="seconds for each of the other packages")
    given = parser.parse_args()
    crowdkit: Work = ("crowd-kit, from a pandas table", crowdkit_table, crowdkit_alpha)
    theirs_long = ("krippendorff, from long columns", columns_of_krippendorff, theirs_from_columns)
    for level in ("nominal", "ordinal", "interval", "ratio"):
        others: list[Work] = [
            theirs_long,
            ("krippendorff, from raters x items", krippendorff_table, theirs),
            ("krippendorff, from counts per item", krippendorff_counts, theirs),
        ]
        more: list[Work] = [
            (f"polyphony, interval of {REPLICATES:,} resamples", columns_of, ours_with_interval),
            (f"polyphony, {GROUPS} groups: alpha, XRR, GAI", columns_of, ours_groups),
        ]
        title = f"{given.answers:,} answers of {RATERS} raters"
        compare(title, columns_of, others + [crowdkit] * (level == "nominal"), more, given, level)
    title = f"{given.answers:,} answers of a crowd of {CROWD}"
    crowd: Work = ("krippendorff, from long columns", columns_of_crowd, theirs_from_columns)
    compare(title, columns_of_crowd, [crowd], [], given, "nominal")


if __name__ == "__main__":
    main()
