"""The launcher's types of Python's files and answers are those of the published schemas."""

import json
import subprocess

from tests.npm.package import CHECKOUT, NODE


def test_the_types_in_the_launchers_sources_are_what_the_schemas_say():
    argv = [str(NODE), "scripts/schema-types.mjs", "--check"]
    done = subprocess.run(argv, cwd=CHECKOUT / "npm", capture_output=True, text=True, check=False, timeout=120)
    assert (done.returncode, done.stderr) == (0, "")


def test_status_without_a_runtime_has_every_key_of_the_published_schema(launcher):
    schema = json.loads(
        (CHECKOUT / "docs" / "reference" / "schemas" / "answers" / "runtime-status.json").read_text("utf-8")
    )
    answer = json.loads(launcher.run("runtime", "status", "--json").stdout)
    assert sorted(answer) == sorted(schema["properties"])
