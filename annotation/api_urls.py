"""REST addresses of the annotation room."""

from rest_framework.routers import SimpleRouter

from annotation.api import StudyViewSet

router = SimpleRouter()
router.register("studies", StudyViewSet, basename="api-study")
urlpatterns = router.urls
