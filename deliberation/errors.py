"""Why an action was refused, in words that pages and API show as they are."""


class Refused(Exception):
    """An action that the conversation's state or the member's standing does not allow; the text says what to do."""


class AlreadySaid(Refused):
    """The same statement stands in the conversation already; vote on it instead."""

    def __init__(self, statement_id: int, number: int) -> None:
        super().__init__("This has been said already, in the same words. You can vote on it instead.")
        self.statement_id = statement_id
        self.number = number
