"""Addresses of the accounts."""

from django.urls import path

from inclusiv.accounts.views import (
    contacts,
    entering,
    join_requests,
    organisations,
    resuming,
    security,
    switching,
    team,
)

app_name = "accounts"
urlpatterns = [
    path("organisations/<int:pk>/", organisations.organisation, name="organisation"),
    path("organisations/<int:pk>/inviter/", team.invite, name="invite-into"),
    path("organisations/<int:pk>/contacts/", contacts.edit, name="contacts"),
    path("organisations/<int:pk>/contacts/demander/", contacts.ask, name="ask-contacts"),
    path("demander-un-acces/", entering.join, name="join"),
    path("equipe/", team.team, name="team"),
    path("equipe/inviter/", team.invite, name="invite"),
    path("equipe/remplacements/nouveau/", team.cover, name="cover"),
    path("equipe/remplacements/<int:pk>/retirer/", team.remove_cover, name="remove-cover"),
    path("invitations/<int:pk>/renvoyer/", team.send_again, name="invitation-again"),
    path("invitations/<int:pk>/retirer/", team.revoke, name="invitation-revoke"),
    path("demandes-d-acces/<int:pk>/accepter/", team.accept_request, name="join-accept"),
    path("demandes-d-acces/<int:pk>/refuser/", team.refuse_request, name="join-refuse"),
    path("demandes-d-acces/refuser/", join_requests.refuse_chosen, name="join-refuse-chosen"),
    path("acces/<int:pk>/", switching.switch, name="switch"),
    path("acces/<int:pk>/fermer/", team.close, name="close"),
    path("acces/<int:pk>/gestion/", team.manager, name="manager"),
    path("reprendre/", resuming.resume, name="resume"),
    path("reprendre/abandonner/", resuming.abandon, name="abandon"),
    path("mon-compte/", security.account, name="account"),
    path("mon-compte/proteger/", security.protect, name="protect"),
    path("mon-compte/sessions/", security.sessions, name="sessions"),
    path("mon-compte/sessions/<int:pk>/fermer/", security.end_session, name="end-session"),
    path("mon-compte/sessions/fermer-les-autres/", security.end_other_sessions, name="end-other-sessions"),
    path("mon-compte/appareils/oublier/", security.forget_devices, name="forget-devices"),
]
