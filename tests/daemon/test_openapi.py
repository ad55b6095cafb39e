"""The OpenAPI document is true: generated requests are answered as it says, whatever they hold."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import ignored_auth, missing_required_header, positive_data_acceptance

from ktx_core.operations import OPERATIONS
from ktx_embeddings.operations import OPERATIONS as EMBEDDING_OPERATIONS
from ktx_runtime.daemon.client import get_health
from ktx_runtime.daemon.supervisor import DaemonPaths, stop_running
from tests.daemon.client import Client
from tests.daemon.conftest import Daemons
from tests.support.environments import make_plugin_environment


@pytest.fixture(scope="module")
def core_only(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    directory = tmp_path_factory.mktemp("core only")
    daemons = Daemons(make_plugin_environment(directory), DaemonPaths(directory / "d", directory / "d" / "logs"))
    daemons.wanted = type(daemons.wanted)("0.1.0", "", frozenset({"core"}))
    yield Client(daemons.ensure().record)
    stop_running(daemons.paths, now=str)


@pytest.fixture(scope="module")
def api(core_only: Client) -> schemathesis.BaseSchema:
    document = core_only.ask("/openapi.json", method="GET").body
    found = schemathesis.openapi.from_dict(document)
    found.config.update(base_url=f"http://127.0.0.1:{core_only.record.port}")
    return found


PATHS = [operation.path for operation in (*OPERATIONS, *EMBEDDING_OPERATIONS) if "daemon" in operation.modes]


@pytest.mark.parametrize("path", PATHS)
def test_generated_requests_are_answered_as_documented(
    api: schemathesis.BaseSchema, core_only: Client, path: str
) -> None:
    headers = {"Authorization": f"Bearer {core_only.record.token}"}

    @given(case=api[path]["POST"].as_strategy())
    @settings(
        max_examples=15,
        derandomize=True,
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large],
    )
    def ask(case: schemathesis.Case) -> None:
        response = case.call(headers=headers, timeout=60)
        # A request of the right shape may still be refused (400), or want a driver that is not installed (501).
        assert response.status_code in {200, 400, 422, 501}, response.text
        case.validate_response(
            response,
            excluded_checks=[ignored_auth, missing_required_header, not_a_server_error, positive_data_acceptance],
        )

    ask()
    assert get_health(core_only.record, timeout_seconds=60).status == 200


def test_every_operation_that_can_be_imported_is_in_the_document(core_only: Client) -> None:
    documented = set(core_only.ask("/openapi.json", method="GET").body["paths"])
    assert documented == {"/health", *PATHS}
