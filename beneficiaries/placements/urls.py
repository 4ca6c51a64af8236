"""Addresses of needs and mises à l'emploi; `ask` and `name` take an award's id, `tender` a tender's."""

from django.urls import path

from beneficiaries.placements.views import referrals, requests, tenders

app_name = "placements"
urlpatterns = [
    path("besoins/", requests.index, name="requests"),
    path("besoins/<int:pk>/", requests.show, name="request"),
    path("besoins/<int:pk>/annuler/", requests.cancel, name="cancel-request"),
    path("lots/<int:pk>/demander-un-candidat/", requests.ask, name="ask"),
    path("lots/<int:pk>/faire-valider/", requests.name_person, name="name"),
    path("candidatures/<int:pk>/retenir/", referrals.accept, name="accept"),
    path("candidatures/<int:pk>/ne-pas-retenir/", referrals.decline, name="decline"),
    path("candidatures/<int:pk>/renoncer/", referrals.renounce, name="renounce"),
    path("marches/<int:pk>/personnes/", tenders.tender, name="tender"),
    path("mises-a-l-emploi/<int:pk>/signaler/", tenders.end, name="end"),
    path("mises-a-l-emploi/<int:pk>/annuler/", tenders.cancel, name="cancel"),
]
