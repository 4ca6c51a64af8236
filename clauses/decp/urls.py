"""Addresses of the spotted contracts, under /marches-reperes/."""

from django.urls import path

from clauses.decp.views import answers, contracts, readings

app_name = "decp"
urlpatterns = [
    path("", contracts.contract_list, name="list"),
    path("<int:pk>/", contracts.contract, name="contract"),
    path("<int:pk>/suivre/", answers.follow, name="follow"),
    path("<int:pk>/rattacher/", answers.attach, name="attach"),
    path("<int:pk>/ecarter/", answers.dismiss, name="dismiss"),
    path("<int:pk>/remettre/", answers.restore, name="restore"),
    path("lire/", readings.read, name="read"),
    path("lectures/<int:pk>/", readings.reading, name="reading"),
]
