"""Every address of the house; each room names its own."""

from django.contrib import admin
from django.urls import include, path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

from config.health import health

handler500 = "config.outage.unexpected"

urlpatterns = [
    path("health/", health, name="health"),
    # Where answers and votes come in stands first: an address is looked for from the top.
    path("", include("annotation.urls")),
    path("", include("deliberation.urls")),
    path("", include("frontend.urls")),
    path("", include("accounts.urls")),
    path("", include("jobs.urls")),
    path("", include("governance.urls")),
    path("", include("aggregation.urls")),
    path("", include("exports.urls")),
    path("account/", include("allauth.urls")),
    path("admin/", admin.site.urls),
    path("api/", include("config.api")),
    path("api/schema/", SpectacularAPIView.as_view(), name="api-schema"),
    # The split view brings its script in a file of its own, as the content security policy asks.
    path(
        "api/docs/",
        SpectacularSwaggerSplitView.as_view(url_name="api-schema", template_name="deliberation/api_docs.html"),
        name="api-docs",
    ),
]
