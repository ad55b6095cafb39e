"""`describe`: every plugin of an environment is a row, whatever it does."""

from __future__ import annotations

import textwrap
from collections.abc import Callable

import pytest

from ktx_runtime.registry import Catalogue, PluginState
from tests.support.environments import PluginEnvironment

OURS = ["core", "embeddings", "embeddings-parquet", "local-embeddings"]


def states(catalogue: Catalogue) -> dict[str, PluginState]:
    return {row.plugin.name: row.state for row in catalogue.plugins}


def reason(catalogue: Catalogue, plugin: str) -> str:
    found = next(row.reason for row in catalogue.plugins if row.plugin.name == plugin)
    assert found is not None
    return found


def feature_names(catalogue: Catalogue) -> list[str]:
    return [entry.feature.name for entry in catalogue.features]


def test_our_own_features_are_found_through_entry_points_like_anybodys(environment: PluginEnvironment) -> None:
    catalogue = environment.describe()
    assert feature_names(catalogue) == OURS
    assert {entry.plugin.distribution for entry in catalogue.features} == {"kaelio-ktx"}


def test_a_strangers_feature_comes_after_ours_with_its_distribution(
    environment: PluginEnvironment, hello: Callable[..., str]
) -> None:
    environment.add("acme-hello", hello(), version="2.5")
    catalogue = environment.describe()
    assert feature_names(catalogue) == [*OURS, "hello"]
    entry = catalogue.feature("hello")
    assert entry is not None
    assert (entry.plugin.distribution, entry.plugin.version) == ("acme-hello", "2.5")
    assert catalogue.operations()["say-hello"][1].path == "/say-hello"


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("raise RuntimeError('no good')", "RuntimeError: no good"),
        ("import sys; sys.exit(7)", "sys.exit(7)"),
        ("import os; os._exit(0)", "without an answer"),
        ("import os, signal; os.kill(os.getpid(), signal.SIGSEGV)", "signal 11"),
        ("import no_such_module", "no_such_module"),
        ("raise KeyboardInterrupt", "without an answer"),
        ("import os; os.closerange(0, 256); os._exit(9)", "ended with 9"),
        ("import os, pathlib; [file.unlink() for file in pathlib.Path().iterdir()]; os.rmdir(os.getcwd())", "answer"),
        (
            "from ktx_runtime.api import*\n@hookimpl\ndef ktx_features():\n yield Feature(name='a', summary='x'*2**25)",
            "larger than 16 MB",
        ),
        (
            "import sys\nfrom ktx_runtime.api import hookimpl\n@hookimpl\ndef ktx_features(): yield sys.exit(5)",
            "sys.exit(5)",
        ),
        ("def broken(:", "SyntaxError"),
        (
            "from ktx_runtime.api import hookimpl\n@hookimpl\ndef ktx_features(): return ['hello']",
            "returned str where Feature is wanted",
        ),
        ("from ktx_runtime.api import hookimpl\n@hookimpl\ndef ktx_features(): return 7", "TypeError"),
        (
            "from ktx_runtime.api import Feature, hookimpl as h\n@h\ndef ktx_features():\n yield Feature(name='A B')",
            "ValidationError",
        ),
        ("from ktx_runtime.api import hookimpl\n@hookimpl\ndef ktx_features(nonsense): return []", "nonsense"),
        ("from ktx_runtime.api import hookimpl\n@hookimpl\ndef ktx_no_such_hook(): return []", "ktx_no_such_hook"),
        (
            "from ktx_runtime.api import hookimpl\n@hookimpl\ndef ktx_features():\n yield from ()\n raise SystemExit",
            "sys.exit",
        ),
    ],
)
def test_a_broken_plugin_is_a_row_with_its_reason_and_stops_nobody(
    environment: PluginEnvironment, hello: Callable[..., str], code: str, said: str
) -> None:
    environment.add("acme-broken", code)
    environment.add("acme-hello", hello())
    catalogue = environment.describe()
    assert states(catalogue)["acme-broken"] is PluginState.BROKEN
    assert said in reason(catalogue, "acme-broken")
    assert feature_names(catalogue) == [*OURS, "hello"]


def test_what_a_plugin_prints_does_not_reach_the_catalogue(
    environment: PluginEnvironment, hello: Callable[..., str]
) -> None:
    environment.add("acme-loud", "import os\nprint('{\"loud\": 1}')\nos.write(1, b'raw')\n" + dedented(hello()))
    assert states(environment.describe())["acme-loud"] is PluginState.OK


@pytest.mark.parametrize(
    "code",
    [
        "import os, sys\nos.closerange(0, 3)\nsys.stdout = sys.stderr = None",
        "import os, time\nif os.fork() == 0:\n time.sleep(1)\n os._exit(0)",
        "import os\nos.chdir('/')\nos.umask(0o777)",
        "import sys, warnings\nwarnings.simplefilter('error')\nsys.setrecursionlimit(200)\nsys.excepthook = None",
        "import signal\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)",
        "import threading\nthreading.Thread(target=lambda: None).start()",
        "import atexit, os\natexit.register(lambda: os._exit(3))",
    ],
    ids=[
        "closes its streams",
        "forks",
        "changes directory and umask",
        "sets traps",
        "ignores",
        "threads",
        "exits late",
    ],
)
def test_a_plugin_of_bad_manners_that_declares_something_sound_is_heard(
    environment: PluginEnvironment, hello: Callable[..., str], code: str
) -> None:
    environment.add("acme-rude", f"{code}\n{dedented(hello())}")
    catalogue = environment.describe()
    assert states(catalogue)["acme-rude"] is PluginState.OK, catalogue.plugins
    assert feature_names(catalogue) == [*OURS, "hello"]


def test_a_hanging_plugin_is_given_up(environment: PluginEnvironment, hello: Callable[..., str]) -> None:
    patched = "import ktx_runtime.registry.isolated as i; i.TIMEOUT_SECONDS = 6.0"
    site_packages = next(environment.directory.glob("lib/python*/site-packages"))
    (site_packages / "sooner.pth").write_text(patched + "\n")
    environment.add("acme-hangs", "import time; time.sleep(600)")
    environment.add("acme-hello", hello())
    catalogue = environment.describe()
    assert "did not answer within 6 s" in reason(catalogue, "acme-hangs")
    assert "hello" in feature_names(catalogue)


def test_a_name_that_is_taken_is_refused_and_both_sides_are_named(
    environment: PluginEnvironment, hello: Callable[..., str]
) -> None:
    environment.add("acme-hello", hello(), version="1.1")
    environment.add("bcme-hello", hello(feature="other"), version="3.0")
    catalogue = environment.describe()
    assert states(catalogue)["bcme-hello"] is PluginState.CONFLICT
    said = reason(catalogue, "bcme-hello")
    assert "operation say-hello" in said
    assert "acme-hello 1.1" in said
    assert "bcme-hello 3.0" in said
    assert "other" not in feature_names(catalogue)


def test_a_stranger_cannot_take_the_name_of_one_of_ours(
    environment: PluginEnvironment, hello: Callable[..., str]
) -> None:
    environment.add("aaa-first", hello(feature="core"))
    catalogue = environment.describe()
    assert states(catalogue)["aaa-first"] is PluginState.CONFLICT
    core = catalogue.feature("core")
    assert core is not None
    assert core.plugin.distribution == "kaelio-ktx"


def test_another_api_version_is_refused_by_number(environment: PluginEnvironment, hello: Callable[..., str]) -> None:
    environment.add("acme-future", hello().replace("ktx_api_version = 1", "ktx_api_version = 99"))
    catalogue = environment.describe()
    assert states(catalogue)["acme-future"] is PluginState.API_MISMATCH
    assert "99" in reason(catalogue, "acme-future")


@pytest.mark.parametrize("blocked", ["1", "all", "acme-hello", "something,acme-hello"])
def test_a_blocked_plugin_is_not_imported(
    environment: PluginEnvironment, hello: Callable[..., str], blocked: str
) -> None:
    witness = environment.directory / "imported"
    environment.add("acme-hello", f"open({str(witness)!r}, 'w').close()\n" + dedented(hello()))
    catalogue = environment.describe(KTX_RUNTIME_NO_PLUGINS=blocked)
    assert states(catalogue)["acme-hello"] is PluginState.BLOCKED
    assert not witness.exists()
    assert feature_names(catalogue) == OURS


def test_a_plugin_can_add_to_a_feature_of_a_later_one(
    environment: PluginEnvironment, hello: Callable[..., str]
) -> None:
    environment.add(
        "acme-adds",
        """
        from ktx_runtime.api import Command, Feature, SmokeCheck, hookimpl

        @hookimpl
        def ktx_features():
            return [Feature(name="early", summary="comes first")]

        @hookimpl
        def ktx_commands(feature):
            if feature.name == "hello":
                yield Command(name="hello", summary="greets", handler="acme_adds:run")

        @hookimpl
        def ktx_smoke_checks(feature):
            if feature.name == "hello":
                yield SmokeCheck(name="greets", summary="greets", check="acme_adds:check")
        """,
    )
    environment.add("zcme-hello", hello())
    entry = environment.describe().feature("hello")
    assert entry is not None
    assert [command.name for command in entry.feature.commands] == ["hello"]
    assert [check.name for check in entry.feature.smoke_checks] == ["greets"]


def test_the_same_environment_gives_the_same_bytes(environment: PluginEnvironment, hello: Callable[..., str]) -> None:
    for letter in "cab":
        environment.add(f"{letter}-hello", hello(feature=f"{letter}-hello", operation=f"{letter}-say"))
    first = environment.describe()
    assert first.model_dump_json() == environment.describe().model_dump_json()
    assert feature_names(first) == [*OURS, "a-hello", "b-hello", "c-hello"]


def dedented(code: str) -> str:
    return textwrap.dedent(code)
