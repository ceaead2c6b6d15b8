"""Addresses of the annotation room."""

from django.urls import path

from annotation.views import (
    answering,
    conflict_cases,
    crowd,
    importing,
    items,
    model_responses,
    questions,
    running,
    taking_part,
    watching,
)
from annotation.views.right_answers import right_answers

app_name = "annotation"
urlpatterns = [
    # First, since it is asked for most: an address is looked for from the top.
    path("studies/<slug:study>/tasks/<uuid:assignment>/answer/", answering.respond, name="respond"),
    path("studies/", taking_part.studies, name="studies"),
    path("studies/waiting/", taking_part.waiting, name="waiting"),
    path("studies/new/", running.create, name="create"),
    path("studies/import/", importing.new, name="import-new"),
    path("studies/import/<uuid:study_import>/", importing.study_import, name="import"),
    path("studies/<slug:study>/", taking_part.study, name="study"),
    path("studies/<slug:study>/enter/", crowd.enter, name="enter"),
    path("studies/<slug:study>/start/", taking_part.start, name="start"),
    path("studies/<slug:study>/answer/", answering.answer, name="answer"),
    path("studies/<slug:study>/tasks/<uuid:assignment>/", answering.task, name="task"),
    path("studies/<slug:study>/tasks/<uuid:assignment>/skip/", answering.skip, name="skip"),
    path("studies/<slug:study>/answers/", taking_part.answers, name="answers"),
    path("studies/<slug:study>/finish/", taking_part.finish, name="finish"),
    path("studies/<slug:study>/manage/", running.manage, name="manage"),
    path("studies/<slug:study>/manage/edit/", running.edit, name="edit"),
    path("studies/<slug:study>/manage/preview/", running.preview, name="preview"),
    path("studies/<slug:study>/manage/open/", running.open_, name="open"),
    path("studies/<slug:study>/manage/close/", running.close, name="close"),
    path("studies/<slug:study>/manage/reopen/", running.reopen, name="reopen"),
    path("studies/<slug:study>/manage/publish/", running.publish, name="publish"),
    path("studies/<slug:study>/manage/watch/", watching.watch, name="watch"),
    path("studies/<slug:study>/manage/watch/read/", watching.read, name="read"),
    path("studies/<slug:study>/manage/watch/<int:enrolment>/", watching.annotator, name="annotator"),
    path("studies/<slug:study>/manage/watch/<int:enrolment>/leave-out/", watching.leave_out, name="leave-out"),
    path("studies/<slug:study>/manage/watch/<int:enrolment>/count-again/", watching.count_again, name="count-again"),
    path("studies/<slug:study>/manage/questions/", questions.questions, name="questions"),
    path("studies/<slug:study>/manage/questions/arrange/", questions.arrange, name="arrange"),
    path("studies/<slug:study>/manage/questions/new/<slug:kind>/", questions.new_question, name="new-question"),
    path("studies/<slug:study>/manage/questions/<int:position>/", questions.question, name="question"),
    path("studies/<slug:study>/manage/items/", items.items, name="items"),
    path("studies/<slug:study>/manage/items/new/", items.new_item, name="new-item"),
    path("studies/<slug:study>/manage/items/upload/", items.upload, name="upload"),
    path("studies/<slug:study>/manage/models/", model_responses.models, name="models"),
    path("studies/<slug:study>/manage/items/conflict-cases/", conflict_cases.conflict_cases, name="conflict-cases"),
    path("studies/<slug:study>/manage/items/<int:item>/validate/", conflict_cases.validate, name="validate"),
    path("studies/<slug:study>/manage/items/<int:item>/", items.item, name="item"),
    path("studies/<slug:study>/manage/items/<int:item>/right-answers/", right_answers, name="right-answers"),
    path("studies/<slug:study>/manage/items/<int:item>/retire/", items.retire, name="retire"),
]
