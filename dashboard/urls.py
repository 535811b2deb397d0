"""Addresses of the pages and of the endpoints for machines."""

from django.contrib.auth.views import LoginView, LogoutView
from django.urls import path, re_path

from dashboard import endpoints
from dashboard.views.chats import chat
from dashboard.views.events import events
from dashboard.views.feedback import feedback, read
from dashboard.views.outbox import cancel, outbox, outgoing_message, retry
from dashboard.views.overview import overview
from dashboard.views.people import people, person
from dashboard.views.replay import replay, replay_one
from dashboard.views.updates import update, updates

login = LoginView.as_view(template_name="dashboard/login.html", redirect_authenticated_user=True)

app_name = "dashboard"
urlpatterns = [
    path("", overview, name="overview"),
    path("updates/", updates, name="updates"),
    path("updates/replay/", replay, name="replay"),
    path("updates/<int:pk>/", update, name="update"),
    path("updates/<int:pk>/replay/", replay_one, name="replay_one"),
    path("people/", people, name="people"),
    path("people/<int:pk>/", person, name="person"),
    re_path(r"^chats/(?P<chat_id>-?[0-9]{1,16})/$", chat, name="chat"),
    path("outbox/", outbox, name="outbox"),
    path("outbox/<int:pk>/", outgoing_message, name="outgoing"),
    path("outbox/<int:pk>/cancel/", cancel, name="outgoing_cancel"),
    path("outbox/<int:pk>/retry/", retry, name="outgoing_retry"),
    path("feedback/", feedback, name="feedback"),
    path("feedback/<int:pk>/read/", read, name="read"),
    path("events/", events, name="events"),
    path("login/", login, name="login"),
    path("logout/", LogoutView.as_view(), name="logout"),
    path("healthz", endpoints.healthz, name="healthz"),
    path("readyz", endpoints.readyz, name="readyz"),
    path("statusz", endpoints.statusz, name="statusz"),
    path("metrics", endpoints.metrics, name="metrics"),
]
