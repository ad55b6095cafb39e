"""What every operation promises."""

from __future__ import annotations

import os
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor

from ktx_runtime.registry import load_catalogue
from ktx_runtime.testing.caller import Caller, HttpCaller, OneShotCaller, Refusal

AT_ONCE = 4


class OperationConformance:
    """Inherit, and say which operation is meant, with a request that it takes:

        class TestGreet(OperationConformance):
            operation = "hello-greet"
            request_taken = {"who": "world"}

    `request_refused` is one that it turns down, where there is one.
    """

    operation: str
    request_taken: Mapping[str, object]
    request_refused: Mapping[str, object] | None = None

    def test_it_answers(self, ktx_caller: Caller) -> None:
        """The request is taken, one-shot and over HTTP."""
        assert isinstance(ktx_caller.operation(self.operation, self.request_taken), dict)

    def test_both_ways_give_one_answer(self, ktx_one_shot: OneShotCaller, ktx_http: HttpCaller) -> None:
        """Where it runs makes no difference."""
        answers = [caller.operation(self.operation, self.request_taken) for caller in (ktx_one_shot, ktx_http)]
        assert answers[0] == answers[1]

    def test_many_at_once_give_one_answer(self, ktx_http: HttpCaller) -> None:
        """Its handler runs in several threads of one process."""
        with ThreadPoolExecutor(AT_ONCE) as pool:
            calls = [pool.submit(ktx_http.operation, self.operation, self.request_taken) for _ in range(AT_ONCE)]
        answers = [call.result() for call in calls]
        assert all(answer == answers[0] for answer in answers)

    def test_what_it_refuses_is_refused_with_a_code(self, ktx_caller: Caller) -> None:
        """A refusal is `OperationRefused`, not a defect, and says the same both ways."""
        if self.request_refused is not None:
            refused = ktx_caller.refusal(self.operation, self.request_refused)
            assert refused.code, refused
            assert refused.message, refused

    def test_what_is_no_request_is_no_defect(self, ktx_caller: Caller) -> None:
        """Anything but an object is refused; an object of another shape is refused or taken, and never a crash."""
        no_objects: tuple[object, ...] = ([], "text", 1, None)
        for nonsense in no_objects:
            assert ktx_caller.refusal(self.operation, nonsense).code == "invalid-json"
        answer = ktx_caller.ask(self.operation, {"\u0000": [{}], "no-such-key": None})
        assert isinstance(answer, Refusal | dict)

    def test_its_path_answers_posts_only_with_the_token(self, ktx_http: HttpCaller) -> None:
        """The route follows from the declaration."""
        _, operation = load_catalogue(dict(os.environ)).operations()[self.operation]
        assert ktx_http.post(operation.path, dict(self.request_taken)).status == 200  # noqa: PLR2004 - HTTP's OK
