"""Settings of the network: can they be right? Nothing is sent anywhere."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

from ktx_runtime.api import plain_text
from ktx_runtime.cli.doctor.check import Check, Status, passed
from ktx_runtime.install.host import Host

PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy")
CERTIFICATES = ("SSL_CERT_FILE", "SSL_CERT_DIR", "PIP_CERT")
SCHEMES = {"http", "https", "socks5", "socks5h"}


def check_network_settings(host: Host) -> Check:
    """Are proxies addresses, and certificates where they are said to be?"""
    settings = host.environment
    for name in PROXIES:
        value = settings.get(name)
        if value and urlsplit(value if "//" in value else f"//{value}").scheme not in SCHEMES | {""}:
            return Check(
                "network", Status.FAIL, f"{name} is no address of a proxy: {plain_text(value)}", f"unset {name}"
            )
    for name in CERTIFICATES:
        value = settings.get(name)
        missing = [part for part in (value or "").split(":") if part and not Path(part).exists()]
        if missing:
            return Check("network", Status.FAIL, f"{name} names what is not there: {missing[0]}", f"unset {name}")
    named = [name for name in (*PROXIES, *CERTIFICATES) if settings.get(name)]
    return passed("network", f"set: {', '.join(named)}" if named else "no proxy and no certificates are set")
