"""Files whose bytes are not what their names promise: the place is told, and nothing is guessed."""

import gzip
from pathlib import Path

import pytest

from annotation.formats.dataset import FormatError
from annotation.formats.json_text import read_json, read_json_lines
from annotation.formats.rows import columns_of, read_rows
from annotation.formats.text_files import check_text, column_names, similar

TABLE = "item,rater,value\n1,a,yes\n1,b,no\n"


def stored(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ((TABLE + "2,é,ja\n").encode("latin-1"), r"line 4: not UTF-8 text \(byte 35 is 0xE9"),
        (TABLE.encode("utf-16"), "is UTF-16 text"),
        (TABLE.encode("utf-16-le"), "looks like UTF-16 text"),
        (gzip.compress(TABLE.encode(), mtime=0)[:20], "compressed with gzip"),
        (b"PK\x03\x04 and so on", "a spreadsheet"),
        ((TABLE + "2,a\0,no\n").encode(), "line 4: byte 36 is NUL"),
        ((TABLE + "2,é").encode()[:-1], "line 4: ends in the middle of a character"),
    ],
)
def test_bytes_that_are_no_utf8_text_are_refused_with_their_place(tmp_path: Path, content: bytes, message: str) -> None:
    source = stored(tmp_path / "table.csv", content)

    with pytest.raises(FormatError, match=message):
        check_text(source)
    with pytest.raises(FormatError, match=message):
        list(read_rows(source))


def test_a_bad_byte_beyond_the_first_piece_is_found_at_its_place(tmp_path: Path) -> None:
    line = "ä" * 49 + "\n"
    whole = (line * 20_000).encode()
    source = stored(tmp_path / "long.txt", whole + b"\xff\n")

    with pytest.raises(FormatError, match=rf"line 20001: not UTF-8 text \(byte {len(whole) + 1} is 0xFF"):
        check_text(source)


@pytest.mark.parametrize("text", ["\ufeff" + TABLE, TABLE.replace("\n", "\r\n"), "", "نعم\n"])
def test_utf8_text_passes_whatever_its_line_ends(tmp_path: Path, text: str) -> None:
    check_text(stored(tmp_path / "table.csv", text.encode()))


def test_names_of_columns_lose_the_blanks_around_them(tmp_path: Path) -> None:
    table = stored(tmp_path / "a.csv", "\n item ,\u200brater,value\u00a0,\n\n1,a,yes,\n".encode())
    lines = stored(tmp_path / "a.jsonl", b'{" item ": 1, "rater": "a"}\n{"item": 1, " item": 2}\n')

    assert columns_of(table) == ["item", "rater", "value", "column 4"]
    assert list(read_rows(table)) == [(4, {"item": "1", "rater": "a", "value": "yes", "column 4": ""})]
    assert list(read_rows(lines)) == [
        (1, {"item": 1, "rater": "a"}),
        (2, "two of its keys differ only in the blanks around them"),
    ]
    with pytest.raises(FormatError, match="the columns item stand twice"):
        columns_of(stored(tmp_path / "twice.csv", b"item, item\n1,2\n"))


def test_a_wrong_name_is_answered_with_a_similar_one_or_the_separator() -> None:
    assert similar("item", ["Item", "RATER"]) == " Did you mean 'Item'?"
    assert "separated by ';'" in similar("item", ["item;rater;value"])
    assert column_names(["a", " ", ""]) == ["a", "column 2", "column 3"]


def test_lines_that_cannot_be_stored_or_contradict_themselves_are_rows_with_a_reason(tmp_path: Path) -> None:
    source = stored(
        tmp_path / "odd.jsonl",
        b'{"a": "\\ud83d"}\n\n{"a": "x\\u0000"}\n{"a": 1, "a": 2}\n{"a": "\\\\u0000 \\ud83d\\ude00"}\n',
    )

    assert list(read_json_lines(source)) == [
        (1, "holds half of a character (U+D83D), which no file can store"),
        (3, "holds the character NUL, which no file can store"),
        (4, "the key 'a' is given twice"),
        (5, {"a": "\\u0000 \U0001f600"}),
    ]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[" * 100_000 + "]" * 100_000, "too deep inside each other"),
        ('{"a":\n' + "9" * 5_000 + "}", "line 2: a number of 5000 digits"),
        ('{"a": 1', "line 1, column 8: not JSON"),
        ("", "line 1, column 1: not JSON"),
    ],
)
def test_json_that_cannot_be_read_is_refused_with_its_place(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(FormatError, match=message):
        read_json(stored(tmp_path / "bad.json", text.encode()))
