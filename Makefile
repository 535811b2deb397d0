# Everything a person does with this project; `make help` lists it. CI runs `make lint` and `make test`.

PYTHON ?= python3
BIN := .venv/bin
GRAMMY ?= 1.46.0
RUN := $(BIN)/python manage.py
# The first of these that works here; buildah builds, but runs nothing.
ENGINE ?= $(shell for tool in docker podman buildah; do $$tool info >/dev/null 2>&1 && echo $$tool && break; done)
IMAGE ?= botdeck:local

.DEFAULT_GOAL := help
.PHONY: help setup setup-dev setup-extras demo manage shell run test test-crash test-grammy test-faults lint format types bench bench-pages screenshots docs docs-serve reference grafana messages migrate superuser backup restore lock licenses sbom audit release build build-check up down logs deploy-check clean

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: .venv/runtime ## Run everything against the sandbox: no token, no Docker, no database server
	@$(BIN)/python -m botproject.launch demo

manage: .venv/runtime ## Run a command of manage.py on the demo's data: make manage ARGS="retention"
	@$(BIN)/python -m botproject.launch manage $(ARGS)

shell: .venv/runtime ## Open Django's shell on the demo's data
	@$(BIN)/python -m botproject.launch manage shell

run: .venv/runtime ## Run bot and web with the real token from .env
	@$(BIN)/python -m botproject.launch run

deploy-check: .venv/runtime ## Check what web and bot need before they start, with the settings of .env
	@deploy/start web --check-only; web=$$?; deploy/start bot --check-only && exit $$web

setup: .venv/runtime ## Make .venv and install what the project needs to run
setup-dev: .venv/dev ## … and what its tests need

setup-extras: .venv/bin/python ## … with the optional extras, Sentry and OpenTelemetry
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements-extras.txt

test: .venv/dev ## Run the whole test suite, on SQLite and on PostgreSQL
	@$(BIN)/python -m tests.run

test-crash: .venv/dev ## Kill bots, the database and the network for about ten minutes; SEED=7 repeats a run
	@LANE_EXAMPLES=60 TEST_DATABASE=postgresql $(BIN)/python -m pytest -q tests/database/test_lane_protocol.py
	@TEST_DATABASE=sqlite $(BIN)/python -m tests.crash --kills 50 $(if $(SEED),--seed $(SEED))

test-grammy: .venv/dev ## Run an example bot of grammY, installed for this only, against the sandbox; needs Node and npm
	@folder=$$(mktemp -d) && trap 'rm -rf "$$folder"' EXIT && \
		npm install --prefix "$$folder" --no-audit --no-fund --silent grammy@$(GRAMMY) && \
		GRAMMY_FOLDER="$$folder" TEST_DATABASE=sqlite $(BIN)/python -m pytest -q -k grammy tests/unit/sandbox/test_sandbox_example_bots.py

test-faults: .venv/dev ## Raise an error at every call site of handlers, jobs, services, pages and intake, one by one
	@TEST_DATABASE=postgresql $(BIN)/python -m tests.faults $(if $(ONLY),--only '$(ONLY)')

lint: .venv/dev ## Check style, types, imports and migrations
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy .
	$(BIN)/lint-imports
	DJANGO_ENV_FILE= DJANGO_SECRET_KEY=only-for-this-check-only-for-this-check $(RUN) makemigrations --check --dry-run

format: .venv/dev ## Format the code
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

types: .venv/dev ## Check types only
	$(BIN)/mypy .

bench: .venv/dev ## Measure sending, inbox, outbox, a reply's CPU, metrics, access, retention, the sandbox, pages, a year of history
	@TEST_DATABASE=sqlite $(BIN)/python -m benchmarks.sending
	@TEST_DATABASE=postgresql $(BIN)/python -m benchmarks.sending
	@TEST_DATABASE=sqlite $(BIN)/python -m benchmarks.overview
	@TEST_DATABASE=postgresql $(BIN)/python -m benchmarks.overview
	@TEST_DATABASE=postgresql $(BIN)/python -m benchmarks.inbox
	@TEST_DATABASE=postgresql $(BIN)/python -m benchmarks.outbox
	@TEST_DATABASE=postgresql $(BIN)/python -m benchmarks.feeding
	@TEST_DATABASE=postgresql $(BIN)/python -m benchmarks.broadcasts
	@TEST_DATABASE=sqlite $(BIN)/python -m benchmarks.errors
	@TEST_DATABASE=postgresql $(BIN)/python -m benchmarks.errors
	@TEST_DATABASE=sqlite $(BIN)/python -m benchmarks.history
	@TEST_DATABASE=postgresql $(BIN)/python -m benchmarks.history
	@TEST_DATABASE=postgresql $(BIN)/python -m benchmarks.retention
	@TEST_DATABASE=sqlite $(BIN)/python -m benchmarks.transport
	@TEST_DATABASE=sqlite $(BIN)/python -m benchmarks.instrumentation
	@TEST_DATABASE=postgresql $(BIN)/python -m benchmarks.instrumentation
	@TEST_DATABASE=sqlite $(BIN)/python -m benchmarks.access
	@TEST_DATABASE=sqlite $(BIN)/python -m benchmarks.sandbox

bench-pages: .venv/dev ## Measure every page with 100 000 and 5 000 000 updates, and exports; PAGES=errors SIZE=big narrows it
	@TEST_DATABASE=postgresql $(BIN)/python -m benchmarks.pages

screenshots: .venv/dev ## Take pictures of every page of a running `make demo`, into var/screenshots
	@$(BIN)/python -m tests.browser.screenshots http://127.0.0.1:$${WEB_PORT:-8000} demo "$$(sed -n 's/^password: //p' var/demo-login.txt)" var/screenshots

docs: .venv/dev ## Build the documents as a site into var/site; a broken link stops it
	@NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict

docs-serve: .venv/dev ## Show the documents while you write them, on http://127.0.0.1:8020/
	@NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs serve --dev-addr 127.0.0.1:8020

reference: .venv/dev ## Write docs/reference, and what the tables of settings and metrics have from the code
	@$(BIN)/python -m tools.reference

grafana: .venv/dev ## Write the JSON of Grafana's dashboard from deploy/grafana/rows
	@$(BIN)/python -m deploy.grafana.build

# Texts that are looked up by a variable stand nowhere in the code: they are kept.
messages: .venv/dev ## Collect texts for translators and compile what they wrote (needs gettext)
	$(RUN) makemessages -l ru -i 'sandbox/*' -i '.venv/*'
	msgattrib --clear-obsolete -o locale/ru/LC_MESSAGES/django.po locale/ru/LC_MESSAGES/django.po
	$(RUN) compilemessages --ignore .venv

migrate: .venv/runtime ## Bring the database that .env names to this version
	@$(RUN) migrate

superuser: .venv/runtime ## Make a login to the pages of .env that may do everything
	@$(RUN) createsuperuser

backup: .venv/runtime ## Write a backup of the database that .env names into BACKUP_DIR, var/backups by default
	@$(RUN) backup

restore: .venv/runtime ## Bring a backup back: make restore FILE=var/backups/…
	@$(RUN) restore $(if $(FILE),'$(FILE)')

lock: .venv/dev ## Pin every package with its hashes
	$(BIN)/pip install --quiet uv
	$(BIN)/uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes --no-header -o requirements.txt
	$(BIN)/uv pip compile pyproject.toml --all-extras -c requirements.txt --universal --python-version 3.11 --generate-hashes --no-header -o requirements-extras.txt
	$(BIN)/uv pip compile --group dev -c requirements-extras.txt --universal --python-version 3.11 --generate-hashes --no-header -o requirements-dev.txt

build: engine ## Build the image botdeck:local by Docker, Podman or buildah; REQUIREMENTS=requirements-extras.txt adds the extras
	$(ENGINE) $(if $(filter buildah,$(ENGINE)),bud,build) $(if $(filter docker,$(ENGINE)),,--format docker) --tag $(IMAGE) \
		--build-arg REVISION=$$(git rev-parse --short HEAD 2>/dev/null || echo unknown) \
		$(if $(REQUIREMENTS),--build-arg REQUIREMENTS=$(REQUIREMENTS)) .

build-check: .venv/dev ## Build the image without an engine for containers, and try all that is in it; needs root, buildah, debootstrap
	@TEST_DATABASE=sqlite $(BIN)/python -m tests.image

up: composer ## Start docker-compose.yml and wait until all is well; make up ARGS="--scale bot=4"
	$(ENGINE) compose up --detach --wait $(ARGS)

down: composer ## Stop it; the data stay
	$(ENGINE) compose down $(ARGS)

logs: composer ## Follow its logs; make logs ARGS=bot
	$(ENGINE) compose logs --follow --tail 100 $(ARGS)

.PHONY: engine composer
engine:
	@[ -n "$(ENGINE)" ] || { echo "Nothing here builds images: install Docker, Podman or buildah." >&2; exit 1; }

composer:
	@$(filter-out buildah,$(ENGINE)) compose version >/dev/null 2>&1 || { echo "docker compose does not work here: install Docker with its compose plugin, or Podman." >&2; exit 1; }

licenses: .venv/dev ## Write docs/licenses.md: what runs in production, and under which licences
	@$(BIN)/python -m deploy.supply licenses

sbom: .venv/dev ## Write what a release is made of as CycloneDX, into var/botdeck.cdx.json or TO=…
	@$(BIN)/python -m deploy.supply sbom $(if $(TO),--to '$(TO)')

audit: .venv/dev ## Ask for known vulnerabilities of the pinned packages
	@$(BIN)/python -m deploy.supply audit

release: .venv/dev ## Look, raise the version, lint, test, commit and tag, push nothing: make release VERSION=1.2.3
	@$(BIN)/python -m deploy.release '$(VERSION)' $(if $(UNTESTED),--untested)

clean: ## Remove the virtual environment and caches; keep the data in var/
	rm -rf .venv .mypy_cache .pytest_cache .ruff_cache

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Botdeck needs Python 3.11 or newer; this is " + sys.version.split()[0] + ". Say which to use: make PYTHON=python3.12 …")'
	@echo "Making the virtual environment .venv (once) …"
	@$(PYTHON) -m venv .venv || { rm -rf .venv; echo "Python's venv module is missing: on Debian and Ubuntu, apt install python3-venv." >&2; exit 1; }

.venv/runtime: requirements.txt | .venv/bin/python
	@echo "Installing what the project needs (once) …"
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	@touch $@

.venv/dev: requirements-dev.txt .venv/runtime
	@echo "Installing what the tests need (once) …"
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@touch $@
