"""One card for a data set: the union of data card, data statement and datasheet, partly filled in by counting.

Pushkarna et al. (2022), Data cards; Bender & Friedman (2018), Data statements; Gebru et al. (2021), Datasheets.
"""

import statistics
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from aggregation.algorithms.agreement.alpha import krippendorff_alpha
from aggregation.algorithms.agreement.answers import code_answers
from aggregation.algorithms.privacy.suppression import suppress_small_cells
from annotation.formats.dataset import Dataset, are_numbers
from annotation.formats.missing import missing_kind
from annotation.formats.pairs import judgements

UNSTATED = "Not stated."
MOST_VALUES = 40  # a demographic question with more different answers is summed up in a number


@dataclass(frozen=True)
class CardQuestion:
    """One thing that a card answers: its key, section and heading, and the Croissant RAI property that holds it."""

    key: str
    section: str
    title: str
    rai: str = ""


QUESTIONS: tuple[CardQuestion, ...] = (
    CardQuestion("motivation", "Motivation", "Why the data were collected"),
    CardQuestion("funding", "Motivation", "Who paid for it"),
    CardQuestion("use_cases", "Uses", "What it can be used for", "dataUseCases"),
    CardQuestion("out_of_scope", "Uses", "What it should not be used for"),
    CardQuestion("social_impact", "Uses", "What it may do to people", "dataSocialImpact"),
    CardQuestion("collection", "Collection", "How it was collected", "dataCollection"),
    CardQuestion("collection_type", "Collection", "Kind of collection", "dataCollectionType"),
    CardQuestion("raw_data", "Collection", "Where the items come from", "dataCollectionRawData"),
    CardQuestion("timeframe", "Collection", "When it was collected", "dataCollectionTimeframe"),
    CardQuestion("missing", "Collection", "What is missing and why", "dataCollectionMissingData"),
    CardQuestion("protocol", "Annotation", "What annotators were asked", "dataAnnotationProtocol"),
    CardQuestion("platform", "Annotation", "Where they answered", "dataAnnotationPlatform"),
    CardQuestion("analysis", "Annotation", "Agreement", "dataAnnotationAnalysis"),
    CardQuestion("per_item", "Annotation", "Answers per item", "annotationsPerItem"),
    CardQuestion("machine_tools", "Annotation", "Machines that took part", "machineAnnotationTools"),
    CardQuestion("demographics", "People", "Who answered", "annotatorDemographics"),
    CardQuestion("recruitment", "People", "How they were found and paid"),
    CardQuestion("consent", "People", "What they consented to"),
    CardQuestion("sensitive", "People", "Personal and sensitive information", "personalSensitiveInformation"),
    CardQuestion("privacy", "People", "How they are protected"),
    CardQuestion("biases", "Limits", "Known biases", "dataBiases"),
    CardQuestion("limitations", "Limits", "Known limitations", "dataLimitations"),
    CardQuestion("maintenance", "Maintenance", "Releases, corrections and withdrawals", "dataReleaseMaintenancePlan"),
)


@dataclass(frozen=True)
class Card:
    """What is said of a data set.

    Attributes
    ----------
    title, summary, version, url, citation : in words; licence as an SPDX id or an address
    languages, tags, authors, task_categories : lists
    published : date of publication, as YYYY-MM-DD
    answers : by key of :data:`QUESTIONS`; what is absent is said to be not stated
    rows : answers in the data set
    """

    title: str
    summary: str = ""
    licence: str = "other"
    version: str = "1.0.0"
    url: str = ""
    citation: str = ""
    published: str = ""
    languages: Sequence[str] = ()
    tags: Sequence[str] = ()
    authors: Sequence[str] = ()
    task_categories: Sequence[str] = ()
    answers: Mapping[str, str] = field(default_factory=dict)
    rows: int = 0


def card_of(dataset: Dataset, *, k: int = 5, **stated: object) -> Card:
    """A card with everything that can be counted; groups of fewer than ``k`` people are not shown.

    ``stated`` are fields of :class:`Card`; its ``answers`` stand before the counted ones.
    """
    counted = counted_answers(dataset, k=k)
    given = dict(stated)
    answers = given.pop("answers", {})
    told = dict(answers) if isinstance(answers, Mapping) else {}
    summary = (
        f"Answers: {len(dataset.answers):,}; people: {len(dataset.raters):,}; questions: {len(dataset.questions())};"
        f" items: {len(dataset.items):,}. Every answer is kept with who gave it."
    )
    found = {
        "title": str(dataset.info.get("name", "Data set")),
        "summary": summary,
        "languages": tuple(dataset.info.get("languages", ())),
        "rows": len(dataset.answers),
        "answers": counted | told,
    }
    return Card(**{**found, **given})  # type: ignore[arg-type]  # the caller's fields are those of Card


def counted_answers(dataset: Dataset, *, k: int = 5) -> dict[str, str]:
    """The parts of a card that follow from the data."""
    per_item = Counter((answer.item, answer.question) for answer in dataset.answers)
    sizes = list(per_item.values())
    found = {
        "analysis": _agreement(dataset),
        "demographics": people_in_words(dataset, k),
        "missing": missing_in_words(dataset),
    }
    if sizes:
        found["per_item"] = f"{min(sizes)} to {max(sizes)}, median {statistics.median(sizes):g}, per question."
    undecided = Counter(one.verdict for one in judgements(dataset) if one.verdict in ("tie", "both_bad"))
    if undecided:
        ties = ", ".join(f"{number} {verdict.replace('_', ' ')}" for verdict, number in undecided.items())
        found["limitations"] = f"Pairwise judgements without a winner ({ties}) are kept in a file of their own."
    return found


def render_card(card: Card) -> str:
    """The card in Markdown, without front matter."""
    lines = [f"# {card.title}", "", card.summary, ""]
    facts = {
        "Version": card.version,
        "Published": card.published,
        "Licence": card.licence,
        "Languages": ", ".join(card.languages),
        "Authors": ", ".join(card.authors),
        "Address": card.url,
    }
    lines += [f"* {name}: {fact}" for name, fact in facts.items() if fact]
    section = ""
    for question in QUESTIONS:
        if question.section != section:
            section = question.section
            lines += ["", f"## {section}"]
        lines += ["", f"### {question.title}", "", card.answers.get(question.key) or UNSTATED]
    if card.citation:
        lines += ["", "## Citation", "", "```", card.citation, "```"]
    return "\n".join(lines) + "\n"


def _agreement(dataset: Dataset) -> str:
    lines = []
    for question in dataset.questions():
        answers = [answer for answer in dataset.answers if answer.question == question]
        coded = code_answers([a.item for a in answers], [a.rater for a in answers], [a.value for a in answers])
        numeric = are_numbers(coded.labels) and len(coded.labels) > 2
        alpha = krippendorff_alpha(coded.items, coded.values, level="ordinal" if numeric else "nominal")
        level = "ordinal" if numeric else "nominal"
        value = "not applicable" if alpha.value is None else f"{alpha.value:.3f}"
        lines.append(
            f"* {question}: {len(answers)} answers; Krippendorff's alpha ({level}) {value} over {alpha.items} items"
        )
    return "\n".join(lines) or UNSTATED


def people_in_words(dataset: Dataset, k: int) -> str:
    """How many people gave each answer about themselves; small groups, and what would reveal them, are hidden."""
    lines = [f"{len(dataset.raters)} people. Groups of fewer than {k}, and what would reveal them, are not shown.", ""]
    for column in dataset.demographic_columns():
        counts = Counter(rater.demographics.get(column, "") for rater in dataset.raters)
        if len(counts) > MOST_VALUES:
            lines.append(f"* {column}: {len(counts)} different answers")
            continue
        named: Counter[str] = Counter()
        for value, number in counts.items():
            named[value if (kind := missing_kind(value)) is None else f"({kind})"] += number
        values = list(named)
        hidden = suppress_small_cells([named[value] for value in values], k=k).hidden
        shown = [
            f"{value} {f'(fewer than {k} or hidden)' if gone else named[value]}"
            for value, gone in zip(values, hidden[:-1], strict=True)
        ]
        lines.append(f"* {column}: {', '.join(shown)}")
    return "\n".join(lines)


def missing_in_words(dataset: Dataset) -> str:
    """Which answers about people are missing, by kind, and how many rows of the source were refused."""
    kinds: Counter[str] = Counter()
    for rater in dataset.raters:
        kinds.update(kind for cell in rater.demographics.values() if (kind := missing_kind(cell)) is not None)
    parts = [f"{number} answers about people are {kind}" for kind, number in kinds.items()]
    if dataset.refusals:
        parts.append(f"{len(dataset.refusals)} rows of the source were refused, each with its reason")
    return "; ".join(parts) + "." if parts else "Nothing is known to be missing."
