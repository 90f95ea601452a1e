"""Secrets that are kept in AWS Secrets Manager: `secretsmanager:<name or ARN>[#<key>]` where else a secret would stand.

With a key, the stored secret is a JSON object and the key's value is taken, as the console stores pairs. Each is asked
for once in a process. Which settings may be such references is decided in `settings.py`. Values are never logged.
"""

from __future__ import annotations

import functools
import json
import os
from typing import Any

from pipelines.errors import ConfigError

PREFIX = "secretsmanager:"


def is_reference(text: str | None) -> bool:
    """Whether a text names a secret of Secrets Manager."""
    return bool(text) and str(text).startswith(PREFIX)


@functools.lru_cache(maxsize=1024)
def resolve(reference: str) -> str:
    """The secret that a reference names. Raises ConfigError with what is wrong, and never with a secret."""
    name, _, key = reference.removeprefix(PREFIX).partition("#")
    if not name:
        raise ConfigError(f"{reference!r} names no secret: write {PREFIX}<name or ARN>[#<key>].")
    kept = _stored(name)
    if not key:
        return kept
    try:
        value = json.loads(kept)[key]
    except (ValueError, KeyError, TypeError):
        raise ConfigError(
            f"The secret {name} of AWS Secrets Manager has no key {key!r}: store it as pairs of keys and values, or "
            "leave the key out."
        ) from None
    return str(value)


@functools.lru_cache(maxsize=1024)
def _stored(name: str) -> str:
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        answer = _client(name).get_secret_value(SecretId=name)
    except (BotoCoreError, ClientError, ValueError) as error:
        said = " ".join(str(error).split())[:200].rstrip(".")
        raise ConfigError(
            f"The secret {name} cannot be had from AWS Secrets Manager ({type(error).__name__}: {said}). Check its "
            "name, the region (AWS_REGION) and that the credentials that boto3 finds may secretsmanager:GetSecretValue."
        ) from None
    kept = answer.get("SecretString")
    if not kept:
        raise ConfigError(f"The secret {name} of AWS Secrets Manager is no text. Store it as text or as pairs.")
    return str(kept)


def _client(name: str) -> Any:
    """The client of the region that an ARN names. Raises what boto3 raises where there is none."""
    import boto3
    from botocore.config import Config

    region = name.split(":")[3] if name.startswith("arn:") and name.count(":") >= 6 else None
    config = Config(connect_timeout=5, read_timeout=15, retries={"mode": "standard", "max_attempts": 3})
    return boto3.session.Session().client(
        "secretsmanager", region_name=region or os.environ.get("AWS_REGION"), config=config
    )


def replace(reference: str, value: str) -> None:
    """Put another value where a reference leads to: the whole secret, or its key, beside which the others stay.

    Raises ConfigError with what is wrong, and never with a secret.
    """
    name, _, key = reference.removeprefix(PREFIX).partition("#")
    content = json.dumps({**json.loads(_stored(name)), key: value}) if key else value
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        _client(name).put_secret_value(SecretId=name, SecretString=content)
    except (BotoCoreError, ClientError, ValueError) as error:
        raise ConfigError(
            f"The secret {name} cannot be changed in AWS Secrets Manager ({type(error).__name__}). The credentials "
            "that boto3 finds need secretsmanager:PutSecretValue on it."
        ) from None
    _stored.cache_clear()
    resolve.cache_clear()
