"""An OpenID provider on loopback: discovery, authorization with PKCE, tokens, keys. It can be made to lie."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import ec

from tests.support.loopback import on_loopback

CLIENT, SECRET = "tradewind-at-home", "secret-of-the-client"


@dataclass
class Issuer:
    """claims: what it says of who logs in, beyond what it must. lies: what takes the place of right claims. key: signs.
    algorithm: as which."""

    url: str = ""
    claims: dict[str, Any] = field(default_factory=dict)
    lies: dict[str, Any] = field(default_factory=dict)
    key: Any = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    signs_with: Any = None
    algorithm: str = "ES256"
    asked: dict[str, dict[str, str]] = field(default_factory=dict)

    def authorize(self, query: dict[str, str]) -> str:
        """Where the browser goes: back, with a code."""
        code = secrets.token_hex(8)
        self.asked[code] = query
        return f"{query['redirect_uri']}?{urlencode({'code': code, 'state': query['state']})}"

    def token(self, form: dict[str, str], authorization: str) -> tuple[int, dict[str, Any]]:
        """What a code brings, once, for the client that it was made for and who began."""
        began = self.asked.pop(form.get("code", ""), None)
        basic = base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        if began is None or authorization != f"Basic {basic}" or began["code_challenge"] != challenge:
            return 400, {"error": "invalid_grant"}
        now = int(time.time())
        claims = {
            **{"iss": self.url, "aud": CLIENT, "sub": "ana-1", "iat": now, "exp": now + 300, "nonce": began["nonce"]},
            **self.claims,
            **self.lies,
        }
        signed = jwt.encode(claims, self.signs_with or self.key, self.algorithm, headers={"kid": "one"})
        return 200, {"access_token": "nothing", "token_type": "Bearer", "id_token": signed}

    def keys(self) -> dict[str, Any]:
        """Its public keys."""
        public = json.loads(jwt.algorithms.ECAlgorithm.to_jwk(self.key.public_key()))
        return {"keys": [{**public, "kid": "one", "use": "sig", "alg": "ES256"}]}

    def description(self) -> dict[str, Any]:
        """What it says of itself."""
        return {
            "issuer": self.url,
            "authorization_endpoint": f"{self.url}/authorize",
            "token_endpoint": f"{self.url}/token",
            "jwks_uri": f"{self.url}/keys",
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256", "ES256"],
        }


@contextmanager
def issuer() -> Iterator[Issuer]:
    """A provider on a free port of this machine."""
    one = Issuer()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            if parts.path == "/authorize":
                to = one.authorize({name: values[0] for name, values in parse_qs(parts.query).items()})
                self.send_response(302)
                self.send_header("Location", to)
                self.send_header("Content-Length", "0")
                self.end_headers()
                return
            known = {"/keys": one.keys, "/.well-known/openid-configuration": one.description}
            self._answer(200, known[parts.path]())

        def do_POST(self) -> None:
            form = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
            told = {name: values[0] for name, values in form.items()}
            self._answer(*one.token(told, self.headers.get("Authorization", "")))

        def _answer(self, status: int, content: dict[str, Any]) -> None:
            body = json.dumps(content).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    with on_loopback(Handler) as url:
        one.url = url
        yield one
