"""The documents as a site: `make docs` builds docs/ by mkdocs.yml into var/site."""
