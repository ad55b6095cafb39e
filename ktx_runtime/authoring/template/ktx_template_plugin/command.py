"""The command `ktx template-plugin`."""

from ktx_runtime.api import CommandParser, Invocation, KtxError, Namespace, success_envelope

from ktx_template_plugin.greeting import greet


def run(invocation: Invocation) -> int:
    """Parse the words and greet. It reads and writes through the invocation, so that it also runs in the daemon."""
    parser = CommandParser(
        invocation,
        "template-plugin",
        summary="greet somebody",
        examples=(("template-plugin world", "A greeting to all:"),),
    )
    parser.add_argument("who", metavar="WHO", help="whom to greet")
    parser.add_argument("--json", action="store_true", help="print one JSON object instead of text")
    parser.set_defaults(run=_greet)
    return parser.dispatch()


def _greet(invocation: Invocation, options: Namespace) -> int:
    try:
        greeting = greet(options.who)
    except ValueError as error:
        raise KtxError(str(error), code="nobody-to-greet", hint="say whom to greet") from error
    if options.json:
        invocation.stdout.write(success_envelope("template-plugin", {"greeting": greeting}))
    else:
        invocation.stdout.write(greeting + "\n")
    return 0
