"""Who may ask: the right Host, no foreign Origin, the token."""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from ktx_daemon.http.answers import Answer, Scope, error_answer

LOOPBACK_NAMES = frozenset({"127.0.0.1", "localhost", "::1"})


@dataclass(frozen=True, slots=True)
class Guard:
    """`port` is the one that the daemon listens on; `names` are the hosts that it may be addressed by.

    Without a token (a daemon started by hand) whoever reaches the port may ask, but no web page may: a page's
    request carries a foreign Origin, and a name that was rebound to this address comes with a foreign Host.
    """

    port: int
    token: str | None
    names: frozenset[str] = LOOPBACK_NAMES

    def refusal(self, scope: Scope, headers: Mapping[str, str], *, needs_token: bool) -> Answer | None:
        """None when the request may go on."""
        if not self._is_here(headers.get("host", "")):
            return error_answer(403, "foreign-host", "the Host header names another server than this one")
        origin = headers.get("origin")
        if origin is not None and not self._is_own_origin(origin):
            return error_answer(403, "foreign-origin", "requests from web pages are refused")
        if scope["query_string"] and b"token" in scope["query_string"].lower():
            return error_answer(
                401, "token-in-url", "a token in the address is refused", hint="send it as: Authorization: Bearer …"
            )
        if needs_token and self.token is not None and not self._knows_token(headers.get("authorization", "")):
            return error_answer(
                401, "unauthorized", "the token is missing or wrong", hint="send it as: Authorization: Bearer …"
            )
        return None

    def _is_here(self, host: str) -> bool:
        try:
            parts = urlsplit(f"//{host}")
            return parts.hostname in self.names and parts.port in {self.port, None} and parts.username is None
        except ValueError:
            return False

    def _is_own_origin(self, origin: str) -> bool:
        try:
            parts = urlsplit(origin)
            return parts.scheme == "http" and parts.hostname in self.names and parts.port == self.port
        except ValueError:
            return False

    def _knows_token(self, authorization: str) -> bool:
        scheme, _, given = authorization.partition(" ")
        if self.token is None or scheme.lower() != "bearer":
            return False
        return hmac.compare_digest(given.strip().encode("utf-8", "replace"), self.token.encode())
