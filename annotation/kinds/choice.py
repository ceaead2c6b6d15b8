"""Options to choose from: one or several; and the safety label with its kinds of harm."""

from typing import Any

from annotation.kinds.base import Fact, Sent, Settings, Texts, Unfit, check_options, known, one, options_of


class Categories:
    """``[codes]`` in the order of the options. Settings: ``options``, ``multiple``."""

    name = "categories"

    def check(self, settings: Settings) -> list[str]:
        """There must be at least two options, each with a code of its own."""
        return check_options(settings)

    def read(self, value: Any, settings: Settings, texts: Texts) -> Any:
        """Check that every code is known."""
        if not value:
            return None
        options = options_of(settings)
        given = value if isinstance(value, list) else [value]
        codes = {known(code, options, "The option") for code in given}
        if len(codes) > 1 and not settings.get("multiple"):
            raise Unfit("Choose one option only.")
        return [code for code in options if code in codes]

    def sent(self, data: Sent, name: str, settings: Settings, texts: Texts) -> Any:
        """One field, sent once for each option."""
        return [code for code in data.get(name, []) if code] or None

    def facts(self, value: Any, settings: Settings, texts: Texts) -> list[Fact]:
        """One fact with all labels; a code that is a number counts as one."""
        number = None
        if len(value) == 1 and value[0].lstrip("-").replace(".", "", 1).isdecimal():
            number = float(value[0])
        return [Fact(",".join(value), number=number, labels=tuple(value))]


class Safety:
    """``{"label": code, "harms": [codes]}``; harms belong to every label but the first, which is the safe one.

    Settings: ``options`` (the labels, the safe one first) and ``harms``.
    """

    name = "safety"

    def check(self, settings: Settings) -> list[str]:
        """Two lists of options."""
        return check_options(settings) + check_options(settings, "harms", least=1)

    def read(self, value: Any, settings: Settings, texts: Texts) -> Any:
        """Check that what is not safe names its harm, and what is safe names none."""
        if not value:
            return None
        if not isinstance(value, dict) or not value.get("label"):
            raise Unfit("Say whether it is safe.")
        options, harms = options_of(settings), options_of(settings, "harms")
        label = known(value["label"], options, "The label")
        given = {known(code, harms, "The harm") for code in value.get("harms") or []}
        if label == next(iter(options)):
            given = set()
        elif not given:
            raise Unfit("Say what kind of harm it could do.")
        return {"label": label, "harms": [code for code in harms if code in given]}

    def sent(self, data: Sent, name: str, settings: Settings, texts: Texts) -> Any:
        """Two fields: the label, and ``name.harms`` once for each harm."""
        label = one(data, name)
        return {"label": label, "harms": [code for code in data.get(f"{name}.harms", []) if code]} if label else None

    def facts(self, value: Any, settings: Settings, texts: Texts) -> list[Fact]:
        """The label, and the harms where there are any."""
        facts = [Fact(value["label"], labels=(value["label"],))]
        if value["harms"]:
            facts.append(Fact(",".join(value["harms"]), dimension="harms", labels=tuple(value["harms"])))
        return facts
