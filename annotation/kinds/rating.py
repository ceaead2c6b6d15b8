"""Ratings on any number of scales, of the whole item or of each response."""

from typing import Any

from annotation.kinds.base import Fact, Sent, Settings, Texts, Unfit, as_number, check_options, one, options_of, plain

ITEM = "item"


class Rating:
    """``{target: {dimension: number}}``; the target is "item" or the id of a response.

    Settings: ``dimensions`` (code and text each), ``least``, ``most``, ``step``, ``ends`` (words for both ends), and
    ``each_response`` (rate every response instead of the item as a whole).
    """

    name = "rating"

    def check(self, settings: Settings) -> list[str]:
        """The scale must have at least two steps."""
        problems = check_options(settings, "dimensions", least=1)
        least, most, step = (as_number(settings.get(key)) for key in ("least", "most", "step"))
        if least is None or most is None or step is None:
            return [*problems, "A scale needs three numbers: least, most and step."]
        if step <= 0 or most <= least or (most - least) / step > 1000:
            return [*problems, f"least={plain(least)}, most={plain(most)} and step={plain(step)} make no scale."]
        steps = (most - least) / step
        if abs(steps - round(steps)) > 1e-9:
            problems.append(f"{plain(most)} is not reached from {plain(least)} in steps of {plain(step)}.")
        return problems

    def targets(self, settings: Settings, texts: Texts) -> list[str]:
        """What is rated, in the item's own order."""
        return list(texts.responses) if settings.get("each_response") else [ITEM]

    def points(self, settings: Settings) -> list[float]:
        """Every value of the scale."""
        least, most, step = (float(settings[key]) for key in ("least", "most", "step"))
        return [round(least + n * step, 9) for n in range(round((most - least) / step) + 1)]

    def read(self, value: Any, settings: Settings, texts: Texts) -> Any:
        """Check that every dimension of every target has a value of the scale."""
        if not value:
            return None
        if not isinstance(value, dict):
            raise Unfit("A rating is an object of numbers.")
        dimensions, points = options_of(settings, "dimensions"), self.points(settings)
        stored: dict[str, dict[str, float]] = {}
        missing = []
        targets = self.targets(settings, texts)
        unknown = sorted(set(value) - set(targets))
        if unknown:
            raise Unfit(f"“{unknown[0][:40]}” should be among {', '.join(targets)}.")
        for place, target in enumerate(targets, start=1):
            given = value.get(target) or {}
            for code, text in dimensions.items():
                if not isinstance(given, dict) or given.get(code) in (None, ""):
                    missing.append(f"{text} (response {place})" if len(targets) > 1 else text)
                    continue
                number = as_number(given[code])
                at = next((point for point in points if number is not None and abs(point - number) < 1e-6), None)
                if at is None:
                    ends = f"{plain(points[0])} and {plain(points[-1])} in steps of {plain(float(settings['step']))}"
                    raise Unfit(f"{text}: {given[code]} should be between {ends}.")
                stored.setdefault(target, {})[code] = at
        if missing:
            raise Unfit("Still to rate: " + "; ".join(missing) + ".")
        return stored

    def sent(self, data: Sent, name: str, settings: Settings, texts: Texts) -> Any:
        """A field for each target and dimension: ``name.target.dimension``."""
        value = {
            target: {
                code: given
                for code in options_of(settings, "dimensions")
                if (given := one(data, f"{name}.{target}.{code}"))
            }
            for target in self.targets(settings, texts)
        }
        return {target: given for target, given in value.items() if given} or None

    def facts(self, value: Any, settings: Settings, texts: Texts) -> list[Fact]:
        """One fact for each target and dimension; a question with a single dimension has none in the row."""
        several = len(options_of(settings, "dimensions")) > 1
        return [
            Fact(
                plain(number),
                dimension=code if several else "",
                target="" if target == ITEM else target,
                number=float(number),
                labels=(plain(number),),
            )
            for target, given in value.items()
            for code, number in given.items()
        ]
