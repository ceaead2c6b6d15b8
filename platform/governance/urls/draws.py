"""Addresses of draws."""

from django.urls import path

from governance.views import drawing, draws

HERE = "draws/<uuid:draw>/"

urlpatterns = [
    path("communities/<slug:community>/draws/", draws.draws, name="draws"),
    path("communities/<slug:community>/draws/new/", drawing.new_draw, name="new-draw"),
    path(HERE, draws.draw, name="draw"),
    path(f"{HERE}rename/", drawing.rename, name="draw-rename"),
    path(f"{HERE}quotas/", drawing.quotas, name="draw-quotas"),
    path(f"{HERE}commit/", drawing.commit, name="draw-commit"),
    path(f"{HERE}seed/", drawing.seed, name="draw-seed"),
    path(f"{HERE}places/<int:place>/answer/", drawing.answer, name="draw-answer"),
    path(f"{HERE}replace/", drawing.replace, name="draw-replace"),
    path(f"{HERE}seat/", drawing.seat, name="draw-seat"),
    path(f"{HERE}withdraw/", drawing.withdraw, name="draw-withdraw"),
    path(f"{HERE}<str:file>", draws.file, name="draw-file"),
]
