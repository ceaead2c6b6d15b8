"""Each kind of question as groups of fields that one key or one touch can answer."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from annotation.kinds import Texts, options_of, plain
from annotation.kinds.pairwise import BOTH_BAD, TIE, Pairwise
from annotation.kinds.rating import ITEM, Rating
from annotation.models import Question
from annotation.ordering import in_order

KEYS = "1234567890"
MOST_POINTS = 10


@dataclass(frozen=True)
class Choice:
    """One thing that can be chosen, with the key that chooses it."""

    value: str
    text: str
    key: str
    is_chosen: bool


@dataclass(frozen=True)
class Group:
    """One decision: exactly one of some choices, any number of them, or a number typed in.

    Attributes
    ----------
    control : "radio", "checkbox" or "number"
    layout : "list" one under the other, or "scale" side by side with words at both ends
    """

    name: str
    legend: str
    control: str
    choices: tuple[Choice, ...] = ()
    layout: str = "list"
    ends: tuple[str, str] = ("", "")
    least: str = ""
    most: str = ""
    step: str = ""
    given: str = ""


def letters(order: Sequence[str]) -> dict[str, str]:
    """A letter for each response, by its place on the page."""
    return {id_: chr(ord("A") + place) for place, id_ in enumerate(order)}


def groups_of(question: Question, value: Any, texts: Texts, shown: Mapping[str, Any]) -> list[Group]:
    """The groups of a question, with what was given before."""
    build = _BUILDERS.get(question.kind)
    return build(question, value, texts, shown) if build else []


def _choices(options: Mapping[str, str], chosen: Sequence[str]) -> tuple[Choice, ...]:
    keys = [*KEYS[: len(options)], *[""] * max(0, len(options) - len(KEYS))]
    return tuple(
        Choice(code, text, key, code in chosen) for (code, text), key in zip(options.items(), keys, strict=True)
    )


def _pairwise(question: Question, value: Any, texts: Texts, shown: Mapping[str, Any]) -> list[Group]:
    pair, settings = Pairwise().pair(texts), question.settings
    named = letters([id_ for id_ in shown.get("responses", []) if id_ in texts.responses] or list(texts.responses))
    order = [id_ for id_ in named if id_ in pair]
    first, last = order[0], order[-1]
    words = {3: "{} is much better", 2: "{} is better", 1: "{} is slightly better"}
    options: dict[str, str] = {}
    if settings.get("strength", True):
        options |= {f"{first}:{n}": words[n].format(named[first]) for n in (3, 2, 1)}
    else:
        options[first] = f"{named[first]} is better"
    if settings.get("tie", True):
        options[TIE] = "They are about the same"
    if settings.get("strength", True):
        options |= {f"{last}:{n}": words[n].format(named[last]) for n in (1, 2, 3)}
    else:
        options[last] = f"{named[last]} is better"
    if settings.get("both_bad", True):
        options[BOTH_BAD] = "Both are bad"
    chosen = ""
    if isinstance(value, Mapping):
        strength = value.get("strength")
        chosen = f"{value.get('chosen')}:{strength}" if strength else str(value.get("chosen"))
    return [Group(_field(question), "", "radio", _choices(options, [chosen]))]


def _rating(question: Question, value: Any, texts: Texts, shown: Mapping[str, Any]) -> list[Group]:
    settings, kind = question.settings, Rating()
    points = [plain(point) for point in kind.points(settings)]
    order = [id_ for id_ in shown.get("responses", []) if id_ in texts.responses] or list(texts.responses)
    targets = order if settings.get("each_response") else [ITEM]
    named, dimensions = letters(order), options_of(settings, "dimensions")
    ends = settings.get("ends") or ["", ""]
    groups = []
    for target in targets:
        for code, text in dimensions.items():
            given = ""
            if isinstance(value, Mapping) and isinstance(value.get(target), Mapping):
                number = value[target].get(code)
                given = plain(number) if isinstance(number, int | float) else str(number or "")
            legend = f"{named[target]}: {text}" if target != ITEM else text
            name = f"{_field(question)}.{target}.{code}"
            if len(points) > MOST_POINTS:
                step = plain(float(settings["step"]))
                words = (ends[0], ends[-1])
                groups.append(Group(name, legend, "number", (), "list", words, points[0], points[-1], step, given))
            else:
                choices = _choices({point: point for point in points}, [given])
                groups.append(Group(name, legend, "radio", choices, "scale", (ends[0], ends[-1])))
    return groups


def _ranking(question: Question, value: Any, texts: Texts, shown: Mapping[str, Any]) -> list[Group]:
    order = [id_ for id_ in shown.get("responses", []) if id_ in texts.responses] or list(texts.responses)
    named, n = letters(order), len(order)
    places: dict[str, int] = {}
    if isinstance(value, list):
        for place, ids in enumerate(value, start=1):
            places |= {str(id_): place for id_ in (ids if isinstance(ids, list) else [ids])}
    groups = []
    for id_ in order:
        name, legend = f"{_field(question)}.{id_}", f"Place of {named[id_]}"
        given = str(places.get(id_, ""))
        if n > MOST_POINTS:
            groups.append(Group(name, legend, "number", least="1", most=str(n), step="1", given=given))
        else:
            options = {str(place): str(place) for place in range(1, n + 1)}
            groups.append(Group(name, legend, "radio", _choices(options, [given]), "scale", ("best", "worst")))
    return groups


def _categories(question: Question, value: Any, texts: Texts, shown: Mapping[str, Any]) -> list[Group]:
    options = in_order(options_of(question.settings), shown.get("options", {}).get(question.name, []))
    chosen = value if isinstance(value, list) else [value]
    control = "checkbox" if question.settings.get("multiple") else "radio"
    legend = "Choose all that fit." if control == "checkbox" else ""
    return [Group(_field(question), legend, control, _choices(options, [str(code) for code in chosen]))]


def _safety(question: Question, value: Any, texts: Texts, shown: Mapping[str, Any]) -> list[Group]:
    given = value if isinstance(value, Mapping) else {}
    labels = _choices(options_of(question.settings), [str(given.get("label", ""))])
    harms = _choices(options_of(question.settings, "harms"), [str(code) for code in given.get("harms") or []])
    name = _field(question)
    return [
        Group(name, "", "radio", labels),
        Group(f"{name}.harms", "If it is not safe: what harm could it do?", "checkbox", harms),
    ]


def _field(question: Question) -> str:
    return f"q-{question.name}"


_BUILDERS: dict[str, Callable[[Question, Any, Texts, Mapping[str, Any]], list[Group]]] = {
    Question.Kind.PAIRWISE: _pairwise,
    Question.Kind.RATING: _rating,
    Question.Kind.RANKING: _ranking,
    Question.Kind.CATEGORIES: _categories,
    Question.Kind.SAFETY: _safety,
}
