"""The words of the demonstration's constitution, amendment and incident; all of it made up."""

TITLE = "How assistants should answer us"
PREAMBLE = (
    "These principles say how assistants that serve our town should answer. They come from what people said and how"
    " they voted. A principle of a lower priority is never served at the cost of one above it."
)
RATIONALE = "It was taken from the conversation word for word, so that those who voted find their own words again."
BY_HAND = (
    "Say when the answer depends on values that people do not share, and name the main views fairly.",
    "Written by hand: the groups of the conversation differ, and an assistant that hides that serves only one of them.",
)
DISSENT = "For quick questions this makes answers longer than they need to be. We asked for an exception and got none."
COMMENT = "I voted for the statement behind this one. Could the wording stay closer to it?"
AMENDMENT = (
    "Say how sure",
    "Saying that an answer is unsure does not help much. People want to know how unsure, and why.",
    "Say when the answer depends on values that people do not share, name the main views fairly, and say how sure you"
    " are of the facts.",
)
TRACKED = "The evaluation set holds forty questions on which the groups differ. A first run is planned."
INCIDENT = (
    "One view was left out of an answer on buses",
    "Asked about night buses, the assistant gave the arguments of one side only. The other side's most common argument"
    " was missing, though the conversation shows that a third of the people hold it.",
)
LOOKED = "We looked at the answer: one view is indeed missing. It is being compared with the other answers on buses."
PRIORITIES = (
    {"domain": "Advice on health", "groups": "people over 70, carers", "why": "Few of them have answered so far."},
    {
        "domain": "Night buses and where they go",
        "groups": "people who work shifts",
        "why": "There was an incident.",
    },
    {"domain": "Schools and assistants", "groups": "parents, pupils", "why": ""},
)
INTEREST = "None: the auditor neither wrote a principle nor voted on one."
ADOPTION = "Adopt “How assistants should answer us”"
ADOPTION_REASONS = (
    "The principles come from what the opinion groups share, and each says where it comes from. Against it speaks that"
    " two of them ask for longer answers."
)
ADOPTION_COMMENT = "I can live with the longer answers as long as the short one comes first."
ADOPTION_OBJECTION = "Nothing says who pays for checking that assistants hold to this."
ADOPTION_ANSWER = "The text names no money on purpose. The steering body puts the checks into its yearly budget."
ADOPTION_DISSENT = (
    "I voted against it. A text without a budget promises people something that nobody has to do, and it was adopted"
    " before we tried a single principle on real questions."
)
