"""Addresses of procurement, under /marches/."""

from django.urls import path

from clauses.procurement.views import awards, lots, portfolios, tenders

app_name = "procurement"
urlpatterns = [
    path("enregistrer/", tenders.register, name="register"),
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
