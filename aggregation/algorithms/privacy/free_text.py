"""Personal data in what people wrote: mail addresses, telephone numbers, links, ids, and names as they introduce them.

Found by patterns, so that a person can look at each and decide; what nobody would recognise by its form is not found.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

REPLACEMENTS = {
    "mail address": "[mail address]",
    "link": "[link]",
    "crowd id": "[id]",
    "account number": "[account number]",
    "id": "[id]",
    "telephone number": "[telephone number]",
    "handle": "[handle]",
    "postal address": "[postal address]",
    "name": "[name]",
}
FEWEST_DIGITS, MOST_DIGITS = 8, 15  # E.164 allows 15; shorter runs of digits are mostly years, prices and scores


@dataclass(frozen=True)
class Finding:
    """Something in a text that may tell who wrote it or whom it is about.

    Attributes
    ----------
    kind : one of :data:`REPLACEMENTS`
    start, end : where it stands, as positions in the text
    text : what stands there
    """

    kind: str
    start: int
    end: int
    text: str


_WORD = r"[^\W\d_][\w'’-]*"
# First words after "I am" that begin with a capital letter and are no names.
_NO_NAMES = frozenset(
    [
        "American",
        "Asian",
        "Australian",
        "Black",
        "British",
        "Buddhist",
        "Canadian",
        "Catholic",
        "Chinese",
        "Christian",
        "Conservative",
        "Democrat",
        "Dutch",
        "English",
        "European",
        "French",
        "German",
        "Hindu",
        "Indian",
        "Irish",
        "Italian",
        "Japanese",
        "Jewish",
        "Latino",
        "Liberal",
        "Mexican",
        "Muslim",
        "Republican",
        "Russian",
        "Scottish",
        "Spanish",
        "Swiss",
        "Turkish",
        "Ukrainian",
        "White",
        "I",
        "Not",
        "So",
        "Very",
        "The",
        "A",
        "An",
    ]
)
_INTRODUCED = re.compile(
    rf"""
    (?: \bmy[ ](?:full[ ]|first[ ]|last[ ])?name(?:[ ]is|'s|:)[ ]* | \bI[ ]am[ ]called[ ] | \bcall[ ]me[ ]
      | \bsigned,?[ ] | \bthis[ ]is[ ](?={_WORD}[ ](?:speaking|here)) | \bich[ ]hei(?:ß|ss)e[ ] | \bmein[ ]Name[ ]ist[ ]
      | \bje[ ]m['’]appelle[ ] | \bme[ ]llamo[ ] | \bmi[ ]chiamo[ ] | \bmijn[ ]naam[ ]is[ ] )
    (?P<name> {_WORD} (?: [ ](?-i:[A-ZÀ-Þ]){_WORD} ){{0,2}} )
    """,
    re.IGNORECASE | re.VERBOSE,
)
_I_AM = re.compile(r"\b(?:I\s+am|I'm|I’m)\s+(?P<name>[A-ZÀ-Þ][a-zà-ÿ'’-]+(?:\s+[A-ZÀ-Þ][\w'’-]+){0,2})")
_TITLED = re.compile(
    r"\b(?:Mr|Mrs|Ms|Miss|Dr|Prof|Herr|Frau|Mme)\.?\s+(?P<name>[A-ZÀ-Þ][\w'’-]+(?:\s[A-ZÀ-Þ][\w'’-]+)?)"
)
_PATTERNS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("mail address", re.compile(r"[\w.+%-]+\s?(?:@|\(at\)|\[at\])\s?[\w-]+(?:\.[\w-]+)+", re.IGNORECASE)),
    ("link", re.compile(r"\b(?:https?://|ftp://|www\.)[^\s<>\"'»]+[^\s<>\"'».,;:!?)]", re.IGNORECASE)),
    ("account number", re.compile(r"\b[A-Z]{2}\d{2}(?:\s?[A-Z0-9]{4}){3,7}(?:\s?[A-Z0-9]{1,3})?\b")),
    ("crowd id", re.compile(r"\b(?:[0-9a-f]{24}|A(?=[A-Z]*\d)[A-Z0-9]{12,14})\b")),
    ("id", re.compile(r"\b(?:\d{3}-\d{2}-\d{4}|[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}|\d{1,3}(?:\.\d{1,3}){3})\b",
                      re.IGNORECASE)),
    ("telephone number", re.compile(r"(?<![\w.])\+?\(?\d[\d\s()/.-]{6,20}\d(?![\w])")),
    ("handle", re.compile(r"(?<![\w@./])@[A-Za-z_]\w{2,30}\b")),
    ("postal address", re.compile(
        r"\b\d{1,5}[a-z]?\s+(?:[A-Z][\w'’-]+\s+){1,3}(?:Street|St|Avenue|Ave|Road|Rd|Lane|Ln|Drive|Dr|Court|Boulevard|Blvd)\b"
        r"|\b[A-ZÀ-Þ][\w-]*(?:straße|strasse|gasse|weg)\s+\d{1,4}[a-z]?\b")),
)  # fmt: skip


# Nothing is ever found in a text without one of these; most texts have none, and one search is cheaper than a dozen.
_HINTS = re.compile(
    r"\d|@|\(at\)|\[at\]|://|www\.|name|called|call me|this is|signed|hei(?:ß|ss)e|m['’]appelle|llamo|chiamo|naam"
    r"|i\s+am|i['’]m|mr|ms|miss|dr|prof|herr|frau|mme",
    re.IGNORECASE,
)


def find_personal_data(text: str) -> list[Finding]:
    """Everything in a text that looks like personal data, in order, no two overlapping.

    >>> [(one.kind, one.text) for one in find_personal_data("I'm Ann Lee, ann@example.org or +44 20 7946 0958")]
    [('name', 'Ann Lee'), ('mail address', 'ann@example.org'), ('telephone number', '+44 20 7946 0958')]
    """
    found: list[Finding] = []
    if _HINTS.search(text) is None:
        return found
    for one in _candidates(text):
        if not any(one.start < other.end and other.start < one.end for other in found):
            found.append(one)
    return sorted(found, key=lambda one: one.start)


def without_personal_data(text: str, keep: Callable[[Finding], bool] = lambda finding: False) -> str:
    """The text with what was found replaced by the name of its kind, except what is to be kept.

    >>> without_personal_data("Write to ann@example.org.")
    'Write to [mail address].'
    """
    parts, end = [], 0
    for one in find_personal_data(text):
        if not keep(one):
            parts += [text[end : one.start], REPLACEMENTS[one.kind]]
            end = one.end
    return "".join([*parts, text[end:]])


def _candidates(text: str) -> Iterator[Finding]:
    """Those of a kind that is more certain come first."""
    for kind, pattern in _PATTERNS:
        for match in pattern.finditer(text):
            if kind != "telephone number" or _is_telephone(match[0]):
                yield Finding(kind, match.start(), match.end(), match[0])
    for pattern in (_INTRODUCED, _TITLED, _I_AM):
        for match in pattern.finditer(text):
            name = match["name"]
            if pattern is not _I_AM or name.split()[0] not in _NO_NAMES:
                yield Finding("name", match.start("name"), match.end("name"), name)


def _is_telephone(text: str) -> bool:
    """Digits enough for a telephone number, and not a span of years or a date."""
    digits = sum(mark.isdigit() for mark in text)
    if not FEWEST_DIGITS <= digits <= MOST_DIGITS:
        return False
    return not re.fullmatch(r"\d{4}\s?[-/.]\s?(?:\d{4}|\d{1,2}\s?[-/.]\s?\d{1,2})|\d{1,2}[-/.]\d{1,2}[-/.]\d{4}", text)
