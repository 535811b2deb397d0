"""Addresses: the dashboard at the root, Django's admin, the webhook, and the endpoints for machines."""

from django.contrib import admin
from django.urls import include, path

from botcore.admin.audited import own_password
from botcore.intake.views import webhook

handler500 = "dashboard.failures.server_error"

urlpatterns = [
    path("admin/password_change/", admin.site.admin_view(own_password, cacheable=True)),
    path("admin/", admin.site.urls),
    path("telegram/webhook/", webhook, name="webhook"),
    path("telegram/webhook", webhook),  # a redirect to the other form would lose the delivery's body
    path("", include("dashboard.urls")),
]
