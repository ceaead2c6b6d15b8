"""What the community page shows of this room."""

from django.urls import path

from governance.views import community, transparency

urlpatterns = [
    path("communities/<slug:community>/governance/", community.governed, name="governed"),
    path("communities/<slug:community>/transparency/", transparency.transparency, name="transparency"),
]
