"""An order of the responses, best first: full or partial, with or without ties."""

from typing import Any

from annotation.kinds.base import Fact, Sent, Settings, Texts, Unfit, as_number, known, one


class Ranking:
    """``[[ids that share the first place], [second], …]``; ids left out are unranked.

    Settings: ``partial`` (some may stay unranked) and ``ties`` (several may share a place).
    """

    name = "ranking"

    def check(self, settings: Settings) -> list[str]:
        """Settings are two switches."""
        return [
            f"{key} should be true or false."
            for key in ("partial", "ties")
            if not isinstance(settings.get(key, False), bool)
        ]

    def read(self, value: Any, settings: Settings, texts: Texts) -> Any:
        """Check that each response has one place at most, and all have one unless the ranking may be partial."""
        if not value:
            return None
        if not isinstance(value, list):
            raise Unfit("A ranking is a list of places, best first.")
        places = [[known(id_, texts.responses, "The response") for id_ in _listed(place)] for place in value]
        places = [place for place in places if place]
        ranked = [id_ for place in places for id_ in place]
        if len(set(ranked)) < len(ranked):
            raise Unfit("A response has two places.")
        if not settings.get("ties") and any(len(place) > 1 for place in places):
            raise Unfit("Two responses share a place; give each a place of its own.")
        missing = len(texts.responses) - len(ranked)
        if missing and not settings.get("partial"):
            raise Unfit(f"{missing} of {len(texts.responses)} responses have no place yet.")
        if not ranked:
            return None
        order = list(texts.responses)
        return [sorted(place, key=order.index) for place in places]

    def sent(self, data: Sent, name: str, settings: Settings, texts: Texts) -> Any:
        """A number for each response, 1 for the best: ``name.id``."""
        by_place: dict[float, list[str]] = {}
        for id_ in texts.responses:
            place = as_number(one(data, f"{name}.{id_}"))
            if place is not None:
                by_place.setdefault(place, []).append(id_)
        return [by_place[place] for place in sorted(by_place)] or None

    def facts(self, value: Any, settings: Settings, texts: Texts) -> list[Fact]:
        """One fact for each ranked response: its place; after two that share place 1 comes place 3."""
        facts, taken = [], 0
        for place in value:
            for id_ in place:
                rank = taken + 1
                facts.append(
                    Fact(str(rank), target=id_, number=float(rank), labels=(str(rank),), extra={"ties": len(place)})
                )
            taken += len(place)
        return facts


def _listed(place: Any) -> list[Any]:
    return list(place) if isinstance(place, list | tuple) else [place]
