"""What the reader of generated sources should know."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class GenerationWarning:
    """`code` is stable and kebab-case."""

    code: str
    message: str
