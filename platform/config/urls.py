"""Every address of the house; each room names its own."""

from django.contrib import admin
from django.urls import include, path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerView

from config.health import health

handler500 = "config.outage.unexpected"

urlpatterns = [
    path("health/", health, name="health"),
    path("", include("frontend.urls")),
    path("", include("accounts.urls")),
    path("", include("jobs.urls")),
    path("", include("governance.urls")),
    path("", include("aggregation.urls")),
    path("", include("annotation.urls")),
    path("", include("deliberation.urls")),
    path("", include("exports.urls")),
    path("account/", include("allauth.urls")),
    path("admin/", admin.site.urls),
    path("api/", include("config.api")),
    path("api/schema/", SpectacularAPIView.as_view(), name="api-schema"),
    path("api/docs/", SpectacularSwaggerView.as_view(url_name="api-schema"), name="api-docs"),
]
