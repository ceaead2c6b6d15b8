"""What does not keep the format is refused where it stands."""

import pytest

from deliberation.formats import FormatError, PolisFolder, read_files, write_files
from tests.deliberation.formats.conversations import small_conversation


def edited(file: str, old: str, new: str) -> dict[str, bytes]:
    """The files of the small conversation with one text exchanged in one of them."""
    files = write_files(small_conversation())
    text = files[file].decode()
    assert text.count(old) >= 1, f"{old!r} does not stand in {file}"
    return files | {file: text.replace(old, new, 1).encode()}


BAD = [
    # file, text, instead, row, column, part of what was found
    ("comments.csv", "1700000001000,", "yesterday,", 3, "timestamp", "'yesterday'"),
    ("comments.csv", ",2,1,1,1,1,", ",2,1,1,1,2,", 3, "moderated", "'2'"),
    ("comments.csv", ",2,1,1,1,1,", ",2,1,one,1,1,", 3, "agrees", "'one'"),
    ("comments.csv", ",2,1,1,1,1,", ",2,1,1,-1,1,", 3, "disagrees", "'-1'"),
    ("comments.csv", ",2,1,1,1,1,", ",0,1,1,1,1,", 3, "comment-id", "'0' again, as in row 2"),
    ("comments.csv", ",2,1,1,1,1,", ",,1,1,1,1,", 3, "comment-id", "nothing"),
    ("comments.csv", ",2,1,1,1,1,", ",2,1,1,1,1,an unquoted, comma,", 3, None, "10 cells"),
    ("comments.csv", "comment-body", "text", 1, "comment-body", "no such column"),
    ("comments.csv", "agrees,disagrees", "agrees,agrees", 1, "agrees", "twice"),
    ("votes.csv", ",0,1,1\n", ",0,1,2\n", 2, "vote", "'2'"),
    ("votes.csv", ",0,1,1\n", ",0,1,\n", 2, "vote", "''"),
    ("votes.csv", ",0,1,1\n", ",0,1,0.5\n", 2, "vote", "'0.5'"),
    ("votes.csv", ",0,1,1\n", ",0,1\n", 2, None, "4 cells"),
    ("votes.csv", ",0,1,1\n", ",0,,1\n", 2, "voter-id", "''"),
    ("votes.csv", ",0,1,1\n", ",33,1,1\n", 2, "comment-id", "'33'"),
    ("votes.csv", "1700000010000,", "soon,", 2, "timestamp", "'soon'"),
    ("votes.csv", "voter-id", "voter", 1, "voter-id", "no such column"),
    ("participants-votes.csv", "\n4,,", "\n1,,", 3, "participant", "'1' again, as in row 2"),
    ("participants-votes.csv", "\n4,,", "\n,,", 3, "participant", "nothing"),
    ("participants-votes.csv", ",1,,,1\n5", ",1,,,3\n5", 3, "9", "'3'"),
    ("participants-votes.csv", ",1,,,1\n5", ",1,,,agree\n5", 3, "9", "'agree'"),
    ("participants-votes.csv", ",1,,,1\n5", ",1,,,1,1\n5", 3, None, "11 cells"),
    ("participants-votes.csv", ",0,2,7,9\n", ",0,2,7,33\n", 1, "33", "a statement without a comment"),
    ("participants-votes.csv", ",0,2,7,9\n", ",0,2,7,7\n", 1, "7", "twice"),
    ("summary.csv", "voters,4", "voters,4,5", 3, None, "3 cells"),
    ("summary.csv", "voters,4", "url,4", 3, None, "'url' twice"),
]


@pytest.mark.parametrize(("file", "old", "new", "row", "column", "found"), BAD)
def test_a_bad_row_is_named(file: str, old: str, new: str, row: int, column: str | None, found: str) -> None:
    with pytest.raises(FormatError) as refused:
        read_files(edited(file, old, new))
    problem = refused.value
    assert (problem.file, problem.row, problem.column) == (file, row, column)
    assert found in problem.found
    assert "\n" not in str(problem)
    assert str(problem).startswith(file)
    assert problem.allowed in str(problem)


def test_bytes_that_are_no_text_are_named() -> None:
    files = write_files(small_conversation())
    files["comments.csv"] = files["comments.csv"].replace("Grüße".encode(), b"Gr\xfc\xdfe")
    with pytest.raises(FormatError, match=r"comments\.csv.*0xfc.*UTF-8"):
        read_files(files)


def test_a_quote_that_is_never_closed_is_refused() -> None:
    with pytest.raises(FormatError, match=r"comments\.csv.*quotes that close"):
        read_files(edited("comments.csv", "Plain words", '"Plain words'))


def test_a_folder_without_votes_is_refused() -> None:
    files = write_files(small_conversation())
    with pytest.raises(FormatError, match=r"no such file among comments\.csv, summary\.csv"):
        read_files({name: files[name] for name in ("summary.csv", "comments.csv")})


def test_two_files_for_one_part_are_refused() -> None:
    files = write_files(small_conversation())
    files["participant-votes.csv"] = files["participants-votes.csv"]
    with pytest.raises(FormatError, match="beside"):
        read_files(files)


def kept(file: str, old: str, new: str) -> PolisFolder:
    return read_files(edited(file, old, new), keep_going=True)


def test_bad_rows_can_be_left_out_and_listed() -> None:
    folder = kept("votes.csv", ",0,1,1\n", ",0,1,7\n")
    assert [(row.file, row.row, row.column) for row in folder.refused] == [("votes.csv", 2, "vote")]
    assert folder.vote_events == 8
    assert any("1 cells have no vote" in note for note in folder.notes)


def test_row_numbers_stay_those_of_the_file_after_a_refusal() -> None:
    files = edited("votes.csv", ",0,1,1\n", ",0,1,7\n")
    files["votes.csv"] = files["votes.csv"].replace(b",9,4,1\n", b",88,4,1\n")
    folder = read_files(files, keep_going=True)
    lines = files["votes.csv"].decode().splitlines()
    row = next(number for number, line in enumerate(lines, start=1) if ",88," in line)
    assert [(problem.row, problem.column) for problem in folder.refused] == [(2, "vote"), (row, "comment-id")]


def test_leaving_out_a_comment_leaves_out_its_column_and_its_votes() -> None:
    folder = kept("comments.csv", ",9,4,1,0,0,", ",9,4,1,0,5,")
    assert [(row.file, row.column) for row in folder.refused] == [
        ("comments.csv", "moderated"),
        ("votes.csv", "comment-id"),
        ("participants-votes.csv", "9"),
    ]
    assert folder.statements == ["0", "2", "7"]


def test_leaving_out_a_participant_keeps_the_others() -> None:
    folder = kept("participants-votes.csv", "\n4,,", "\n1,,")
    assert folder.participants == ["1", "5", "11"]
    assert folder.distinct_votes == 6
