"""Addresses of procurement, under /marches/."""

from django.urls import path

from clauses.procurement.views import advice, awards, lots, portfolios, suppliers, tenders

app_name = "procurement"
urlpatterns = [
    path("enregistrer/", tenders.register, name="register"),
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
    path("lots/<int:pk>/titulaire/retirer/", awards.withdraw, name="award-withdraw"),
]
