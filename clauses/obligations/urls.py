"""Addresses of what is owed, under /marches/."""

from django.urls import path

from clauses.obligations.views import clauses as views
from clauses.obligations.views import copies, duty, inquiries, kickoffs, life, plans, start

app_name = "obligations"
urlpatterns = [
    path("lots/<int:pk>/heures/", views.sizing, name="sizing"),
    path("lots/<int:pk>/clause/retirer/", views.remove_clause, name="remove-clause"),
    path("<int:pk>/copier/", copies.copy, name="copy"),
    path("<int:pk>/notifier/", views.notify, name="notify"),
    path("sans-clause/", duty.register, name="no-clause-register"),
    path("<int:pk>/sans-clause/", duty.without_clause, name="without-clause"),
    path("<int:pk>/sans-clause/retirer/", duty.want_clause, name="want-clause"),
    path("<int:pk>/demarrage/", start.start, name="start"),
    path("<int:pk>/titulaires/", inquiries.answer, name="award-answer"),
    path("<int:pk>/titulaires/demander/", inquiries.ask, name="award-ask"),
    path("<int:pk>/mise-au-point/", kickoffs.hold, name="kick-off"),
    path("<int:pk>/mise-au-point/compte-rendu/", kickoffs.minutes, name="kick-off-minutes"),
    path("plan/<int:pk>/", plans.plan, name="plan"),
    path("plan/<int:pk>/proposer/", plans.propose, name="plan-propose"),
    path("plan/<int:pk>/accueil/", plans.greet, name="plan-welcome"),
    path("plans/<int:pk>/decision/", plans.decide, name="plan-decide"),
    path("<int:pk>/contrat/", life.contract, name="contract"),
    path("<int:pk>/avenant/", life.amend, name="amend"),
    path("<int:pk>/transfert/", life.transfer, name="transfer"),
    path("<int:pk>/reconduire/", life.renew, name="renew"),
    path("<int:pk>/suspendre/", life.suspend, name="suspend"),
    path("<int:pk>/reprendre/", life.resume, name="resume"),
    path("<int:pk>/resilier/", life.terminate, name="terminate"),
    path("lots/<int:pk>/tranche/", life.add_tranche, name="add-tranche"),
    path("lots/<int:pk>/factures/", life.invoice, name="invoice"),
    path("tranches/<int:pk>/retirer/", life.remove_tranche, name="remove-tranche"),
    path("tranches/<int:pk>/affermir/", life.affirm, name="affirm"),
]
