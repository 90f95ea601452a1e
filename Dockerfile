# syntax=docker/dockerfile:1
# One image for code server, UI, daemon and simulator; docker-compose.yml says which is which. The embedded Postgres is
# not used in containers: set TRADEWIND_WAREHOUSE_URL.
ARG PYTHON_VERSION=3.13

FROM python:${PYTHON_VERSION}-slim AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_CACHE_DIR=/var/cache/pip
RUN python -m venv /opt/venv
WORKDIR /app
COPY requirements.lock ./
# bytecode is compiled here, once: it makes every start three times as fast
# the lock is complete: with --no-deps no pip looks beyond it
RUN --mount=type=cache,target=/var/cache/pip \
    /opt/venv/bin/pip install --quiet --compile --no-deps --require-hashes -r requirements.lock
COPY pyproject.toml README.md LICENSE ./
COPY pipelines pipelines
COPY simulator simulator
RUN /opt/venv/bin/pip install --quiet --no-deps --no-build-isolation --editable . \
    && /opt/venv/bin/pip check \
    && /opt/venv/bin/python -m compileall -q pipelines simulator

FROM python:${PYTHON_VERSION}-slim
RUN useradd --uid 10001 --create-home tradewind \
    && install -d -o tradewind -g tradewind /var/lib/tradewind /opt/dagster /opt/dagster/storage /config
COPY --from=build /opt/venv /opt/venv
COPY --from=build /app /app
WORKDIR /app
COPY --chown=tradewind:tradewind dbt_project dbt_project
COPY stores.example.yaml dagster.yaml workspace.yaml ./
COPY dagster.yaml /opt/dagster/
ENV PATH=/opt/venv/bin:$PATH PYTHONUNBUFFERED=1 \
    TRADEWIND_HOME=/var/lib/tradewind DAGSTER_HOME=/opt/dagster DAGSTER_DISABLE_TELEMETRY=yes
USER tradewind
# what dbt compiles is part of the image: a container that starts needs no dbt to know its models
RUN python -c "from pipelines.settings import get_settings; from pipelines.transformation.transform import ensure_manifest; ensure_manifest(get_settings())"
VOLUME /var/lib/tradewind
EXPOSE 3100 4000
HEALTHCHECK --interval=15s --timeout=10s --start-period=60s --retries=5 \
    CMD ["dagster", "api", "grpc-health-check", "-p", "4000"]
CMD ["dagster", "api", "grpc", "-h", "0.0.0.0", "-p", "4000", "-m", "pipelines.definitions"]
