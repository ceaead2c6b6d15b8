"""Addresses of constitutions."""

from django.urls import path

from governance.views import amendments, constitutions, drafting, principles

HERE = "constitutions/<slug:constitution>/"
AMENDMENT = f"{HERE}amendments/<uuid:amendment>/"

urlpatterns = [
    path("communities/<slug:community>/constitutions/", constitutions.constitutions, name="constitutions"),
    path("communities/<slug:community>/constitutions/new/", constitutions.start, name="constitution-start"),
    path(HERE, constitutions.constitution, name="constitution"),
    path(f"{HERE}versions/<int:version>/", constitutions.version, name="version"),
    path(f"{HERE}versions/<int:version>/dissent/", constitutions.dissent, name="dissent"),
    path(f"{HERE}versions/<int:version>/<str:file>", constitutions.file, name="version-file"),
    path(f"{HERE}begin/", constitutions.begin, name="draft-begin"),
    path(f"{HERE}seal/", constitutions.seal, name="seal"),
    path(f"{HERE}draft/", drafting.draft, name="draft"),
    path(f"{HERE}draft/preamble/", drafting.preamble, name="preamble"),
    path(f"{HERE}draft/<slug:principle>/edit/", drafting.clause, name="clause"),
    path(f"{HERE}candidates/", drafting.candidates, name="candidates"),
    path(f"{HERE}candidates/<int:candidate>/", drafting.candidate, name="candidate"),
    path(f"{HERE}principles/<slug:principle>/", principles.principle, name="principle"),
    path(f"{HERE}principles/<slug:principle>/comment/", principles.comment, name="principle-comment"),
    path(f"{HERE}principles/<slug:principle>/track/", principles.track, name="track"),
    path(f"{HERE}amendments/new/", amendments.begin, name="amendment-begin"),
    path(AMENDMENT, amendments.amendment, name="amendment"),
    path(f"{AMENDMENT}patch/", amendments.patch, name="patch"),
    path(f"{AMENDMENT}patch/<int:patch>/drop/", amendments.drop, name="patch-drop"),
    path(f"{AMENDMENT}propose/", amendments.propose, name="amendment-propose"),
    path(f"{AMENDMENT}rebase/", amendments.rebase, name="amendment-rebase"),
]
