"""REST addresses of the deliberation room."""

from rest_framework.routers import SimpleRouter

from deliberation.api import ConversationViewSet

router = SimpleRouter()
router.register("conversations", ConversationViewSet, basename="api-conversation")
urlpatterns = router.urls
