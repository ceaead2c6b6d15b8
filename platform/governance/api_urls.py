"""REST addresses of the governance room."""

from rest_framework.routers import SimpleRouter

from governance.api import ConstitutionViewSet, IncidentViewSet, ReleaseViewSet
from governance.api_draws import DrawViewSet

router = SimpleRouter()
router.register("releases", ReleaseViewSet, basename="api-release")
router.register("constitutions", ConstitutionViewSet, basename="api-constitution")
router.register("incidents", IncidentViewSet, basename="api-incident")
router.register("draws", DrawViewSet, basename="api-draw")
urlpatterns = router.urls
