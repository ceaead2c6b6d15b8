"""Addresses of the accounts room."""

from django.urls import path

from accounts.views import communities, consent, entry, keys, links, me, members, questionnaires

app_name = "accounts"
urlpatterns = [
    path("communities/", communities.communities, name="communities"),
    path("communities/new/", communities.new_community, name="new-community"),
    path("communities/<slug:slug>/", communities.community, name="community"),
    path("communities/<slug:slug>/act/", communities.act_in, name="act-in"),
    path("communities/<slug:slug>/join/", entry.join, name="join"),
    path("communities/<slug:slug>/consent/", consent.consent, name="consent"),
    path("communities/<slug:slug>/consent/withdraw/", consent.withdraw, name="withdraw"),
    path("communities/<slug:slug>/leave/", consent.leave, name="leave"),
    path("communities/<slug:slug>/erase/", consent.erase, name="erase"),
    path("communities/<slug:slug>/settings/", communities.settings, name="settings"),
    path("communities/<slug:slug>/settings/consent/", communities.publish_consent, name="publish-consent"),
    path(
        "communities/<slug:slug>/settings/questionnaires/<slug:questionnaire>/",
        communities.offer_questionnaire,
        name="offer-questionnaire",
    ),
    path("communities/<slug:slug>/members/", members.members, name="members"),
    path("communities/<slug:slug>/members/export/", members.members_csv, name="members-csv"),
    path("communities/<slug:slug>/members/<int:pk>/", members.member, name="member"),
    path("communities/<slug:slug>/members/<int:pk>/roles/", members.roles, name="roles"),
    path("communities/<slug:slug>/members/<int:pk>/ban/", members.ban, name="ban"),
    path("communities/<slug:slug>/members/<int:pk>/unban/", members.unban, name="unban"),
    path("communities/<slug:slug>/links/", links.links, name="links"),
    path("communities/<slug:slug>/links/new/", links.new_link, name="new-link"),
    path("communities/<slug:slug>/links/<int:pk>/revoke/", links.revoke_link, name="revoke-link"),
    path("door/", entry.door, name="door"),
    path("enter/", entry.enter_with_link, name="enter"),
    path("enter/<str:token>/", entry.enter, name="enter-token"),
    path("me/", me.me, name="me"),
    path("me/data/", me.my_data, name="my-data"),
    path("me/delete/", me.delete, name="delete-account"),
    path("me/questionnaires/<slug:slug>/", questionnaires.questionnaire, name="questionnaire"),
    path("me/questionnaires/<slug:slug>/<slug:name>/", questionnaires.question, name="question"),
    path("me/questionnaires/<slug:slug>/<slug:name>/take-back/", questionnaires.take_back, name="take-back"),
    path("me/keys/", keys.keys, name="keys"),
    path("me/keys/new/", keys.new_key, name="new-key"),
    path("me/keys/<uuid:pk>/revoke/", keys.revoke_key, name="revoke-key"),
    path("demo/", entry.demo, name="demo"),
    path("demo/login/<slug:role>/", entry.demo_login, name="demo-login"),
]
