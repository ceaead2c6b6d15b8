"""Addresses of releases."""

from django.urls import path

from governance.views import releases

urlpatterns = [
    path("communities/<slug:community>/releases/", releases.releases, name="releases"),
    path("releases/<uuid:release>/", releases.release, name="release"),
    path("releases/<uuid:release>/card.md", releases.card, name="release-card"),
    path("releases/<uuid:release>/provenance.json", releases.provenance, name="release-provenance"),
    path("releases/<uuid:release>/review/", releases.review, name="release-review"),
    path("releases/<uuid:release>/risk/", releases.risk, name="release-risk"),
    path("releases/<uuid:release>/withdraw/", releases.withdraw, name="release-withdraw"),
]
