"""What is checked in works everywhere: it names no network host, no registry, no folder of a machine, and no secret."""

from __future__ import annotations

import ipaddress
import os
import re
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from scripts.release.git import tracked_files

CHECKOUT = Path(__file__).parents[2]

NAMES = {"www.w3.org", "www.apache.org", "yaml.org"}
"""Hosts in names of standards and in the licence: nobody is sent there."""

_HOST = re.compile(
    r"(?<![\w.@-])(?:[a-z0-9-]+\.)+(?:org|com|net|io|dev)(?![\w-])|(?<=://)(?:[a-z0-9-]+\.)+(?:internal|local|corp|lan)\b",
    re.IGNORECASE,
)
_OURS = re.compile(r"(?:\w+\.)*example\.(?:com|org|net)|(?:\w+)\.net", re.IGNORECASE)
"""Reserved for examples; and a measure called `net`."""
_ADDRESS = re.compile(r"(?<![\d.])\d{1,3}(?:\.\d{1,3}){3}(?![\d.])")
_HOME = re.compile(
    r"(?<![\w.$~])(?:/(?:home|Users)/|[A-Za-z]:\\{1,2}Users\\{1,2})(?P<name>\w+)|(?<![\w.$~])/root/(?!of/)[\w.]"
)
PEOPLE = {"a", "ann", "Ann", "someone"}
"""Who lives in examples."""
SECRETS = {
    "npm": r"npm_[A-Za-z0-9]{36}",
    "npmrc": r"_authToken=(?!none\b|[${])\S{6,}",
    "PyPI": r"pypi-[A-Za-z0-9_-]{50,}",
    "GitHub": r"gh[pousr]_[A-Za-z0-9]{36}|github_pat_\w{50,}",
    "AWS": r"\b(?:AKIA|ASIA)[A-Z0-9]{16}\b",
    "Google": r"\bAIza[\w-]{35}\b",
    "Slack": r"\bxox[abprs]-[\w-]{10,}",
    "an API": r"\bsk-[A-Za-z0-9_-]{32,}",
    "a private key": r"-----BEGIN [A-Z ]*PRIVATE KEY-----",
}


def texts() -> Iterator[tuple[str, str]]:
    """Every file that is checked in, with its name."""
    for file in tracked_files(CHECKOUT):
        if b"\0" not in (content := (CHECKOUT / file).read_bytes()):
            yield file.as_posix(), content.decode("utf-8")


@pytest.fixture(scope="module")
def files() -> dict[str, str]:
    found = dict(texts())
    assert len(found) > 400
    return found


def hosts(text: str) -> set[str]:
    return {found[0].lower() for found in _HOST.finditer(text) if not _OURS.fullmatch(found[0])} - NAMES


def addresses(text: str) -> set[str]:
    """Addresses of the public network: the private ones are those of examples and of this machine itself."""
    found = set()
    for match in _ADDRESS.finditer(text):
        try:
            address = ipaddress.ip_address(match[0])
        except ValueError:  # a number with leading zeros, a version of something
            continue
        if address.is_global:
            found.add(match[0])
    return found


def homes(text: str) -> set[str]:
    return {found[0] for found in _HOME.finditer(text) if found["name"] not in PEOPLE}


def secrets(text: str) -> set[str]:
    return {kind for kind, pattern in SECRETS.items() if re.search(pattern, text)}


HERE = "tests/repository/test_nothing_of_a_machine.py"
"""This file names what it looks for."""

ADDRESSES_IN_TESTS = {"npm/test/proxy.test.ts": {"110.1.2.3", "11.0.0.0"}}
"""Beside 10.0.0.0/8, which they must not be taken for."""


def test_no_host_of_a_network_is_named(files):
    assert {name: found for name, text in files.items() if name != HERE and (found := hosts(text))} == {}


def test_no_public_address_is_named(files):
    named = {name: addresses(text) - ADDRESSES_IN_TESTS.get(name, set()) for name, text in files.items()}
    assert {name: found for name, found in named.items() if name != HERE and found} == {}


def test_no_folder_of_somebodys_is_named(files):
    assert {name: found for name, text in files.items() if name != HERE and (found := homes(text))} == {}


def test_nothing_that_looks_like_a_secret_is_there(files):
    assert {name: found for name, text in files.items() if name != HERE and (found := secrets(text))} == {}


def test_nothing_of_the_machine_that_runs_this_is_named(files):
    """Its name, this folder, where its packages come from."""
    settings = re.compile(r"(?:PROXY|INDEX|INDEX_URL|REGISTRY|FIND_LINKS|CACHE_DIR|_CERT|CA_BUNDLE)$", re.IGNORECASE)
    ours = {value for name, value in os.environ.items() if settings.search(name) and len(value) > 8}
    ours = {value for value in ours if not value.startswith("/etc/")}  # where a system keeps its own
    ours |= {str(CHECKOUT), socket.gethostname() if len(socket.gethostname()) > 6 else str(CHECKOUT)}
    assert {name: found for name, text in files.items() if (found := {one for one in ours if one in text})} == {}


def test_locks_name_no_place_where_packages_come_from(files):
    locks = {name: text for name, text in files.items() if name.endswith((".lock", "package-lock.json"))}
    assert len(locks) >= 3
    assert [name for name, text in locks.items() if "://" in text or '"resolved"' in text] == []


@pytest.mark.parametrize(
    ("look", "text"),
    [
        (hosts, "fetch it from https://registry.somewhere.io/simple"),
        (hosts, "index = 'https://packages.somewhere.internal/simple'"),
        (addresses, "host: 8.8.4.4"),
        (homes, "open('/home/bob/data.csv')"),
        (homes, r'"C:\\Users\\bob\\data.csv"'),
        (homes, "cat /root/.npmrc"),
        (secrets, "//127.0.0.1:4873/:_authToken=abcdef123456"),
        (secrets, "-----BEGIN RSA " + "PRIVATE KEY-----"),
        (secrets, "AKIA" + "ABCDEFGHIJKLMNOP"),
    ],
)
def test_each_of_these_would_be_noticed(look, text):
    assert look(text)
