"""Addresses of the traces."""

from django.urls import path

from inclusiv.records import views

app_name = "records"
urlpatterns = [
    path("echanges/noter/", views.note_exchange, name="note-exchange"),
    path("echanges/<int:pk>/repris/", views.resume_exchange, name="resume-exchange"),
    path("modifications/<slug:kind>/<int:pk>/", views.changes, name="changes"),
    path("traitements/<int:pk>/", views.job, name="job"),
    path("traitements/<int:pk>/relancer/", views.retry_job, name="retry-job"),
    path("lien/<str:token>/", views.open_link, name="link"),
    path("lien/<str:token>/renvoyer/", views.renew_link, name="renew-link"),
]
