"""REST addresses of reward models."""

from rest_framework.routers import SimpleRouter

from aggregation.reward_api import RewardModelViewSet

router = SimpleRouter()
router.register("reward-models", RewardModelViewSet, basename="api-reward-model")
urlpatterns = router.urls
