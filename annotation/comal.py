"""What studies can say in an audit: who was asked, who is missing, how far people agree; :mod:`governance.comal`."""

from collections import Counter
from typing import Any

import numpy as np

from accounts.models import Community
from aggregation.algorithms.agreement.alpha import krippendorff_alpha
from aggregation.algorithms.privacy.suppression import suppress_small_cells
from annotation.models import Enrolment, Study
from annotation.queries.watching import Answered, progress_of, read_answers
from governance.comal import Figure, Filling
from governance.subjects import Reference

REPLICATES = 200
SEED = 7
ALPHA = "Krippendorff's alpha, "


def fill(community: Community, reference: Reference) -> dict[str, Filling]:
    """Criteria, origin and measurement of a study of this community."""
    if reference.type != "study":
        return {}
    study = Study.objects.filter(community=community, slug=reference.id).select_related("version").first()
    if study is None or study.version is None:
        return {}
    answered = read_answers(study)
    return {
        "criteria": _criteria(study),
        "origin": _origin(study, answered, least=max(community.small_cell, 2)),
        "measurement": _measurement(study, answered, least=max(community.small_cell, 2)),
    }


def _named(study: Study, **said: Any) -> dict[str, Any]:
    return {"title": f"Study: {study.title}", "address": study.get_absolute_url(), **said}


def _criteria(study: Study) -> Filling:
    assert study.version is not None
    questions = [
        {"name": one.name, "kind": one.kind, "text": one.text} for one in study.version.questions.order_by("position")
    ]
    listed = "; ".join(f"“{one['text']}” ({one['kind']})" for one in questions)
    n_items = study.items.filter(retired_at=None).count()
    words = f"The study “{study.title}” asked about {n_items} items: {listed}."
    return Filling(words, **_named(study, measured={"study": study.slug, "items": n_items, "questions": questions}))


def _people(answered: Answered) -> list[int]:
    return [rater for rater in answered.raters if rater not in answered.excluded]


def _origin(study: Study, answered: Answered, *, least: int) -> Filling:
    people = _people(answered)
    shown, hidden = _shown_groups(answered, people, least)
    strata: list[dict[str, Any]] = [
        {"stratum": row.words, "given": row.given, "wanted": row.wanted} for row in progress_of(study) if row.wanted
    ]
    missing = [row for row in strata if row["given"] < row["wanted"]]
    refused = study.enrolments.filter(state=Enrolment.State.REFUSED).count()
    n = len(people)
    words = f"{_count(n, least)} people answered “{study.title}”, at the invitation of the community"
    words += " or sent by a crowd service." if study.takes_crowd else "."
    if missing:
        short = "; ".join(f"{row['stratum']}: {row['given']} of {row['wanted']}" for row in missing)
        words += f" Answers that are still missing, by stratum: {short}."
    elif strata:
        words += " Every stratum has the answers that were wanted."
    if shown:
        told = "; ".join(f"{row['question']} {row['answer']}: {row['people']}" for row in shown)
        words += f" What people told about themselves: {told}."
    if hidden:
        words += f" {hidden} groups are too small to be told."
    if study.hourly_cents:
        words += f" An hour at the expected pace paid {study.hourly_cents / 100:.2f} {study.currency}."
    measured = {
        "study": study.slug,
        "people": n if n >= least else None,
        "refused": refused if refused >= least else None,
        "left_out": len(answered.excluded) if len(answered.excluded) >= least else None,
        "strata": strata,
        "groups": shown,
        "hidden_groups": hidden,
        "hourly_cents": study.hourly_cents,
        "currency": study.currency,
    }
    figures = [Figure("People who answered", n, n=n)] if n >= least else []
    return Filling(words, figures, **_named(study, measured=measured))


def _count(n: int, least: int) -> str:
    return f"Fewer than {least}" if 0 < n < least else str(n)


def _shown_groups(answered: Answered, people: list[int], least: int) -> tuple[list[dict[str, Any]], int]:
    """Groups of people by what they told, without those that are small or would reveal one that is."""
    counts: dict[str, Counter[str]] = {}
    for rater in people:
        for question, codes in answered.groups.get(rater, {}).items():
            counts.setdefault(question, Counter()).update(codes)
    shown, n_hidden = [], 0
    for question, numbers in sorted(counts.items()):
        listed = sorted(numbers)
        hidden = suppress_small_cells([numbers[code] for code in listed], k=least).hidden
        for code, is_hidden in zip(listed, hidden, strict=False):
            n_hidden += bool(is_hidden)
            if not is_hidden:
                shown.append({"question": question, "answer": code, "people": numbers[code]})
    return shown, n_hidden


def _measurement(study: Study, answered: Answered, *, least: int) -> Filling:
    assert study.version is not None
    texts = dict(study.version.questions.values_list("name", "text"))
    n, figures, rows = len(_people(answered)), [], []
    for column in map(answered.counted, answered.columns):
        found = krippendorff_alpha(
            column.units, column.values, level=column.level, rng=np.random.default_rng(SEED), replicates=REPLICATES
        )
        low, high = found.interval or (None, None)
        question, _, dimension = column.name.partition(".")
        name = f"{texts.get(question, question)}{f' ({dimension})' if dimension else ''}"
        raters = len(np.unique(column.raters))
        row: dict[str, Any] = {"question": column.name, "level": column.level, "answers": len(column.values)}
        if raters >= least:
            rows.append(row | {"alpha": found.value, "low": low, "high": high, "people": raters})
            if found.value is not None:
                figures.append(Figure(f"{ALPHA}{name}", found.value, low, high, raters))
    items = len({item for item, _ in answered.units})
    answers = sum(work.answered for rater, work in answered.work.items() if rater not in answered.excluded)
    words = f"In “{study.title}” people answered blind to each other, each text in each place equally often."
    if items and n >= least:
        words += f" {answers} answers to {items} items, {answers / items:.1f} for each on average."
    if figures:
        lowest = min(figures, key=lambda figure: figure.value)
        words += f" People agree least on: {lowest.name.removeprefix(ALPHA)} ({lowest.value:.2f})."
    measured = {"study": study.slug, "items": items, "answers": answers if n >= least else None, "agreement": rows}
    return Filling(words, figures, **_named(study, measured=measured))
