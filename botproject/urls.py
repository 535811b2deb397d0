"""Addresses: the dashboard at the root, Django's admin, and the endpoints for machines."""

from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("admin/", admin.site.urls),
    path("", include("dashboard.urls")),
]
