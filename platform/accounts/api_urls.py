"""REST addresses of the accounts room."""

from django.urls import path
from rest_framework.routers import SimpleRouter

from accounts.api import CommunityViewSet, MemberViewSet, MeView

router = SimpleRouter()
router.register("communities", CommunityViewSet, basename="api-community")
router.register(r"communities/(?P<community>[-\w]+)/members", MemberViewSet, basename="api-member")
urlpatterns = [*router.urls, path("me/", MeView.as_view(), name="api-me")]
