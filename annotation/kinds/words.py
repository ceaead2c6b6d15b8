"""Own words, and marked passages with comments."""

import json
from itertools import zip_longest
from typing import Any

from annotation.kinds.base import Fact, Sent, Settings, Texts, Unfit, check_options, known, one, options_of

MOST_CHARACTERS = 20_000
MOST_SPANS = 200


class FreeText:
    """A text. Settings: ``most`` characters."""

    name = "text"

    def check(self, settings: Settings) -> list[str]:
        """The limit, where there is one, is a whole number."""
        most = settings.get("most", MOST_CHARACTERS)
        fits = isinstance(most, int) and not isinstance(most, bool) and 1 <= most <= MOST_CHARACTERS
        return [] if fits else [f"most={most} should be a whole number up to {MOST_CHARACTERS}."]

    def read(self, value: Any, settings: Settings, texts: Texts) -> Any:
        """Check the length."""
        text = "" if value is None else str(value).strip()
        most = int(settings.get("most", MOST_CHARACTERS))
        if len(text) > most:
            raise Unfit(f"The text has {len(text)} characters; at most {most} are taken.")
        return text or None

    def sent(self, data: Sent, name: str, settings: Settings, texts: Texts) -> Any:
        """One field."""
        return one(data, name) or None

    def facts(self, value: Any, settings: Settings, texts: Texts) -> list[Fact]:
        """The text."""
        return [Fact(value)]


class Spans:
    """``[{"in": id of a passage, "start", "end", "label", "comment"}]``, places in characters of the text as stored.

    Settings: ``options`` (the labels).
    """

    name = "spans"

    def check(self, settings: Settings) -> list[str]:
        """At least one label."""
        return check_options(settings, least=1)

    def read(self, value: Any, settings: Settings, texts: Texts) -> Any:
        """Check that every span lies in its text."""
        if not value:
            return None
        if not isinstance(value, list) or len(value) > MOST_SPANS:
            raise Unfit(f"Spans are a list of at most {MOST_SPANS}.")
        labels = options_of(settings)
        stored = []
        for span in value:
            if not isinstance(span, dict):
                raise Unfit("A span is an object with in, start, end and label.")
            passage = known(span.get("in"), texts.passages, "The text")
            start, end = span.get("start"), span.get("end")
            length = len(texts.passages[passage])
            if not (isinstance(start, int) and isinstance(end, int) and 0 <= start < end <= length):
                raise Unfit(f"A span from {start} to {end} does not lie in a text of {length} characters.")
            label = known(span.get("label"), labels, "The label")
            comment = str(span.get("comment") or "").strip()[:2000]
            stored.append({"in": passage, "start": start, "end": end, "label": label, "comment": comment})
        order = list(texts.passages)
        return sorted(stored, key=lambda span: (order.index(span["in"]), span["start"], span["end"], span["label"]))

    def sent(self, data: Sent, name: str, settings: Settings, texts: Texts) -> Any:
        """A field of JSON that the script fills; or, without a script, a quoted passage with label and comment.

        Raises
        ------
        Unfit
            If a quoted passage is not in the text.
        """
        try:
            spans = json.loads(one(data, name) or "[]")
        except ValueError:
            raise Unfit("The marked passages did not arrive whole. Mark them again.") from None
        columns = ("quote", "label", "comment", "in", "start")
        rows = zip_longest(*(data.get(f"{name}.{column}", []) for column in columns), fillvalue="")
        for raw, label, comment, passage, start in rows:
            quote = raw.strip().replace("\r\n", "\n")
            if not quote:
                continue
            found, begin = self._place(quote, passage, start, texts)
            end = begin + len(quote)
            spans.append({"in": found, "start": begin, "end": end, "label": label, "comment": comment})
        return spans or None

    def _place(self, quote: str, passage: str, start: str, texts: Texts) -> tuple[str, int]:
        """Where a quoted passage stands: at the place that came with it, else where it is first found."""
        text = texts.passages.get(passage, "")
        if start.isdecimal() and text[int(start) : int(start) + len(quote)] == quote:
            return passage, int(start)
        for id_, text in texts.passages.items():
            if quote in text:
                return id_, text.index(quote)
        raise Unfit(f"“{quote[:60]}” is not in the text. Copy the passage exactly as it stands there.")

    def facts(self, value: Any, settings: Settings, texts: Texts) -> list[Fact]:
        """One fact for each span; its value is the label."""
        return [
            Fact(
                span["label"],
                target=span["in"],
                labels=(span["label"],),
                extra={**span, "text": texts.passages.get(span["in"], "")[span["start"] : span["end"]]},
            )
            for span in value
        ]
