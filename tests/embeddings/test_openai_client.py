"""OpenAI's own Python client against `/v1/embeddings`: nothing but its address and key are ours."""

from __future__ import annotations

import base64
import json
import subprocess
import sys

import numpy as np

from tests.embeddings.server import unit
from tests.embeddings.test_http import Served, served  # noqa: F401 - a fixture
from tests.npm.package import UV

CLIENT = """
import json, sys
from openai import BadRequestError, OpenAI
client = OpenAI(base_url=sys.argv[1], api_key=sys.argv[2], max_retries=0)
told = {"vectors": {}}
for encoding in ("unsaid", "float", "base64"):
    more = {} if encoding == "unsaid" else {"encoding_format": encoding}
    answer = client.embeddings.create(model="text-embedding-3-small", input=["one", "two"], **more)
    told["vectors"][encoding] = [row.embedding for row in answer.data]
try:
    client.embeddings.create(model="m", input=["one", " "])
except BadRequestError as error:
    told["refused"] = error.body["code"]
print(json.dumps(told))
"""


def test_openais_client_gets_vectors_in_each_encoding_and_our_reasons(served: Served) -> None:  # noqa: F811
    url = f"http://127.0.0.1:{served.client.record.port}/v1"
    command = [UV, "run", "--quiet", "--no-project", "--python", sys.executable, "--with", "openai>=2", "python", "-c"]
    done = subprocess.run(
        [*command, CLIENT, url, served.client.record.token], capture_output=True, text=True, timeout=300, check=False
    )
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    wanted = [unit("one"), unit("two")]
    for encoding in ("unsaid", "float"):
        np.testing.assert_allclose(told["vectors"][encoding], wanted, atol=1e-6)
    # Who asks for base64 by name gets it as it is; unasked, the client asks for it and takes it apart.
    decoded = [np.frombuffer(base64.b64decode(vector), "<f4") for vector in told["vectors"]["base64"]]
    np.testing.assert_allclose(decoded, wanted, atol=1e-6)
    assert told["refused"] == "blank-text"
