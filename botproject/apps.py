"""The app of Django's admin, with our site."""

from django.contrib.admin.apps import AdminConfig


class PanelAdminConfig(AdminConfig):
    """Django's own, but for the site."""

    default_site = "botproject.admin_site.PanelSite"
