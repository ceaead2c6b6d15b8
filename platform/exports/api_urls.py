"""REST addresses of the exports room."""

from django.urls import path
from rest_framework.routers import SimpleRouter

from exports.api import AnswersView, ExportViewSet

router = SimpleRouter()
router.register("exports", ExportViewSet, basename="api-export")
urlpatterns = [*router.urls, path("answers/<slug:study>/", AnswersView.as_view(), name="api-answers")]
