"""Addresses of what is owed, under /marches/."""

from django.urls import path

from clauses.obligations.views import clauses as views
from clauses.obligations.views import copies, duty, life

app_name = "obligations"
urlpatterns = [
    path("lots/<int:pk>/heures/", views.sizing, name="sizing"),
    path("lots/<int:pk>/clause/retirer/", views.remove_clause, name="remove-clause"),
    path("<int:pk>/copier/", copies.copy, name="copy"),
    path("<int:pk>/notifier/", views.notify, name="notify"),
    path("sans-clause/", duty.register, name="no-clause-register"),
    path("<int:pk>/sans-clause/", duty.without_clause, name="without-clause"),
    path("<int:pk>/sans-clause/retirer/", duty.want_clause, name="want-clause"),
    path("<int:pk>/contrat/", life.contract, name="contract"),
    path("<int:pk>/avenant/", life.amend, name="amend"),
    path("<int:pk>/transfert/", life.transfer, name="transfer"),
    path("<int:pk>/reconduire/", life.renew, name="renew"),
    path("<int:pk>/suspendre/", life.suspend, name="suspend"),
    path("<int:pk>/reprendre/", life.resume, name="resume"),
    path("<int:pk>/resilier/", life.terminate, name="terminate"),
    path("lots/<int:pk>/tranche/", life.add_tranche, name="add-tranche"),
    path("lots/<int:pk>/factures/", life.invoice, name="invoice"),
    path("tranches/<int:pk>/affermir/", life.affirm, name="affirm"),
]
