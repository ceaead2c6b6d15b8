"""The REST addresses, version 1; each room brings its own list."""

from django.urls import include, path

from config import api_schema as api_schema  # registers how the description speaks of API keys

urlpatterns = [
    path("v1/", include("accounts.api_urls")),
    path("v1/", include("jobs.api_urls")),
    path("v1/", include("annotation.api_urls")),
    path("v1/", include("aggregation.api_urls")),
    path("v1/", include("aggregation.reward_api_urls")),
    path("v1/", include("governance.api_urls")),
    path("v1/", include("deliberation.api_urls")),
    path("v1/", include("exports.api_urls")),
]
