"""A study of the demonstration over which made-up people part by age: what should the town spend money on?

Each text says in plain words whom it is for, so that a model can learn who would like a text that nobody has rated.
Gender makes no difference, and a model should find that too.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

SLUG = "town-money"
TITLE = "What should the town spend money on?"
SUMMARY = "Ideas of neighbours for next year's budget: how far does each speak for you?"
PROMPT = "What should the town spend money on?"

FOR_THE_YOUNG = (
    "A skate park with a bowl and ramps next to the school.",
    "A football pitch with floodlights, open to every team of teenagers.",
    "A night bus that takes young people home from parties.",
    "A concert hall for rock bands and electronic music.",
    "Free wireless internet and sockets for laptops in every park.",
    "A youth club with table tennis, a studio and a kitchen.",
    "A climbing wall and a basketball court under the bridge.",
    "A festival with bands, street food and dancing every summer.",
    "Scholarships for students and cheap rooms for apprentices.",
    "A gaming room and a workshop with 3D printers in the library.",
    "A graffiti wall and spray cans for pupils.",
    "Mountain bike trails and a pump track in the forest.",
    "A volleyball court and a beach bar at the lake.",
    "A rehearsal room for school bands.",
    "Longer opening hours for clubs and bars.",
    "A sports hall for parkour, dance and martial arts.",
)
FOR_THE_OLD = (
    "A second doctor's practice, so that nobody waits weeks for an appointment.",
    "More nurses for the home for the elderly.",
    "A bus that takes old people to the hospital and the pharmacy.",
    "Warm meals brought home to pensioners who live alone.",
    "Ramps, lifts and handrails for people with walking frames.",
    "Visits by volunteers to widows and widowers.",
    "Hearing loops in the town hall and in the church.",
    "A day centre for people with dementia.",
    "Short ways to the graves and benches in the cemetery.",
    "A choir and coffee afternoons for senior citizens.",
    "Home help for those who can no longer clean and shop.",
    "Gymnastics and physiotherapy for people with bad knees and hips.",
    "A hospice, so that nobody has to die among strangers.",
    "A telephone line that old people can call when they have fallen.",
    "Cheaper prescriptions and hearing aids for pensioners.",
    "Flats without stairs for the elderly.",
)
LIKED = (
    "Trees along every street, for shade in summer.",
    "Public toilets that are clean and open until late.",
    "A fountain with drinking water on the square.",
    "Repair the street lamps within a week.",
    "A new fire engine and boots for the volunteers.",
    "Repair the holes in the roads and pavements.",
    "More bins, emptied every day.",
    "Clean water in the river, and a new sewage plant.",
)
DISLIKED = (
    "A golden chain and a larger car for the mayor.",
    "A tower for advertising screens, lit all night.",
    "Sell the town hall square to an investor.",
    "A casino with slot machines.",
    "A monument to the town's bank.",
    "Cameras with face recognition at every corner.",
)


@dataclass(frozen=True)
class Kind:
    """Texts that lean the same way.

    Attributes
    ----------
    leans : how far they speak for the young, the middle-aged and the old, on the scale of 1 to 5
    because, against : what people who rate them above and below the middle give as a reason
    """

    texts: tuple[str, ...]
    leans: tuple[float, float, float]
    because: tuple[str, ...]
    against: tuple[str, ...]


KINDS = (
    Kind(
        FOR_THE_YOUNG,
        (4.5, 3.2, 1.8),
        ("There is nothing to do here in the evening.", "My friends and I would be there.", "The young move away.", ""),
        ("That is loud, and who cleans up?", "It is used by a few.", "I would never go there.", ""),
    ),
    Kind(
        FOR_THE_OLD,
        (2.2, 3.2, 4.5),
        ("I live alone.", "My mother needs it.", "We built this town; now we need help.", ""),
        ("The state should pay for that, not we.", "Always the old, never us.", "It helps few people.", ""),
    ),
    Kind(LIKED, (4.2, 4.2, 4.2), ("Nobody loses by it.", "High time.", ""), ("There are more important things.", "")),
    Kind(DISLIKED, (1.5, 1.5, 1.5), ("It would bring in money.", ""), ("What a waste.", "No.", "")),
)
IDEAS = tuple((kind, text) for kind in KINDS for text in kind.texts)


def strictness_of(people: int, rng: Any) -> list[float]:
    """By how much each person rates everything lower."""
    drawn: list[float] = rng.normal(0.0, 0.4, people).tolist()
    return drawn


def rating(kind: Kind, group: int, strictness: float, rng: Any) -> dict[str, Any]:
    """How far a text of this kind speaks for a made-up person who is young (0), middle-aged (1) or old (2), and why."""
    value = int(np.clip(round(kind.leans[group] - strictness + rng.normal(0.0, 0.8)), 1, 5))
    why = str(rng.choice(kind.because if value > 3 else kind.against if value < 3 else ("",)))
    return {"represents": {"value": {"item": {"represents": value}}, "why": why, "confidence": None, "flags": {}}}
