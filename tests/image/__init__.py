"""`make build-check`: builds the image without an engine for containers, runs what is in it, and prints a table.

base.py makes what stands in for the slim base, build.py builds by buildah, container.py runs as an engine would,
contents.py and running.py hold the checks.
"""
