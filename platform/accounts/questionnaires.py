"""Ready-made questionnaires about people, and how own words are read as codes.

Every question offers "prefer not to say" by itself. The PRISM-like one asks what Kirk et al. (2024), "The PRISM
Alignment Dataset", asked of their participants, in our words; its age bands are those of common census tables.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from accounts.models import Question

SELF_DESCRIBED = "self_described"


@dataclass(frozen=True)
class Option:
    """One possible answer; `words` are what own words are recognised by (the option's text counts by itself)."""

    code: str
    text: str
    words: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """How a question's `options` column stores it."""
        return {"code": self.code, "text": self.text, **({"words": list(self.words)} if self.words else {})}


@dataclass(frozen=True)
class QuestionText:
    """One question; a free one uses its options as the coding frame, which the person does not see."""

    name: str
    text: str
    kind: Question.Kind
    options: tuple[Option, ...] = ()
    self_describe: bool = False
    help_text: str = ""


@dataclass(frozen=True)
class QuestionnaireText:
    """A questionnaire ready to be offered."""

    slug: str
    title: str
    introduction: str
    questions: tuple[QuestionText, ...]


def _folded(text: str) -> str:
    """Lower case, without accents and punctuation, words parted by single spaces."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(c))
    return " ".join(re.findall(r"\w+", plain))


def code_own_words(text: str, options: Sequence[Mapping[str, Any]]) -> list[str]:
    """The codes that a person's own words name; `["self_described"]` when they name none.

    Longer phrases are read first and use their words up, so that "not religious" is not read as "religious". The
    words themselves are kept beside the codes, so that a coding can be done again with better phrases.
    """
    rest = f" {_folded(text)} "
    phrases = [
        (f" {_folded(phrase)} ", str(option["code"]))
        for option in options
        for phrase in (option["text"], *option.get("words", ()))
    ]
    codes: set[str] = set()
    for phrase, code in sorted(phrases, key=lambda pair: (-len(pair[0]), pair)):
        if phrase.strip() and phrase in rest:
            codes.add(code)
            rest = rest.replace(phrase, " | ")
    return sorted(codes) or [SELF_DESCRIBED]


AGE = QuestionText(
    name="age",
    text="How old are you?",
    kind=Question.Kind.ORDINAL,
    options=(
        Option("18_24", "18 to 24"),
        Option("25_34", "25 to 34"),
        Option("35_44", "35 to 44"),
        Option("45_54", "45 to 54"),
        Option("55_64", "55 to 64"),
        Option("65_plus", "65 or older"),
    ),
)
GENDER = QuestionText(
    name="gender",
    text="How do you describe your gender?",
    kind=Question.Kind.SINGLE,
    options=(
        Option("female", "Woman", ("female", "girl", "f", "she her")),
        Option("male", "Man", ("male", "guy", "m", "he him")),
        Option("non_binary", "Non-binary", ("nonbinary", "enby", "genderqueer", "genderfluid", "agender", "they them")),
    ),
    self_describe=True,
)
REGION = QuestionText(
    name="region",
    text="Where do you live?",
    kind=Question.Kind.SINGLE,
    options=(
        Option("africa", "Africa"),
        Option("asia", "Asia"),
        Option("europe", "Europe, without the United Kingdom", ("europe",)),
        Option("uk", "United Kingdom", ("uk", "great britain", "england", "scotland", "wales", "northern ireland")),
        Option("latin_america", "Latin America and the Caribbean", ("latin america", "south america", "caribbean")),
        Option("middle_east", "Middle East"),
        Option("us", "United States", ("usa", "us", "america")),
        Option("canada", "Canada"),
        Option("oceania", "Australia, New Zealand and the Pacific", ("australia", "new zealand", "oceania")),
    ),
    self_describe=True,
)
EDUCATION = QuestionText(
    name="education",
    text="What is the highest level of education you have completed?",
    kind=Question.Kind.ORDINAL,
    options=(
        Option("primary", "Primary school or less"),
        Option("some_secondary", "Some secondary school"),
        Option("secondary", "Secondary school"),
        Option("vocational", "Vocational training"),
        Option("some_university", "Some university, without a degree"),
        Option("bachelor", "Bachelor's degree or similar"),
        Option("graduate", "Master's degree, doctorate or similar"),
    ),
)

MINIMAL = QuestionnaireText(
    slug="about-you",
    title="About you",
    introduction="Three short questions. They help to see to it that all kinds of people are heard.",
    questions=(AGE, GENDER, REGION),
)

PRISM_LIKE = QuestionnaireText(
    slug="about-you-in-more-detail",
    title="About you, in more detail",
    introduction="Nine questions about you and your experience with AI, about three minutes. "
    "They make it possible to see whether different people want different things.",
    questions=(
        AGE,
        GENDER,
        QuestionText(
            name="ethnicity",
            text="How do you describe your ethnicity?",
            kind=Question.Kind.FREE,
            help_text="In your own words. You can name more than one.",
            options=(
                Option(
                    "asian",
                    "Asian",
                    (
                        "south asian",
                        "east asian",
                        "indian",
                        "pakistani",
                        "bangladeshi",
                        "chinese",
                        "japanese",
                        "korean",
                        "filipino",
                        "vietnamese",
                    ),
                ),
                Option(
                    "black", "Black", ("african", "african american", "afro caribbean", "black british", "caribbean")
                ),
                Option("hispanic", "Hispanic", ("latino", "latina", "latinx", "latine", "latin american", "mexican")),
                Option(
                    "indigenous",
                    "Indigenous",
                    (
                        "first nations",
                        "native american",
                        "american indian",
                        "aboriginal",
                        "maori",
                        "pacific islander",
                        "native hawaiian",
                    ),
                ),
                Option(
                    "middle_eastern",
                    "Middle Eastern",
                    ("arab", "arabic", "persian", "iranian", "turkish", "kurdish", "north african", "jewish"),
                ),
                Option("mixed", "Mixed", ("biracial", "multiracial", "mixed race", "mixed heritage")),
                Option("white", "White", ("caucasian", "european", "white british", "white european")),
            ),
        ),
        QuestionText(
            name="religion",
            text="How do you describe your religion or belief?",
            kind=Question.Kind.FREE,
            help_text="In your own words. Having none is an answer too.",
            options=(
                Option(
                    "none",
                    "None",
                    (
                        "no religion",
                        "no",
                        "not religious",
                        "non religious",
                        "atheist",
                        "agnostic",
                        "no affiliation",
                        "secular",
                        "humanist",
                        "atheism",
                        "not applicable",
                    ),
                ),
                Option("buddhist", "Buddhist", ("buddhism",)),
                Option(
                    "christian",
                    "Christian",
                    (
                        "christianity",
                        "catholic",
                        "roman catholic",
                        "protestant",
                        "orthodox christian",
                        "anglican",
                        "church of england",
                        "baptist",
                        "methodist",
                        "lutheran",
                        "evangelical",
                        "mormon",
                        "pentecostal",
                    ),
                ),
                Option("hindu", "Hindu", ("hinduism",)),
                Option("jewish", "Jewish", ("judaism", "jew")),
                Option("muslim", "Muslim", ("islam", "sunni", "shia", "moslem")),
                Option("sikh", "Sikh", ("sikhism",)),
                Option("spiritual", "Spiritual", ("spiritual but not religious", "pagan", "wiccan")),
            ),
        ),
        REGION,
        EDUCATION,
        QuestionText(
            name="employment",
            text="What do you do at present?",
            kind=Question.Kind.MULTIPLE,
            help_text="Choose all that apply.",
            options=(
                Option("full_time", "Work full time", ("full time", "employed")),
                Option("part_time", "Work part time", ("part time",)),
                Option("self_employed", "Work for myself", ("self employed", "freelance", "freelancer")),
                Option("seeking", "Look for work", ("unemployed", "looking for work", "job seeking")),
                Option("student", "Study", ("student",)),
                Option("home", "Look after home or family", ("homemaker", "housewife", "carer", "parent")),
                Option("retired", "Retired", ("pensioner",)),
                Option("unable", "Unable to work", ("disabled", "long term sick")),
            ),
            self_describe=True,
        ),
        QuestionText(
            name="english_fluency",
            text="How well do you speak English?",
            kind=Question.Kind.ORDINAL,
            options=(
                Option("basic", "A little"),
                Option("intermediate", "Fairly well"),
                Option("advanced", "Well"),
                Option("fluent", "Fluently"),
                Option("native", "It is my first language"),
            ),
        ),
        QuestionText(
            name="model_familiarity",
            text="How familiar are you with AI assistants such as chatbots?",
            kind=Question.Kind.ORDINAL,
            options=(
                Option("not_at_all", "Not at all"),
                Option("somewhat", "Somewhat: I have tried one or two"),
                Option("familiar", "Familiar: I use them now and then"),
                Option("very", "Very familiar: I use them most days"),
            ),
        ),
    ),
)

READY_MADE = {text.slug: text for text in (MINIMAL, PRISM_LIKE)}
