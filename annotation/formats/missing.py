"""Kinds of missing: not asked, declined and expired are three different things and stay apart."""

from typing import Literal, get_args

Missing = Literal["not asked", "declined", "expired"]
MISSING: tuple[Missing, ...] = get_args(Missing)

# As written by Prolific, Qualtrics, pandas and R, and by the published datasets; compared without case and marks.
_WORDS: dict[Missing, frozenset[str]] = {
    "not asked": frozenset({"", "nan", "null", "na", "n a", "not asked", "missing", "nat"}),
    "declined": frozenset(
        {
            "prefer not to say",
            "prefer not to disclose",
            "prefer not to answer",
            "prefer not to respond",
            "prefer not to share",
            "prefer to not say",
            "i prefer not to say",
            "i prefer not to answer",
            "i d rather not say",
            "would rather not say",
            "rather not say",
            "decline to answer",
            "decline to say",
            "declined",
            "declined to answer",
            "refused",
            "undisclosed",
            "not disclosed",
        }
    ),
    "expired": frozenset({"data expired", "expired", "consent revoked", "revoked", "withdrawn"}),
}
# Words that are missing answers about a person but may well be labels of an item ("refused") or ids.
_AMBIGUOUS = frozenset(
    {"na", "n a", "missing", "declined", "refused", "undisclosed", "expired", "revoked", "withdrawn", "not asked"}
)
_SYMBOLS = "\u2100"  # from here on marks are signs and pictures, which say something; before, dashes and quotes
_KIND: dict[str, Missing] = {word: kind for kind, words in _WORDS.items() for word in words}


def missing_kind(text: object) -> Missing | None:
    """The kind of missing that an answer about a person states, or None where it is an answer.

    >>> missing_kind("DATA_EXPIRED"), missing_kind("Prefer not to say"), missing_kind(""), missing_kind("None")
    ('expired', 'declined', 'not asked', None)
    """
    return _KIND.get(_words(text))


def left_blank(text: object) -> bool:
    """Whether an id or a label states that there is none; words and marks that could be a label do not.

    >>> left_blank("DATA_EXPIRED"), left_blank("nan"), left_blank("NA"), left_blank("refused"), left_blank("-")
    (True, True, False, False, False)
    """
    words = _words(text)
    if words == "":
        return text is None or not isinstance(text, str) or not text.strip()
    return words in _KIND and words not in _AMBIGUOUS


def _words(text: object) -> str:
    if text is None or (isinstance(text, float) and text != text):
        return ""
    marks = str(text)
    if len(marks) > 40:  # no word for missing is that long, and texts can be
        return marks
    return " ".join("".join(mark if mark.isalnum() or mark >= _SYMBOLS else " " for mark in marks.casefold()).split())


def canonical_id(text: object) -> str:
    """An id or category code as text: 12, 12.0 and "12.0" are the same, since tools turn whole columns into floats.

    >>> canonical_id(12.0), canonical_id(" 12.0 "), canonical_id("1.5"), canonical_id("Ann1")
    ('12', '12', '1.5', 'Ann1')
    """
    clean = str(text).strip()
    whole, point, zeros = clean.partition(".")
    if point and zeros and not zeros.strip("0") and whole.removeprefix("-").isdecimal():
        return "0" if whole == "-0" else whole
    return clean
