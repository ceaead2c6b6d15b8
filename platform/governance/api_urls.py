"""REST addresses of the governance room."""

from rest_framework.routers import SimpleRouter

from governance.api import ConstitutionViewSet, IncidentViewSet, ReleaseViewSet

router = SimpleRouter()
router.register("releases", ReleaseViewSet, basename="api-release")
router.register("constitutions", ConstitutionViewSet, basename="api-constitution")
router.register("incidents", IncidentViewSet, basename="api-incident")
urlpatterns = router.urls
