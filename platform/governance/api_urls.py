"""REST addresses of the governance room."""

from django.urls import path
from rest_framework.routers import SimpleRouter

from governance.api.audit import ChainView, EntriesView, HeadsView
from governance.api.constitutions import ConstitutionViewSet, VersionFileView
from governance.api.decisions import BodyViewSet, DecisionViewSet
from governance.api.draws import DrawViewSet
from governance.api.incidents import IncidentViewSet
from governance.api.releases import ReleaseViewSet

router = SimpleRouter()
router.register("bodies", BodyViewSet, basename="api-body")
router.register("decisions", DecisionViewSet, basename="api-decision")
router.register("releases", ReleaseViewSet, basename="api-release")
router.register("constitutions", ConstitutionViewSet, basename="api-constitution")
router.register("incidents", IncidentViewSet, basename="api-incident")
router.register("draws", DrawViewSet, basename="api-draw")
urlpatterns = [
    *router.urls,
    path(
        "constitutions/<slug:constitution>/versions/<int:version>/<str:file>/",
        VersionFileView.as_view(),
        name="api-constitution-file",
    ),
    path("communities/<slug:community>/audit/entries/", EntriesView.as_view(), name="api-audit-entries"),
    path("communities/<slug:community>/audit/heads/", HeadsView.as_view(), name="api-audit-heads"),
    path("communities/<slug:community>/audit/chain/", ChainView.as_view(), name="api-audit-chain"),
]
