"""Everything the page for watching shows of the answers, and what a worker keeps of it for a large study."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from annotation.kinds.pairwise import BOTH_BAD, TIE
from annotation.models import Study
from annotation.presentation.clarifying import clarified
from annotation.presentation.watching import RULES, agreement, compare_people, most_divided
from annotation.queries.watching import Answered, Person, texts_of_questions, words_of_groups

MOST_PEOPLE = 100
VERDICTS = {TIE: "About the same", BOTH_BAD: "Both are bad"}


def watched(study: Study, answered: Answered, people: list[Person]) -> dict[str, Any]:
    """What the template ``annotation/watched.html`` shows."""
    texts = texts_of_questions(study)
    drawn = compare_people(study, answered, people)
    shown = people
    if len(people) > MOST_PEOPLE:
        shown = sorted(people, key=lambda one: (-len(drawn[one.member]), one.exclusion is None))[:MOST_PEOPLE]
    return {
        "agreement": agreement(answered, texts, words_of_groups(study), small_cell=study.community.small_cell),
        "divided": most_divided(study, answered, texts),
        "clarified": clarified(study, answered),
        "people": [(one, [RULES[rule] for rule in drawn[one.member]]) for one in shown],
        "n_more": len(people) - len(shown),
        "drawn": drawn,
        "n_excluded": len(answered.excluded),
    }


def figures_of_people(people: Sequence[Person], drawn: Mapping[int, list[str]]) -> dict[str, Any]:
    """Each person's figures by member id, as JSON holds them."""
    return {
        str(one.member): {
            "answered": one.answered,
            "usual_seconds": one.median_seconds,
            "flags": dict(one.flags),
            "agreement": one.agreement,
            "commonest": one.commonest,
            "drawn": list(drawn[one.member]),
        }
        for one in people
    }


def with_figures(person: Person, kept: Mapping[str, Any]) -> list[str]:
    """Fill in what a worker found of a person; returns the rules that draw attention."""
    person.answered, person.usual_seconds = kept.get("answered", 0), kept.get("usual_seconds")
    person.flags = Counter(kept.get("flags", {}))
    person.agreement, person.commonest = kept.get("agreement"), kept.get("commonest")
    return list(kept.get("drawn", []))


def shares_of_everyone(answered: Answered, rater: int | None = None) -> list[list[Any]]:
    """For each column its name and the share of each answer, of everyone's or of one person's answers."""
    place = None if rater is None else {r: code for code, r in enumerate(answered.raters)}.get(rater, -1)
    found: list[list[Any]] = []
    for column in answered.columns:
        values = column.values if place is None else column.values[column.raters == place]
        if len(values):
            counts = Counter(values.tolist())
            shares = {_label(column.labels, value): n / len(values) for value, n in sorted(counts.items())}
            found.append([column.name, shares])
    return found


def side_by_side(
    own: Sequence[Sequence[Any]],
    everyone: Sequence[Sequence[Any]],
    texts: Mapping[str, str],
    options: Mapping[tuple[str, str], str],
) -> list[tuple[str, list[tuple[str, float, float]]]]:
    """For each question, each answer with its share among the person's and among everyone's answers.

    Parameters
    ----------
    texts : what each question asks, by name
    options : what each code of a question's options means
    """
    mine = {str(name): shares for name, shares in own}
    found = []
    for name, shares in everyone:
        if name in mine:
            question, _, dimension = name.partition(".")
            title = texts.get(question, question)
            rows = [
                (_in_words(question, label, options), float(mine[name].get(label, 0.0)), float(share))
                for label, share in shares.items()
            ]
            found.append((f"{title} ({dimension})" if dimension else title, rows))
    return found


def _in_words(question: str, label: str, options: Mapping[tuple[str, str], str]) -> str:
    """What the codes of an answer mean, several parted by commas; what is no option stays as it is."""
    return ", ".join(options.get((question, code)) or VERDICTS.get(code, code) for code in label.split(","))


def _label(labels: Sequence[str], value: float) -> str:
    return labels[int(value)] if labels else f"{value:g}"
