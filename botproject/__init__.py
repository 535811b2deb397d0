"""The Django project: settings, addresses and the doors for web servers."""

VERSION = "0.1.0"
