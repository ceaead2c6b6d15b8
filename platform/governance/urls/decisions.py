"""Addresses of decisions, and of what waits for a person."""

from django.urls import path

from governance.views import decisions, proposing, voting

urlpatterns = [
    path("inbox/", decisions.inbox, name="inbox"),
    path("inbox/waiting/", decisions.waiting, name="waiting"),
    path("decisions/", decisions.decisions, name="decisions"),
    path("decisions/<uuid:decision>/", decisions.decision, name="decision"),
    path("decisions/<uuid:decision>/tally.json", decisions.bundle, name="bundle"),
    path("decisions/<uuid:decision>/change/", proposing.change, name="change-decision"),
    path("decisions/<uuid:decision>/vote/", voting.vote, name="vote"),
    path("decisions/<uuid:decision>/interest/", voting.interest, name="interest"),
    path("decisions/<uuid:decision>/veto/", voting.veto, name="veto"),
    path("decisions/<uuid:decision>/object/", voting.objection, name="object"),
    path("decisions/<uuid:decision>/comment/", voting.comment, name="comment"),
    path("decisions/<uuid:decision>/open/", voting.open_, name="open-decision"),
    path("decisions/<uuid:decision>/withdraw/", voting.withdraw, name="withdraw-decision"),
    path("decisions/<uuid:decision>/<slug:matter>/<int:matter_number>/answer/", voting.answer, name="answer"),
    path("decisions/<uuid:decision>/<slug:matter>/<int:matter_number>/take-back/", voting.take_back, name="take-back"),
]
