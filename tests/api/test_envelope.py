"""The envelope of `--json`: a contract."""

from __future__ import annotations

import json

import pytest

from ktx_runtime.api import KtxError, failure_envelope, failure_text, success_envelope


def test_an_answers_keys_stand_beside_the_envelopes():
    assert json.loads(success_envelope("sl list", {"sources": []})) == {
        "schemaVersion": 1,
        "command": "sl list",
        "ok": True,
        "sources": [],
    }


def test_an_answer_cannot_replace_the_envelopes_keys():
    with pytest.raises(ValueError, match="ok"):
        success_envelope("x", {"ok": 1})


def test_a_failure_has_code_message_hint_and_details():
    error = KtxError("went \x1b[1mwrong: url=x://a:b@c", code="it-went", hint="do this", details={"near": ["a"]})
    assert json.loads(failure_envelope("x", error))["error"] == {
        "code": "it-went",
        "message": "went wrong: url=x://***@c",
        "hint": "do this",
        "details": {"near": ["a"]},
    }
    assert failure_text(error) == "error: went wrong: url=x://***@c\nhint: do this\n"
