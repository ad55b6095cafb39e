"""Where a connection leads: a url or settings, one clear sentence when it leads nowhere, and never a credential."""

from __future__ import annotations

import contextlib
import logging
import socket
import threading
import traceback
from pathlib import Path
from urllib.parse import quote

import pytest
from ktx_postgres.driver import PostgresDriver
from ktx_postgres.target import target_of

from ktx_runtime.api import Connection, OperationRefused

SECRET = "p:w/with@every#thing%"
"""The password of the fixture's roles."""


def connection(**settings: str) -> Connection:
    return Connection("warehouse", "postgres", Path("/project"), settings)


def by_password(place, /, **changed: str) -> dict[str, str]:
    plain = {"host": "127.0.0.1", "port": str(place.server.port), "database": place.name, "user": "app"}
    return {**plain, "password": SECRET, **changed}


def answers(settings: dict[str, str], sql: str = "SELECT current_user::text") -> object:
    with PostgresDriver().open(connection(**settings), connect_timeout_seconds=30) as session:
        return session.fetch(sql, max_rows=1, timeout_seconds=60).rows[0][0]


def refusal(settings: dict[str, str], *, seconds: float = 30) -> OperationRefused:
    with (
        pytest.raises(OperationRefused) as caught,
        PostgresDriver().open(connection(**settings), connect_timeout_seconds=seconds),
    ):
        pass
    assert caught.value.code == "connection-failed"
    shown = "".join(traceback.format_exception(caught.value))
    assert SECRET not in shown
    assert SECRET not in repr(caught.value.details)
    return caught.value


def test_settings_and_a_url_lead_to_the_same_place(database) -> None:
    url = f"postgresql://app:{quote(SECRET, safe='')}@127.0.0.1:{database.server.port}/{database.name}"
    assert answers(by_password(database)) == "app"
    assert answers({"url": url}) == "app"
    assert answers({"url": url.replace("postgresql:", "postgres:")}) == "app"
    assert answers({"url": url.replace("postgresql:", "postgresql+psycopg:")}) == "app"


def test_a_password_beside_the_url_is_taken(database) -> None:
    url = f"postgresql://app@127.0.0.1:{database.server.port}/{database.name}?connect_timeout=9"
    assert answers({"url": url, "password": SECRET}) == "app"


def test_a_wrong_password_is_refused_in_one_sentence(database) -> None:
    told = refusal(by_password(database, password="wrong"))
    place = f"127.0.0.1:{database.server.port}"
    assert told.message == f"cannot open connection 'warehouse': {place} does not know user app with these credentials"
    assert told.hint == "check user and password of the connection"


REFUSED = (
    ({"password": ""}, "wants a password for user app"),
    ({"user": "stranger"}, "does not know user stranger"),
    ({"user": "nobody"}, "does not let user nobody into database"),
    ({"user": "tlsonly", "sslmode": "disable"}, "from here without TLS"),
    ({"database": "nonsuch"}, "has no database nonsuch"),
    ({"host": "nonsuch.invalid"}, "there is no host of that name: nonsuch.invalid"),
    ({"sslmode": "nonsense"}, "a setting has a value that libpq does not know"),
    ({"sslmode": "verify-full", "sslrootcert": "nonsuch.pem"}, "a certificate file of the connection cannot be read"),
)


def test_what_is_wrong_is_named(database) -> None:
    for changed, said in REFUSED:
        told = refusal(by_password(database, **changed))
        assert said in told.message
        assert told.hint


def test_a_role_that_may_not_log_in_is_told(database) -> None:
    told = refusal({"host": str(database.server.home), "port": str(database.server.port), "user": "shut"})
    assert "user shut may not log in" in told.message


def test_a_port_where_nothing_listens_is_told(database) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = str(closed.getsockname()[1])
        told = refusal(by_password(database, port=port))
    assert told.message.endswith(f"nothing listens at 127.0.0.1:{port}")


def test_a_server_that_never_answers_costs_the_time_limit_and_no_more(database) -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        told = refusal(by_password(database, port=str(silent.getsockname()[1])), seconds=2)
    assert "did not answer within 2 seconds" in told.message


def test_a_server_of_another_kind_is_told(database) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()

        def greet() -> None:
            # Until the test is done, and whether or not the client stays to hear it.
            with contextlib.suppress(OSError):
                while True:
                    accepted, _ = other.accept()
                    with accepted:
                        accepted.recv(100)
                        accepted.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")

        greeting = threading.Thread(target=greet, daemon=True)
        greeting.start()
        told = refusal(by_password(database, port=str(other.getsockname()[1])))
        other.shutdown(socket.SHUT_RDWR)
        greeting.join(60)
    assert "is not PostgreSQL" in told.message


def test_tls_is_checked_against_the_authority_that_is_named(database) -> None:
    if not database.server.has_tls:
        pytest.skip("optional: openssl is missing, so the server has no certificate")
    certificate = str(database.server.home / "data" / "server.crt")
    strict = by_password(database, host="localhost", hostaddr="127.0.0.1", sslmode="verify-full")
    assert (
        answers({**strict, "sslrootcert": certificate}, "SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()")
        is True
    )
    assert "not signed by an authority" in refusal({**strict, "sslrootcert": "system"}).message
    elsewhere = {**strict, "host": "127.0.0.1", "sslrootcert": certificate}
    assert "made out to another host" in refusal(elsewhere).message


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"url": "postgresql://u:w/every@h/db"}, "its port is not a number"),
        ({"url": "postgresql://u:with@at@h/db"}, "more than one @"),
        ({"url": "postgresql://u:50%off@h/db"}, "its url cannot be read"),
        ({"url": "mysql://u:p@h/db"}, "does not begin with postgresql://"),
        ({"url": "postgresql://h/db?sslmod=require"}, "its url cannot be read"),
        ({"url": "postgresql://h/db?replication=true"}, "not for here: replication"),
        ({"url": "postgresql://h/db", "host": "other"}, "its url and its setting host say different things"),
        ({"host": "h", "pasword": SECRET}, "not known: pasword"),
        ({"host": "h", "port": "54x"}, "its port is not a number"),
    ],
)
def test_settings_that_cannot_be_meant_are_refused_without_being_repeated(settings: dict[str, str], said: str) -> None:
    with pytest.raises(OperationRefused) as caught:
        target_of(connection(**settings))
    assert said in caught.value.message
    assert caught.value.hint
    for value in ("every", "at@h", "50%off", "54x", SECRET):
        assert value not in caught.value.message


def test_nothing_shows_a_credential(database, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    settings = by_password(database)
    target = target_of(connection(**settings))
    with PostgresDriver().open(connection(**settings), connect_timeout_seconds=30) as session:
        session.fetch("SELECT 1", max_rows=1, timeout_seconds=60)
        shown = f"{target!r} {session!r} {connection(**settings)!r} {vars(session)!r}"
    refusal(by_password(database, database="nonsuch"))
    assert SECRET not in shown
    assert SECRET not in caplog.text


def test_certificate_files_count_from_the_project() -> None:
    target = target_of(connection(host="h", sslrootcert="ca.pem", sslcert="/etc/own.pem"))
    assert target.parameters["sslrootcert"] == str(Path("/project") / "ca.pem")
    assert target.parameters["sslcert"] == str(Path("/etc/own.pem"))
