"""Published counts and means of the open data sets, read by our readers."""

import statistics
from collections import Counter
from pathlib import Path

import pytest

from annotation.formats.missing import missing_kind
from annotation.formats.squality import SPANS, read_squality
from annotation.formats.table import Columns, read_table

MEANS = {
    "bart": (34.837, 15.617, 18.137),
    "bart-dpr": (45.397, 24.260, 27.913),
    "human": (94.110, 88.767, 91.260),
}


def test_squality_has_its_published_means(shared_data: Path) -> None:
    source = read_squality(shared_data / "annotation/squality/all-responses.jsonl")
    asked = [f"{dimension}-rating" for dimension in ("correctness", "selection", "overall")]
    scores: dict[tuple[str, str], list[float]] = {}
    for answer in source.answers:
        if answer.question in asked:
            scores.setdefault((answer.item.rsplit("/", 1)[1], answer.question), []).append(float(answer.value))

    for system, expected in MEANS.items():
        found = [scores[system, question] for question in asked]
        assert [len(one) for one in found] == [300] * 3
        assert [statistics.fmean(one) for one in found] == pytest.approx(expected, abs=5e-4)


def test_squality_has_its_published_comments(shared_data: Path) -> None:
    import json

    source = read_squality(shared_data / "annotation/squality/all-responses.jsonl")
    spans = [json.loads(answer.value) for answer in source.answers if answer.question == SPANS]

    assert sum(map(len, spans)) == 3142


def test_d3code_has_its_published_raters(shared_data: Path) -> None:
    columns = Columns("Country", "rater_id", ("SES",), (), ("Age", "Gender", "Region"))
    source = read_table(shared_data / "annotation/d3code/d3-raters.csv", columns)

    assert len(source.raters) == 4309
    ages, genders = (Counter(rater.demographics[name] for rater in source.raters) for name in ("Age", "Gender"))
    assert sorted(ages.values(), reverse=True) == [2019, 1495, 795]
    assert sorted(genders.values(), reverse=True) == [2149, 2119, 41]
    assert not any(missing_kind(age) for age in ages)
