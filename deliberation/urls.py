"""Addresses of the deliberation room."""

from django.urls import path

from deliberation.views import taking_part

app_name = "deliberation"
urlpatterns = [
    path("conversations/", taking_part.conversations, name="conversations"),
    path("conversations/<slug:slug>/", taking_part.conversation, name="conversation"),
    path("conversations/<slug:slug>/vote/", taking_part.vote, name="vote"),
    path("conversations/<slug:slug>/undo/", taking_part.undo, name="undo"),
    path("conversations/<slug:slug>/votes/", taking_part.votes, name="votes"),
    path("conversations/<slug:slug>/statements/new/", taking_part.new_statement, name="new-statement"),
    path("conversations/<slug:slug>/statements/similar/", taking_part.similar, name="similar"),
]
