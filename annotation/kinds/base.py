"""What every kind of question can do: check its settings, read a value, and take it apart into facts.

Pure: no Django. A value names the texts of an item by their ids, never by where they stood on the page.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

Settings = Mapping[str, Any]
Sent = Mapping[str, Sequence[str]]


class Unfit(ValueError):
    """A value that the question does not take; the text says what is missing or allowed, to a person."""


@dataclass(frozen=True)
class Fact:
    """One thing that an answer says, as a table's row holds it.

    Attributes
    ----------
    value : in words or digits; labels of a multiple choice are joined by commas in the order of the options
    dimension : the scale it was given on; empty where the question has only one
    target : the id of the response it is about; empty where it is about the whole item
    number : the value as a number, where it is one
    labels : the codes chosen, one by one
    extra : further columns, such as the strength of a preference
    """

    value: str
    dimension: str = ""
    target: str = ""
    number: float | None = None
    labels: tuple[str, ...] = ()
    extra: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Texts:
    """The texts of an item that a question can be about, each under its id.

    Attributes
    ----------
    responses : what was answered to the last turn, by id, in the item's own order
    passages : every text that can be marked: turns (``turn-1`` …), texts by name, responses by id
    """

    responses: Mapping[str, str]
    passages: Mapping[str, str]


class Kind(Protocol):
    """One kind of question."""

    name: str

    def check(self, settings: Settings) -> list[str]:
        """What is wrong with the settings, a sentence each."""

    def read(self, value: Any, settings: Settings, texts: Texts) -> Any:
        """The value in its one stored form, or None where nothing was answered.

        Raises
        ------
        Unfit
        """

    def sent(self, data: Sent, name: str, settings: Settings, texts: Texts) -> Any:
        """The value as a form sent it, not yet checked; None where nothing was filled in."""

    def facts(self, value: Any, settings: Settings, texts: Texts) -> list[Fact]:
        """What a stored value says."""


def options_of(settings: Settings, key: str = "options") -> dict[str, str]:
    """Texts of the options by code, in order."""
    return {str(option["code"]): str(option.get("text") or option["code"]) for option in settings.get(key, [])}


def check_options(settings: Settings, key: str = "options", *, least: int = 2) -> list[str]:
    """What is wrong with a list of options."""
    options = settings.get(key)
    if not isinstance(options, list) or any(not isinstance(o, dict) or not o.get("code") for o in options):
        return [f"{key} should be a list of options, each with a code and a text."]
    codes = [str(option["code"]) for option in options]
    problems = [f"The code {code} stands twice among the options." for code in set(codes) if codes.count(code) > 1]
    if len(codes) < least:
        problems.append(f"There {'is' if len(codes) == 1 else 'are'} {len(codes)} of at least {least} options.")
    if any("," in code for code in codes):
        problems.append("A code must not hold a comma.")
    return problems


def one(data: Sent, name: str) -> str:
    """The last value sent under a name, without white space around it."""
    values = data.get(name) or [""]
    return values[-1].strip()


def known(code: Any, codes: Mapping[str, str], what: str) -> str:
    """The code as text.

    Raises
    ------
    Unfit
        If it is none of the codes.
    """
    text = str(code)
    if text not in codes:
        raise Unfit(f"{what} “{text[:40]}” should be among {', '.join(codes)}.")
    return text


def as_number(value: Any) -> float | None:
    """A finite number, or None where it is not one."""
    if isinstance(value, bool):
        return None
    try:
        number = float(value)
    except (TypeError, ValueError):
        return None
    return number if abs(number) < 1e15 else None


def plain(number: float) -> str:
    """A number as text, without a fraction where it has none."""
    return str(int(number)) if float(number).is_integer() else f"{number:g}"
