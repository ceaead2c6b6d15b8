"""REST addresses of the aggregation room."""

from rest_framework.routers import SimpleRouter

from aggregation.api import AggregationViewSet

router = SimpleRouter()
router.register("aggregations", AggregationViewSet, basename="api-aggregation")
urlpatterns = router.urls
