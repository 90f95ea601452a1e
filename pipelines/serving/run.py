"""Starts the server: settings and warehouse are opened first, so that what is wrong is told in a sentence."""

from __future__ import annotations

import socket

import uvicorn
from fastapi import FastAPI

from pipelines.errors import ConfigError
from pipelines.serving.app import build_app
from pipelines.serving.tending import Current
from pipelines.settings import Settings
from pipelines.warehouse.connection import open_warehouse

STOP_SECONDS = 5


def serve(settings: Settings, *, host: str, port: int) -> None:
    """Serve until SIGINT or SIGTERM.

    Raises ConfigError where webhooks.yaml is wrong or the port is in use, WarehouseError like `open_warehouse`.
    """
    current = Current(settings, open_warehouse(settings))
    current.look()
    with _listening(host, port) as listening:
        uvicorn.Server(config_of(build_app(current), settings)).run(sockets=[listening])


def config_of(app: FastAPI, settings: Settings) -> uvicorn.Config:
    """How the server runs, wherever it listens."""
    return uvicorn.Config(
        app,
        log_config=None,  # as everywhere: warnings, with secrets masked
        access_log=False,
        server_header=False,
        forwarded_allow_ips=settings.serve_proxies,
        limit_concurrency=1000,
        timeout_keep_alive=10,
        timeout_graceful_shutdown=STOP_SECONDS,
    )


def _listening(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
    except OSError as error:
        listening.close()
        raise ConfigError(
            f"Nothing can be served at port {port} of {host}: {error.strerror}. Choose another --port or --host."
        ) from None
    return listening
