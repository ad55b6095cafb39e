"""The demo's README, written from the questions, so that the two never disagree."""

from itertools import count

from ktx_core.demo.command_line import command_line
from ktx_core.demo.questions import QUESTIONS, SUGGESTIONS, Question, Suggestion

_HEAD = """\
# Squall & Daughters, outfitters for bad weather

An old lifeboat station sells oilskins, lanterns, barometers, kites and strong tea, over the counter and by mail. This
is its database, `{database}` ({engine}, 2023 to 2025), with a semantic model, `semantic-layer/shop/`, one file a
source. The shop is made up, and so is everybody in it.

Like a real one it has its sore spots: guests and erased customers, products that were deleted, lines of quantity zero,
returns without a receipt, parcels that never arrive. Every question below is one that a hand-written join gets wrong.

Run the commands in this directory. With npx, write `npx @kaelio/ktx` for `ktx`.

## Five questions
"""

_TAIL = """
## Then

"""

_END = """
Change a file in `semantic-layer/shop/` and ask again. `ktx setup demo` never overwrites what you changed.
"""


def readme(*, database: str = "shop.db", engine: str = "SQLite") -> str:
    """The text of README.md."""
    head = _HEAD.format(database=database, engine=engine)
    return "".join((head, *map(_section, count(1), QUESTIONS), _TAIL, *map(_suggestion, SUGGESTIONS), _END))


def _section(number: int, question: Question) -> str:
    command = command_line(("ktx", *question.words()))
    return f"\n{number}. **{question.text}** Shows {question.shows}.\n\n   ```sh\n   {command}\n   ```\n"


def _suggestion(suggestion: Suggestion) -> str:
    return f"- {suggestion.shows}: `{command_line(('ktx', *suggestion.words()))}`\n"
