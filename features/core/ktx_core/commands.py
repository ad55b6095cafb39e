"""The commands of `core`, declared."""

from ktx_core.sl.verbs import VERBS
from ktx_runtime.api import Command

COMMANDS: tuple[Command, ...] = (
    Command(
        name="sl",
        summary="ask, search and check the semantic layer",
        handler="ktx_core.sl.command:run",
        answers="ktx_core.answers:SL",
        verbs=VERBS,
        heavy_with={"search": "embeddings"},
        in_daemon=True,
    ),
    Command(
        name="sql",
        summary="run one read-only SQL statement on a connection",
        handler="ktx_core.sql_command:run",
        answers="ktx_core.answers:SQL",
        in_daemon=True,
    ),
    Command(
        name="scan",
        summary="look at a database, and bring the model's scanned tables up to date",
        handler="ktx_core.scan.command:run",
        answers="ktx_core.answers:SCAN",
        in_daemon=True,
    ),
    Command(
        name="call",
        summary="run an operation: JSON on stdin, JSON on stdout",
        handler="ktx_daemon.call:run",
        answers="ktx_core.answers:CALL",
        in_daemon=True,
    ),
    Command(
        name="setup demo",
        summary="make a demo project: a shop, a semantic model of it, and five questions with answers",
        handler="ktx_core.demo.command:run",
        answers="ktx_core.answers:SETUP_DEMO",
    ),
)
