"""Rules and standings in plain words, for pages and mails."""

from governance.models.bodies import SeatClass
from governance.procedure import Rule

SHARES = {
    "1/4": "a quarter",
    "1/3": "a third",
    "1/2": "half",
    "3/5": "three fifths",
    "2/3": "two thirds",
    "3/4": "three quarters",
    "1": "all",
}
BASES = {
    "eligible": "those who may vote",
    "seats": "all seats, vacant ones too",
    "decisive": "the votes for and against",
    "cast": "all votes, with abstentions",
}


def duration(hours: int) -> str:
    """A number of hours as people say it."""
    days, rest = divmod(hours, 24)
    if rest or not days:
        return f"{hours} hour{'' if hours == 1 else 's'}"
    return f"{days} day{'' if days == 1 else 's'}"


def rule_in_words(rule: Rule) -> list[str]:
    """A sentence for each part of the rule."""
    quorum, threshold, override = (SHARES.get(str(share), str(share)) for share in _shares(rule))
    least = "More than" if rule.more_than else "At least"
    lines = [
        f"At least {quorum} of {BASES[rule.quorum_base]} have to vote.",
        f"{least} {threshold} of {BASES[rule.threshold_base]} have to be for it.",
        f"The vote is open for at least {duration(rule.minimum_open_hours)}.",
        "The ballot is secret: nobody ever sees who voted how."
        if rule.secret
        else "The ballot is open: after closing everybody sees who voted how.",
        "Until the vote closes nobody sees how it goes.",
        f"Objections and vetoes get a written answer within {duration(rule.answer_hours)} of closing.",
    ]
    if rule.veto_classes:
        names = ", ".join(str(SeatClass(name).label).lower() for name in rule.veto_classes)
        lines.append(
            f"Seats of these classes may veto, with a reason: {names}. {override.capitalize()} of those who may vote"
            f" override vetoes, in a second vote of {duration(rule.override_hours)}."
        )
    return lines


def _shares(rule: Rule) -> tuple[object, object, object]:
    return rule.quorum, rule.threshold, rule.override
