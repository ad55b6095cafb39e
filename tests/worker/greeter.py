"""A feature for the tests of the host: operations and commands that do all that a host must stand."""

import atexit
import importlib
import os
import threading
import time

from pydantic import BaseModel, ConfigDict

from ktx_runtime.api import (
    Command,
    CommandParser,
    Feature,
    InputRequired,
    Mode,
    Operation,
    OperationRefused,
    hookimpl,
)


class GreetRequest(BaseModel):
    model_config = ConfigDict(extra="forbid")

    name: str
    times: int = 1


class GreetResponse(BaseModel):
    greeting: str
    title: str | None = None
    weight: float = 1.0


def greet(request, context):
    return GreetResponse(greeting=" ".join([f"hello {request.name}"] * request.times))


def environment_of(request, context):
    return GreetResponse(
        greeting=f"{context.environment['WHO']} in {context.working_directory.name}", weight=float("nan")
    )


def refuse(request, context):
    raise OperationRefused(
        f"no \x1b[31mgreeting\x1b[0m for postgres://ann:{request.name}@db/shop",
        code="not-greeted",
        hint="greet somebody else",
    )


def crash(request, context):
    raise RuntimeError(f"cannot greet with password={request.name}")


def need_requirement(request, context):
    importlib.import_module("a_package_that_nobody_has")


def interrupt(request, context):
    raise KeyboardInterrupt


def spin(request, context):
    while True:
        pass


def wait_in_the_system(request, context):
    reading, _ = os.pipe()
    os.read(reading, 1)


def query(request, context):
    endless_query(context.interruption)


def query_command(invocation):
    invocation.stderr.write("begun\n")
    invocation.stderr.flush()
    endless_query(invocation.interruption)


def endless_query(interruption):
    """DuckDB computes this for hours, and comes back to Python only when it is told to."""
    duckdb = importlib.import_module("duckdb")
    with duckdb.connect() as connection, interruption.calling(connection.interrupt):
        connection.execute("SELECT count(*) FROM range(100000000000) r(i) WHERE hash(i) % 7 = 3").fetchall()


def hello(invocation):
    parser = CommandParser(
        invocation, "hello", summary="greet somebody", examples=[("hello Ann --loud", "Greet loudly:")]
    )
    parser.add_argument("name", help="whom to greet")
    parser.add_argument("--loud", action="store_true", help="in capital letters")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.set_defaults(run=say_hello)
    return parser.dispatch()


def say_hello(invocation, options):
    text = f"hello {options.name}"
    invocation.stdout.write((text.upper() if options.loud else text) + "\n")
    return 0


def surroundings(invocation):
    invocation.stdout.write(
        f"{invocation.program} {invocation.working_directory.name} {invocation.terminal.width} "
        f"{invocation.terminal.stdout_is_terminal} {invocation.terminal.color} {invocation.environment['WHO']}\n"
    )
    return 0


def in_turn(invocation):
    invocation.stdout.write("one\n")
    invocation.stderr.write("two\n")
    invocation.stdout.write("three\n")
    print("four", file=invocation.stderr)
    return 0


def ask(invocation):
    raise InputRequired("a name is needed", code="name-needed", hint="run: ktx hello NAME")


def fail(invocation):
    raise RuntimeError("token: abcdef")


def flood(invocation):
    while True:
        invocation.stdout.write("x" * 60 + "\n")


def answer_number(invocation):
    return 42


def leave_late(invocation):
    def work():
        time.sleep(0.2)
        (invocation.working_directory / "thread").touch()

    threading.Thread(target=work).start()
    atexit.register((invocation.working_directory / "at-exit").touch)
    invocation.stdout.write("left by hand\n")
    return 7


not_callable = "a text"

HERE = "greeter"


def _operation(name, handler, **more):
    return Operation(
        name=name,
        path=f"/greeter/{name}",
        summary=f"{name} somebody",
        request=f"{HERE}:GreetRequest",
        response=f"{HERE}:GreetResponse",
        handler=handler if ":" in handler else f"{HERE}:{handler}",
        **more,
    )


def _command(name, handler):
    return Command(name=name, summary=name, handler=handler if ":" in handler else f"{HERE}:{handler}")


GREETER = Feature(
    name="greeter",
    summary="greets",
    operations=(
        _operation("greet", "greet", max_body_bytes=200),
        _operation("environment", "environment_of"),
        _operation("refuse", "refuse"),
        _operation("stay", "greet", modes=(Mode.DAEMON,)),
        _operation("crash", "crash"),
        _operation("need-requirement", "need_requirement"),
        _operation("interrupt", "interrupt"),
        _operation("spin", "spin", timeout_seconds=0.5),
        _operation("wait", "wait_in_the_system", timeout_seconds=0.5),
        _operation("query", "query", timeout_seconds=0.5),
        _operation("endless-query", "query"),
        _operation("absent-code", f"{HERE}:nothing"),
        _operation("absent-module", f"{HERE}.nothing:nothing"),
        _operation("absent-package", "a_package_that_nobody_has:handler"),
        _operation("not-callable", "not_callable"),
    ),
    commands=(
        _command("hello", "hello"),
        _command("surroundings", "surroundings"),
        _command("in-turn", "in_turn"),
        _command("ask name", "ask"),
        _command("ask", "answer_number"),
        _command("fail", "fail"),
        _command("flood", "flood"),
        _command("leave-late", "leave_late"),
        _command("absent", f"{HERE}:nothing"),
        _command("absent-package", "a_package_that_nobody_has:run"),
        _command("interrupt", "interrupt_command"),
        _command("query", "query_command"),
    ),
)


def interrupt_command(invocation):
    raise KeyboardInterrupt


@hookimpl
def ktx_features():
    return (GREETER,)
