"""Addresses of the accounts."""

from django.urls import path

from inclusiv.accounts.views import organisations, security, switching

app_name = "accounts"
urlpatterns = [
    path("organisations/<int:pk>/", organisations.organisation, name="organisation"),
    path("acces/<int:pk>/", switching.switch, name="switch"),
    path("mon-compte/", security.account, name="account"),
    path("mon-compte/proteger/", security.protect, name="protect"),
    path("mon-compte/sessions/", security.sessions, name="sessions"),
    path("mon-compte/sessions/<int:pk>/fermer/", security.end_session, name="end-session"),
    path("mon-compte/sessions/fermer-les-autres/", security.end_other_sessions, name="end-other-sessions"),
    path("mon-compte/appareils/oublier/", security.forget_devices, name="forget-devices"),
]
