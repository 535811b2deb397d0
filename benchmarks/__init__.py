"""Measurements for `make bench`, on a database of their own. Importing the package sets Django up."""

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "botproject.settings")
if "BENCH_WORKER" not in os.environ:  # a worker process gets its database from the one that started it
    from tests import environment  # noqa: F401 (starts the database server)
django.setup()
