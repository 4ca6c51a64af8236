"""Addresses of procurement, under /marches/."""

from django.urls import path

from clauses.procurement.views import (
    advice,
    awards,
    lots,
    parties,
    plans,
    portfolios,
    registering,
    subcontracts,
    suppliers,
    tenders,
)

app_name = "procurement"
urlpatterns = [
    path("enregistrer/", registering.start, name="start"),
    path("enregistrer/une-page/", registering.register, name="register"),
    path("operations/", parties.operations, name="operations"),
    path("operations/<int:pk>/", parties.operation, name="operation"),
    path("operations/<int:pk>/<slug:slug>/", parties.operation_step, name="operation-step"),
    path("<int:pk>/acheteurs/", parties.of_tender, name="parties"),
    path("<int:pk>/acheteurs/sans-operation/", parties.leave_operation, name="operation-leave"),
    path("acheteurs/membres/<int:pk>/retirer/", parties.remove_member, name="member-remove"),
    path("acheteurs/delegations/<int:pk>/arreter/", parties.end_delegate, name="delegate-end"),
    path("plan-d-achats/", plans.upload, name="plan-upload"),
    path("plan-d-achats/modele/", plans.model, name="plan-model"),
    path("plan-d-achats/<int:pk>/", plans.plan, name="plan"),
    path("plan-d-achats/<int:pk>/importer/", plans.confirm, name="plan-confirm"),
    path("<int:pk>/achat/", registering.purchase, name="purchase"),
    path("<int:pk>/calendrier/", registering.schedule, name="schedule"),
    path("demander-un-avis/", advice.ask_new, name="ask-advice"),
    path("<int:pk>/demander-un-avis/", advice.ask, name="ask-advice-on"),
    path("avis/<int:pk>/", advice.page, name="advice"),
    path("avis/<int:pk>/retirer/", advice.withdraw, name="advice-withdraw"),
    path("avis/<int:pk>/note/", advice.note, name="advice-note"),
    path("avis/<int:pk>/pieces/<int:rank>/", advice.piece, name="advice-piece"),
    path("structures/<int:pk>/metiers/", suppliers.supplier, name="supplier"),
    path("confier/", portfolios.hand_over, name="hand-over"),
    path("<int:pk>/", tenders.tender, name="tender"),
    path("<int:pk>/modifier/", tenders.change, name="change"),
    path("<int:pk>/etape/<slug:slug>/", tenders.step, name="step"),
    path("<int:pk>/lots/", lots.add, name="lots"),
    path("lots/<int:pk>/modifier/", lots.change, name="lot-change"),
    path("lots/<int:pk>/retirer/", lots.remove, name="lot-remove"),
    path("lots/<int:pk>/titulaire/", awards.award, name="award"),
    path("sous-traitants/<int:pk>/", subcontracts.lot, name="subcontracts"),
    path("sous-traitants/<int:pk>/declarer/", subcontracts.declare, name="subcontract-declare"),
    path("sous-traitants/<int:pk>/repondre/", subcontracts.decide, name="subcontract-decide"),
    path("lots/<int:pk>/titulaire/retirer/", awards.withdraw, name="award-withdraw"),
]
