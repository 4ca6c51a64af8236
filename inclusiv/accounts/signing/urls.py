"""Addresses of signing in: allauth's views, one by one and by its own names, so that none opens by surprise.

Its pages of addresses, of sign-in by code and of other providers are left out: an e-mail address changes with whoever
gives the access.
"""

from allauth.account import views as account
from allauth.account.decorators import reauthentication_required
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as recovery_codes
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as webauthn
from django.contrib.auth.decorators import login_not_required
from django.urls import path, re_path
from django.views.generic import RedirectView

from inclusiv.accounts.counting import counted_when_read
from inclusiv.accounts.signing.second_factor import active_once, alone_with_it
from inclusiv.accounts.signing.waiting import while_it_holds

home = RedirectView.as_view(pattern_name="accounts:account")
"""Where allauth comes back to: our page shows what its own would."""

urlpatterns = [
    path("connexion/", account.login, name="account_login"),
    path("deconnexion/", account.logout, name="account_logout"),
    path("acces-ferme/", account.account_inactive, name="account_inactive"),
    path("inscription/", account.signup, name="account_signup"),
    path("confirmer/", account.reauthenticate, name="account_reauthenticate"),
    path("mot-de-passe/changer/", account.password_change, name="account_change_password"),
    path(
        "mot-de-passe/choisir/", reauthentication_required(account.password_set), name="account_set_password"
    ),
    path("mot-de-passe/oublie/", account.password_reset, name="account_reset_password"),
    path("mot-de-passe/oublie/envoye/", account.password_reset_done, name="account_reset_password_done"),
    re_path(
        r"^mot-de-passe/nouveau/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        counted_when_read(app="allauth.account", action="reset_password_from_key")(
            account.password_reset_from_key
        ),
        name="account_reset_password_from_key",
    ),
    path(
        "mot-de-passe/nouveau/enregistre/",
        account.password_reset_from_key_done,
        name="account_reset_password_from_key_done",
    ),
    path("second-facteur/", home, name="mfa_index"),
    path("second-facteur/code/", while_it_holds(mfa.authenticate), name="mfa_authenticate"),
    path("second-facteur/confirmer/", mfa.reauthenticate, name="mfa_reauthenticate"),
    path("second-facteur/appareil/", while_it_holds(mfa.trust), name="mfa_trust"),
    path(
        "second-facteur/application/activer/",
        alone_with_it(active_once(totp.activate_totp)),
        name="mfa_activate_totp",
    ),
    path("second-facteur/application/retirer/", totp.deactivate_totp, name="mfa_deactivate_totp"),
    path("codes-de-secours/", recovery_codes.view_recovery_codes, name="mfa_view_recovery_codes"),
    path(
        "codes-de-secours/nouveaux/",
        recovery_codes.generate_recovery_codes,
        name="mfa_generate_recovery_codes",
    ),
    path(
        "codes-de-secours/telecharger/",
        recovery_codes.download_recovery_codes,
        name="mfa_download_recovery_codes",
    ),
    path("cles/", home, name="mfa_list_webauthn"),
    path("cles/ajouter/", alone_with_it(webauthn.add_webauthn), name="mfa_add_webauthn"),
    path(
        "cles/connexion/",
        login_not_required(
            counted_when_read(app="allauth.mfa", action="webauthn_begin")(webauthn.login_webauthn)
        ),
        name="mfa_login_webauthn",
    ),
    path("cles/confirmer/", webauthn.reauthenticate_webauthn, name="mfa_reauthenticate_webauthn"),
    path("cles/<int:pk>/renommer/", webauthn.edit_webauthn, name="mfa_edit_webauthn"),
    path("cles/<int:pk>/retirer/", webauthn.remove_webauthn, name="mfa_remove_webauthn"),
]
