"""Text files as they come: whether they are UTF-8 and where they are not, and names with blanks around them."""

import codecs
import difflib
from collections.abc import Iterable, Sequence
from pathlib import Path

from annotation.formats.dataset import FormatError

_AT_ONCE = 1 << 20
_NOT_TEXT = (  # how files begin that are not UTF-8 text
    (b"\xff\xfe", "UTF-16 text, not UTF-8 text; save it as UTF-8"),
    (b"\xfe\xff", "UTF-16 text, not UTF-8 text; save it as UTF-8"),
    (b"\x1f\x8b", "compressed with gzip, not UTF-8 text; unpack it first"),
    (b"PK\x03\x04", "a zip archive or a spreadsheet, not UTF-8 text; save its tables as CSV"),
    (b"PAR1", "a Parquet file, not UTF-8 text; its name should end in .parquet"),
)
_UNSEEN = "\ufeff\u200b\u200c\u200d\u200e\u200f\u2060"
_SEPARATORS = (";", "\t", "|", ",")


def check_text(path: Path) -> None:
    """Pass a file that is UTF-8 text without NUL, whatever its line ends.

    Raises
    ------
    FormatError
        With line and byte where it is not, and what it looks like instead; or if it cannot be opened.
    """
    decoder, before, lines = codecs.getincrementaldecoder("utf-8")(), 0, 1
    try:
        with path.open("rb") as file:
            while chunk := file.read(_AT_ONCE):
                if before == 0:
                    for start, words in _NOT_TEXT:
                        if chunk.startswith(start):
                            raise FormatError(f"{path}: is {words}.")
                _refuse_nul(path, chunk, before, lines)
                try:
                    decoder.decode(chunk)
                except UnicodeDecodeError as problem:
                    place = problem.start - (len(problem.object) - len(chunk))
                    raise _not_utf8(path, problem.object[problem.start], before + place, lines, chunk, place) from None
                before += len(chunk)
                lines += chunk.count(b"\n")
        decoder.decode(b"", final=True)
    except FileNotFoundError:
        raise FormatError(f"{path}: there is no such file.") from None
    except OSError as problem:
        raise FormatError(f"{path}: cannot be read ({problem.strerror}).") from None
    except UnicodeDecodeError:
        raise FormatError(f"{path}, line {lines}: ends in the middle of a character; the file is cut off.") from None


def column_name(text: object) -> str:
    """The name of a column or key without the blanks and unseen marks around it.

    >>> column_name(" item\\u00a0"), column_name("\\ufeff id "), column_name("user id")
    ('item', 'id', 'user id')
    """
    return str(text).strip().strip(_UNSEEN).strip()


def column_names(header: Sequence[object]) -> list[str]:
    """The names of a header row; a column without one is called by its place.

    >>> column_names([" item ", "value", ""])
    ['item', 'value', 'column 3']
    """
    return [column_name(name) or f"column {place}" for place, name in enumerate(header, start=1)]


def similar(name: str, known: Iterable[str]) -> str:
    """A sentence that names the most similar known name, with a blank before it; empty where none is similar.

    >>> similar("item", ["Item", "rater"]), similar("item", ["a", "b"])
    (" Did you mean 'Item'?", '')
    """
    names = list(known)
    if len(names) == 1:
        for separator in _SEPARATORS:
            if separator in names[0]:
                return f" The header looks separated by {separator!r}; CSV has commas, TSV has tabs."
    folded = {one.casefold(): one for one in reversed(names)}
    close = difflib.get_close_matches(name.casefold(), folded, n=1, cutoff=0.5)
    return f" Did you mean {folded[close[0]]!r}?" if close else ""


def similar_aside(name: str, known: Iterable[str]) -> str:
    """The same to end a clause with, not a sentence.

    >>> similar_aside("item", ["Item", "rater"])
    "; did you mean 'Item'?"
    """
    return similar(name, known).replace(" Did", "; did")


def _refuse_nul(path: Path, chunk: bytes, before: int, lines: int) -> None:
    place = chunk.find(b"\0")
    if place < 0:
        return
    if chunk.count(b"\0") * 4 > len(chunk):
        raise FormatError(f"{path}: looks like UTF-16 text, not UTF-8 text; save it as UTF-8.")
    line = lines + chunk[:place].count(b"\n")
    raise FormatError(f"{path}, line {line}: byte {before + place + 1} is NUL, which no text holds.")


def _not_utf8(path: Path, byte: int, at: int, lines: int, chunk: bytes, place: int) -> FormatError:
    line = lines + chunk[: max(place, 0)].count(b"\n")
    return FormatError(
        f"{path}, line {line}: not UTF-8 text (byte {at + 1} is 0x{byte:02X}, as in Latin-1 or Windows-1252);"
        " save the file as UTF-8."
    )
