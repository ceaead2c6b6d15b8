"""The open data sets: reference figures, and every byte again."""

from pathlib import Path

import numpy as np
import pytest

from deliberation.formats import (
    Dialect,
    SignContradiction,
    differences,
    in_dialect,
    read_files,
    read_folder,
    write_files,
)
from deliberation.formats.polis_tidy import read_tidy, write_tidy
from deliberation.formats.polis_votes import vote_matrix

# folder: participants, statements with votes, rejected ones among them, distinct votes, vote events
FIGURES: dict[str, tuple[int, int, int, int, int | None]] = {
    "london.youth.policing": (26, 36, 0, 638, 640),
    "brexit-consensus": (204, 50, 0, 5_303, 5_312),
    "15-per-hour-seattle": (339, 54, 23, 2_872, 2_995),
    "scoop-hivemind.biodiversity": (536, 314, 160, 29_719, 29_802),
    "football-concussions": (1_487, 298, 137, 14_328, 14_924),
    "austria-climate.7z7ejpbmv5.2022-08-08": (1_503, 611, 296, 79_315, None),
    "vtaiwan.uberx": (1_921, 197, 78, 49_443, 49_997),
    "american-assembly.bowling-green": (2_031, 896, 289, 225_524, None),
}


@pytest.fixture(params=FIGURES)
def real(request: pytest.FixtureRequest, shared_data: Path) -> Path:
    return shared_data / "polis" / str(request.param)


def test_reading_gives_the_published_figures(real: Path) -> None:
    folder = read_folder(real)
    counts = len(folder.participants), len(folder.statements), len(folder.moderated_out), folder.distinct_votes
    assert (*counts, folder.vote_events) == FIGURES[real.name]
    assert folder.notes == ()


def test_writing_gives_every_file_back_byte_by_byte(real: Path) -> None:
    written = write_files(read_folder(real))
    assert {name: len(data) for name, data in written.items()} == {f.name: f.stat().st_size for f in real.iterdir()}
    assert all(data == (real / name).read_bytes() for name, data in written.items())


def test_the_matrix_is_the_latest_vote_of_each_pair(real: Path) -> None:
    folder = read_folder(real)
    if folder.events is None:
        assert not (real / "votes.csv").exists()
        return
    latest = vote_matrix(folder.events, folder.participants, folder.statements)
    np.testing.assert_array_equal(latest, folder.votes)


def test_the_clock_words_the_datetimes_of_the_source(real: Path) -> None:
    folder = read_folder(real)
    assert folder.dialect.clock is not None
    moments = np.array([comment.timestamp for comment in folder.comments], dtype=np.int64)
    assert folder.dialect.clock.words(moments) == [comment.datetime for comment in folder.comments]


def test_the_newer_dialect_says_the_same(real: Path) -> None:
    folder = read_folder(real)
    newer = read_files(write_files(in_dialect(folder, Dialect.newer(votes=folder.events is not None))))
    assert [line for line in differences(folder, newer, moments=False) if not line.startswith("tables")] == []
    # Moments in whole seconds must not change who came first, or maps of the two dialects would differ.
    assert newer.first_vote_order.tolist() == folder.first_vote_order.tolist()


def test_long_tables_say_the_same(real: Path) -> None:
    folder = read_folder(real)
    again = read_tidy(write_tidy(folder))
    assert [line for line in differences(folder, again) if not line.startswith("tables")] == []


@pytest.mark.parametrize("file", ["votes.csv", "participants-votes.csv"])
def test_a_flipped_sign_is_refused_with_the_numbers(shared_data: Path, file: str) -> None:
    source = shared_data / "polis" / "15-per-hour-seattle"
    files = {path.name: path.read_bytes() for path in source.iterdir()}
    lines = files[file].decode().splitlines()
    fixed = 4 if file == "votes.csv" else 6
    swap = {"1": "-1", "-1": "1"}
    flipped = [
        ",".join([*cells[:fixed], *(swap.get(cell, cell) for cell in cells[fixed:])])
        for cells in (line.split(",") for line in lines[1:])
    ]
    files[file] = ("\n".join([lines[0], *flipped]) + "\n").encode()
    with pytest.raises(SignContradiction) as refused:
        read_files(files)
    # votes.csv has every event that comments.csv counts: each tally is wrong by |agrees - disagrees|, both ways.
    comments = read_folder(source).comments
    all_wrong = 2 * sum(abs(comment.agrees - comment.disagrees) for comment in comments)
    own, fits = (all_wrong, 0) if file == "votes.csv" else (1_352, 56)
    assert (refused.value.file, refused.value.own, refused.value.flipped) == (file, own, fits)
    assert str(own) in str(refused.value)


def test_without_votes_csv_a_matrix_that_differs_from_the_tallies_is_accepted(shared_data: Path) -> None:
    """Tallies count re-votes, so the matrix differs from them on many statements here and is right all the same."""
    folder = read_folder(shared_data / "polis" / "austria-climate.7z7ejpbmv5.2022-08-08")
    stated = {comment.id: comment.agrees for comment in folder.comments}
    agrees = np.count_nonzero(folder.votes == 1, axis=0)
    assert sum(stated[s] != count for s, count in zip(folder.statements, agrees.tolist(), strict=True)) > 100
    assert {comment.id for comment in folder.comments} - set(folder.statements) == {"20", "21"}
