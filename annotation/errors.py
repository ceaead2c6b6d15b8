"""Why an action was refused, in words that pages and API show as they are."""

from collections.abc import Mapping


class Refused(Exception):
    """An action that the study's state or the member's standing does not allow; the text says what to do."""


class Unanswered(Refused):
    """An answer that is not whole: what is missing or does not fit, by question name."""

    def __init__(self, problems: Mapping[str, str]) -> None:
        super().__init__(" ".join(problems.values()))
        self.problems = dict(problems)


class NotSetUp(Refused):
    """A study that cannot be opened yet: every reason, a sentence each."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__(" ".join(problems))
        self.problems = problems
