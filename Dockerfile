# One image for web, bot, migrate and sandbox: what it runs is the argument of deploy/start. docs/deploy-compose.md tells
# how to use it, and how to take a newer base; `make build-check` builds and tries it without an engine for containers.
ARG BASE_IMAGE=docker.io/library/python:3.12.14-slim-trixie@sha256:78387bc3881b8273120a12ebe6c1ab22b018ccc2c9adf565ae1ac9b536e184ea

# hadolint ignore=DL3006
FROM ${BASE_IMAGE} AS build
# requirements-extras.txt adds Sentry and OpenTelemetry.
ARG REQUIREMENTS=requirements.txt
# For those behind a mirror of the package index.
ARG PIP_INDEX_URL
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 PIP_ROOT_USER_ACTION=ignore

WORKDIR /build
COPY requirements.txt requirements-extras.txt ./
# Wheels only: nothing is compiled, so nothing that compiles is needed. The list has all packages, each with hashes.
RUN python3 -m venv --without-pip /opt/venv \
 && python3 -m pip --python /opt/venv/bin/python3 install --quiet --no-compile --no-deps --only-binary :all: \
      --require-hashes --requirement "${REQUIREMENTS}"
# Out with what only the packages' developers read, with translations but those of our pages (settings.LANGUAGES), and
# with the two big parts that nothing here uses: Django's maps, and pictures as AVIF, without which Pillow does well.
RUN find /opt/venv -type d -name tests -prune -exec rm -r {} + \
 && find /opt/venv \( -name '*.po' -o -name '*.pyi' -o -name '*.pyx' -o -name '*.pxd' -o -name '*.[ch]' \) -delete \
 && find /opt/venv -path '*/locale/*/LC_MESSAGES' ! -path '*/locale/en/*' ! -path '*/locale/ru/*' -prune -exec rm -r {} + \
 && find /opt/venv \( -path '*/django/contrib/gis' -o -path '*/PIL/_avif.*' -o -path '*/pillow.libs/libavif*' \) \
      -prune -exec rm -r {} +

WORKDIR /app
COPY . .
# Hashes instead of times: the compiled code stays valid however the layers are copied.
RUN rm requirements.txt requirements-extras.txt \
 && DJANGO_ENV_FILE='' STATIC_DIR=/app/static PYTHONDONTWRITEBYTECODE=1 \
      /opt/venv/bin/python3 manage.py collectstatic --no-input --verbosity 0 \
 && find /opt/venv -type d -name static -prune -exec rm -r {} + \
 && python3 -m compileall -q --invalidation-mode unchecked-hash /opt/venv/lib /app

# hadolint ignore=DL3006
FROM ${BASE_IMAGE}
ARG VERSION=0.1.0
ARG REVISION=unknown
LABEL org.opencontainers.image.title="Botdeck" \
      org.opencontainers.image.description="A Telegram bot in production: its bot, its pages, its sandbox" \
      org.opencontainers.image.licenses="MIT" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}"

# The base compiles none of Python's own library, and a read-only root keeps nothing: every start would do it again.
# pip is no part of what runs.
RUN python3 -m compileall -q -x '(site|dist)-packages|idlelib|lib2to3|tkinter|turtledemo|ensurepip|pydoc_data' \
      "$(python3 -c 'import sysconfig; print(sysconfig.get_path("stdlib"))')" \
 && rm -rf "$(python3 -c 'import sysconfig; print(sysconfig.get_path("stdlib"))')/ensurepip" \
 && PIP_ROOT_USER_ACTION=ignore PIP_BREAK_SYSTEM_PACKAGES=1 python3 -m pip uninstall --quiet --yes setuptools wheel pip \
 && groupadd --gid 10001 botdeck \
 && useradd --uid 10001 --gid botdeck --no-create-home --home-dir /app/var --shell /usr/sbin/nologin botdeck \
 && install -d -o botdeck -g botdeck /app/var
COPY --from=build /opt/venv /opt/venv
COPY --from=build /app /app

# No .env is looked for. Inside a container 0.0.0.0 is the container's own network; what is published decides the engine.
ENV PATH=/opt/venv/bin:${PATH} \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    DJANGO_ENV_FILE="" \
    STATIC_DIR=/app/static \
    WEB_HOST=0.0.0.0 \
    WEBHOOK_HOST=0.0.0.0 \
    RELEASE=${VERSION}

WORKDIR /app
USER 10001:10001
VOLUME /app/var
EXPOSE 8000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=15s --timeout=10s --start-period=60s --retries=3 \
    CMD ["python3", "manage.py", "bothealth", "--container"]
ENTRYPOINT ["/app/deploy/start"]
CMD ["web"]
