"""Addresses: the dashboard at the root, Django's admin, the webhook, and the endpoints for machines."""

from django.contrib import admin
from django.urls import include, path
from django.views.generic import RedirectView

from botcore.intake.views import webhook
from dashboard.views.login import admin_login

handler400 = "dashboard.refusals.bad_request"
handler403 = "dashboard.refusals.permission_denied"
handler404 = "dashboard.refusals.page_not_found"
handler500 = "dashboard.failures.server_error"

urlpatterns = [
    path("admin/login/", admin_login),
    path("admin/password_change/", RedirectView.as_view(pattern_name="dashboard:account_password")),
    path("admin/", admin.site.urls),
    path("telegram/webhook/", webhook, name="webhook"),
    path("telegram/webhook", webhook),  # a redirect to the other form would lose the delivery's body
    path("", include("dashboard.urls")),
]
