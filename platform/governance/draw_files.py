"""A draw as files: with them `polyphony sortition` draws the same panel on another machine."""

import csv
import io
import shlex
from collections.abc import Iterable, Sequence

from governance.models.draws import Draw
from governance.queries.draws import gone_rows, limits_of, people_of

FILES = ("pool.csv", "quotas.csv", "gone.csv")


def file_of(draw: Draw, name: str) -> str:
    """One of :data:`FILES`, byte for byte as `polyphony sortition` takes it."""
    if name == "quotas.csv":
        rows = [[one.feature, one.value, one.least, one.most] for one in limits_of(draw)]
        return _csv(["feature", "value", "min", "max"], rows)
    if name == "gone.csv":
        return _csv(["id", "draw"], gone_rows(draw))
    people = people_of(draw)
    features = sorted({feature for given in people.values() for feature in given})
    rows_of_people = [[number, *(given[feature] for feature in features)] for number, given in sorted(people.items())]
    return _csv(["id", *features], rows_of_people)


def command(draw: Draw, gone: bool) -> str:
    """What to type beside the files."""
    words = ["polyphony", "sortition", "pool.csv", "--seats", str(draw.seats), "--quotas", "quotas.csv"]
    words += ["--seed-text", draw.seed_text, *(("--gone", "gone.csv") if gone else ())]
    return shlex.join(words)


def _csv(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(head)
    writer.writerows(rows)
    return text.getvalue()
