"""The profile by which a plain `dbt` finds the warehouse: `<home>/dbt/profiles.yml`, written at each build.

Builds of ours do not read it. They tell dbt where the warehouse is by environment variables (transform.py), so that a
container needs no file with a password. The embedded Postgres keeps its port and password, so that the profile stays
right between builds. How it is used is in docs/dbt.md.
"""

from __future__ import annotations

import os
from pathlib import Path

import yaml
from psycopg.conninfo import conninfo_to_dict

from pipelines.settings import Settings

FILE = "profiles.yml"
_THREADS = 4
_HEADER = (
    "# Written by tradewind at each build, for `dbt --profiles-dir` of this folder. It has the warehouse's password.\n"
)


def folder(settings: Settings) -> Path:
    """What `dbt --profiles-dir` is told."""
    return settings.home / "dbt"


def write_profile(settings: Settings, url: str) -> Path:
    """Write the profile of the warehouse at `url`, for nobody but this user to read; returns its path.

    A file that is right already stays as it is. Raises OSError.
    """
    known = conninfo_to_dict(url)
    output = {
        "type": "postgres",
        "host": str(known.get("host") or "127.0.0.1"),
        "port": int(known.get("port") or 5432),
        "user": str(known.get("user") or ""),
        "password": str(known.get("password") or ""),
        "dbname": str(known.get("dbname") or ""),
        "schema": "marts",
        "threads": _THREADS,
        "connect_timeout": 10,
    }
    output |= {key: str(known[key]) for key in ("sslmode", "sslrootcert") if known.get(key)}
    profile = {"tradewind": {"target": "warehouse", "outputs": {"warehouse": output}}}
    text = _HEADER + yaml.safe_dump(profile, sort_keys=False)
    path = folder(settings) / FILE
    if not path.exists() or path.read_text(encoding="utf-8") != text:
        path.parent.mkdir(parents=True, exist_ok=True)
        new = path.with_name(f"{FILE}.{os.getpid()}")
        new.touch(mode=0o600)
        new.write_text(text, encoding="utf-8")
        new.replace(path)
    return path
