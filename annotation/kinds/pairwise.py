"""Which of two responses is better, how strongly, a tie, or both bad."""

from typing import Any

from annotation.kinds.base import Fact, Sent, Settings, Texts, Unfit, as_number, one

TIE, BOTH_BAD = "tie", "both_bad"
STRENGTHS = {1: "slightly better", 2: "better", 3: "much better"}


class Pairwise:
    """``{"chosen": id of a response, "tie" or "both_bad", "strength": 1..3 or None}``.

    Settings: ``strength`` (ask how strongly, default true), ``tie`` and ``both_bad`` (whether they may be said).
    """

    name = "pairwise"

    def check(self, settings: Settings) -> list[str]:
        """Settings are three switches."""
        return [
            f"{key} should be true or false."
            for key in ("strength", "tie", "both_bad")
            if not isinstance(settings.get(key, True), bool)
        ]

    def pair(self, texts: Texts) -> dict[str, str]:
        """The two responses that are compared: the first two of the item."""
        return dict(list(texts.responses.items())[:2])

    def read(self, value: Any, settings: Settings, texts: Texts) -> Any:
        """Check that the chosen text is one of the two."""
        if value is None:
            return None
        if not isinstance(value, dict) or "chosen" not in value:
            raise Unfit("Say which response is better.")
        chosen, pair = str(value["chosen"]), self.pair(texts)
        allowed = [*pair, *(verdict for verdict in (TIE, BOTH_BAD) if settings.get(verdict, True))]
        if chosen not in allowed:
            raise Unfit(f"“{chosen[:40]}” should be among {', '.join(allowed)}.")
        if chosen not in pair or not settings.get("strength", True):
            return {"chosen": chosen, "strength": None}
        strength = as_number(value.get("strength"))
        if strength not in STRENGTHS:
            raise Unfit("Say how much better it is: slightly, clearly or much.")
        return {"chosen": chosen, "strength": int(strength)}

    def sent(self, data: Sent, name: str, settings: Settings, texts: Texts) -> Any:
        """One field: ``a:3`` (the id and how strongly), ``a``, ``tie`` or ``both_bad``."""
        given = one(data, name)
        if not given:
            return None
        chosen, colon, strength = given.rpartition(":")
        return {"chosen": chosen, "strength": strength} if colon else {"chosen": given}

    def facts(self, value: Any, settings: Settings, texts: Texts) -> list[Fact]:
        """One fact: the id chosen; as a number, the strength, positive for the item's first response."""
        chosen, strength = value["chosen"], value.get("strength")
        number: float | None = None
        if chosen == TIE:
            number = 0.0
        elif chosen != BOTH_BAD:
            number = float(strength or 1) * (1 if chosen == next(iter(texts.responses), None) else -1)
        extra = {"strength": strength, "chosen_text": texts.responses.get(chosen, "")}
        return [Fact(chosen, number=number, labels=(chosen,), extra=extra)]
