"""Addresses of people, under /personnes/; a person's page takes the id of the dossier."""

from django.urls import path

from beneficiaries.people.views import checks, people, readings

app_name = "people"
urlpatterns = [
    path("", people.index, name="list"),
    path("nouvelle/", people.new, name="new"),
    path("<int:pk>/", people.person, name="person"),
    path("<int:pk>/modifier/", people.change, name="change"),
    path("<int:pk>/lectures/", readings.index, name="readings"),
    path("<int:pk>/eligibilite/", checks.ask, name="ask"),
    path("eligibilites/<int:pk>/", checks.check, name="check"),
    path("eligibilites/<int:pk>/refuser/", checks.refuse, name="refuse"),
    path("eligibilites/<int:pk>/retirer/", checks.withdraw, name="withdraw"),
]
