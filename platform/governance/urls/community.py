"""What the community page shows of this room."""

from django.urls import path

from governance.views import community

urlpatterns = [path("communities/<slug:community>/governance/", community.governed, name="governed")]
