"""How much people disagree on an item: what the policy "greatest uncertainty" goes by."""

import math
from collections import Counter

from annotation.actions.items import rank_again
from annotation.actions.locking import hold_places
from annotation.kinds import KINDS, texts_of
from annotation.models import Item, Question, Response, Study


def uncertainty_of(counts: Counter[str], options: int) -> float:
    """Entropy of the answers over log(options), each option counted once more than it was given.

    1 with no answer, near 1 where people are divided, falling towards 0 as more of them agree.
    """
    options = max(options, len(counts), 2)
    total = sum(counts.values()) + options
    shares = [(count + 1) / total for count in counts.values()] + [1 / total] * (options - len(counts))
    return -sum(share * math.log(share) for share in shares) / math.log(options)


def weigh_again(study: Study, item: Item) -> None:
    """Put an item where its answers say, in a study that asks most about what people disagree on."""
    if study.policy != Study.Policy.UNCERTAIN or item.kind != Item.Kind.WORK:
        return
    question = Question.objects.filter(version=study.version_id).order_by("position").first()
    if question is None:
        return
    hold_places([item.pk])  # answers to one item are counted in turn, so that none is missed
    kind, texts = KINDS[question.kind], texts_of(item.content)
    counts: Counter[str] = Counter()
    for answers in Response.objects.filter(item=item, state=Response.State.ACCEPTED).values_list("answers", flat=True):
        value = answers.get(question.name, {}).get("value")
        if value is not None:
            counts.update(fact.value for fact in kind.facts(value, question.settings, texts)[:1])
    options = {"pairwise": 3, "categories": len(question.settings.get("options", []))}.get(question.kind, 5)
    item.uncertainty = uncertainty_of(counts, options)
    item.save(update_fields=["uncertainty"])
    rank_again(study, items=[item.pk])
