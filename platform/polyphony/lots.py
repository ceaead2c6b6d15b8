"""Pools and quotas of a draw by lot, from files."""

from pathlib import Path

from aggregation.algorithms.sortition import Quota
from polyphony.errors import BadInput
from polyphony.files import read_table


def read_pool(path: Path, features: set[str]) -> dict[str, dict[str, str]]:
    """Every person's features by id; the features that quotas name have to be there.

    Raises
    ------
    BadInput
        If a column is missing, an id is empty or stands twice.
    """
    table = read_table(path, needs=["id", *sorted(features)])
    people: dict[str, dict[str, str]] = {}
    columns = [str(column) for column in table.columns if column != "id"]
    for row, record in enumerate(table.to_dict("records"), start=2):
        name = str(record["id"])
        if name == "":
            raise BadInput(f"{path}, row {row}, column 'id': the id is empty.")
        if name in people:
            raise BadInput(f"{path}, row {row}, column 'id': {name!r} stands twice.")
        people[name] = {column: str(record[column]) for column in columns}
    return people


def read_quotas(path: Path) -> list[Quota]:
    """Quotas from a table of feature, value, min, max.

    Raises
    ------
    BadInput
        If a bound is no whole number.
    """
    quotas = []
    for row, record in enumerate(
        read_table(path, needs=["feature", "value", "min", "max"]).to_dict("records"), start=2
    ):
        for name in ("min", "max"):
            if not str(record[name]).strip().isdecimal():
                raise BadInput(f"{path}, row {row}, column {name!r}: {record[name]!r} should be a whole number.")
        quotas.append(Quota(str(record["feature"]), str(record["value"]), int(record["min"]), int(record["max"])))
    return quotas


def read_gone(path: Path) -> dict[str, int]:
    """Who could not come, and from which replacement on, from a table of id and draw.

    Raises
    ------
    BadInput
        If an id stands twice, or a number is no whole number from 1 on.
    """
    gone: dict[str, int] = {}
    for row, record in enumerate(read_table(path, needs=["id", "draw"]).to_dict("records"), start=2):
        name, number = str(record["id"]), str(record["draw"]).strip()
        if name in gone:
            raise BadInput(f"{path}, row {row}, column 'id': {name!r} stands twice.")
        if not number.isdecimal() or int(number) < 1:
            raise BadInput(f"{path}, row {row}, column 'draw': {record['draw']!r} should be a whole number from 1.")
        gone[name] = int(number)
    return gone
