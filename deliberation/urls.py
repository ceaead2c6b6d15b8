"""Addresses of the deliberation room."""

from django.urls import path

from deliberation.views import panels, results, running, starting, taking_part

app_name = "deliberation"
urlpatterns = [
    path("open/", taking_part.open_now, name="open-now"),
    path("communities/<slug:community>/conversations/", taking_part.of_community, name="of-community"),
    path("conversations/", taking_part.conversations, name="conversations"),
    path("conversations/new/", starting.create, name="create"),
    path("conversations/import/", starting.import_, name="import"),
    path("conversations/<slug:slug>/", taking_part.conversation, name="conversation"),
    path("conversations/<slug:slug>/vote/", taking_part.vote, name="vote"),
    path("conversations/<slug:slug>/undo/", taking_part.undo, name="undo"),
    path("conversations/<slug:slug>/votes/", taking_part.votes, name="votes"),
    path("conversations/<slug:slug>/statements/new/", taking_part.new_statement, name="new-statement"),
    path("conversations/<slug:slug>/statements/similar/", taking_part.similar, name="similar"),
    path("conversations/<slug:slug>/manage/", running.manage, name="manage"),
    path("conversations/<slug:slug>/manage/edit/", running.edit, name="edit"),
    path("conversations/<slug:slug>/manage/seed/", running.seed, name="seed"),
    path("conversations/<slug:slug>/manage/moderate/", running.moderate, name="moderate"),
    path("conversations/<slug:slug>/manage/moderate/<int:number>/meta/", running.meta, name="meta"),
    path("conversations/<slug:slug>/manage/open/", running.open_, name="open"),
    path("conversations/<slug:slug>/manage/close/", running.close, name="close"),
    path("conversations/<slug:slug>/manage/reopen/", running.reopen, name="reopen"),
    path("conversations/<slug:slug>/manage/panels/", panels.panels, name="panels"),
    path("conversations/<slug:slug>/manage/panels/<int:panel>/", panels.panel, name="panel"),
    path("conversations/<slug:slug>/manage/panels/<int:panel>/close/", panels.close, name="panel-close"),
    path("conversations/<slug:slug>/export/", running.export, name="export"),
    path("conversations/<slug:slug>/results/", results.results, name="results"),
    path("conversations/<slug:slug>/results/live/", results.live, name="results-live"),
    path("conversations/<slug:slug>/results/table.csv", results.table, name="results-table"),
]
