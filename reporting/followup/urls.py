"""Addresses of the follow-up."""

from django.urls import path

from reporting.followup.views import lots, tenders

app_name = "followup"
urlpatterns = [
    path("marches/", tenders.my_tenders, name="my-tenders"),
    path("marches/<int:pk>/heures/", tenders.tender, name="tender"),
    path("marches/<int:pk>/avancement/", tenders.pace, name="pace"),
    path("mes-lots/", lots.my_lots, name="my-lots"),
    path("mes-lots/<int:pk>/", lots.my_lot, name="my-lot"),
]
