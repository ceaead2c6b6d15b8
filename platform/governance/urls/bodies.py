"""Addresses of bodies and their seats."""

from django.urls import path

from governance.views import bodies, proposing

urlpatterns = [
    path("communities/<slug:community>/bodies/new/", bodies.new_body, name="new-body"),
    path("bodies/<slug:body>/", bodies.body, name="body"),
    path("bodies/<slug:body>/seats/", bodies.seats, name="seats"),
    path("bodies/<slug:body>/seats/fill/", bodies.fill, name="fill-seat"),
    path("bodies/<slug:body>/seats/<int:term>/end/", bodies.end, name="end-term"),
    path("bodies/<slug:body>/decisions/new/", proposing.propose, name="propose"),
]
