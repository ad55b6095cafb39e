"""May this be installed? One pure function decides, for every caller."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum

from ktx_runtime.api import Consent, DownloadHint, Feature, InputRequired
from ktx_runtime.install.request import Answers


class Decision(StrEnum):
    """What to do about one question."""

    GRANTED = "granted"
    ASK = "ask"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Question:
    """Features that are agreed to together, with the text to show."""

    features: tuple[str, ...]
    text: str
    decision: Decision


def consent_questions(
    features: Sequence[Feature], answers: Answers, *, agreed: Collection[str] = ()
) -> tuple[Question, ...]:
    """One question for all that comes with the runtime, one for each feature that wants its own.

    `features` are those that would be installed; of them, what is already there is not asked for again. Those in
    `agreed` came with the runtime of the version before, and come with this one.
    """
    together = tuple(feature for feature in features if feature.consent is Consent.WITH_RUNTIME)
    apart = tuple(feature for feature in features if feature.consent is Consent.SEPARATE)
    groups = [together] if together else []
    groups += [(feature,) for feature in apart]
    return tuple(_question(group, answers, agreed) for group in groups)


def carried_question(feature: Feature, answers: Answers, *, explicit: bool) -> Question:
    """The question before a feature of its own consent is taken along from the version before.

    `--yes` grants it in an explicit install; to any other command it is no more than the command needs.
    """
    decision = _decide(answers, covered=False)
    if answers.yes and not explicit:
        decision = Decision.REFUSED
    text = f"the version of ktx before this one had more installed.\n{_text((feature,))}"
    return Question((feature.name,), text, decision)


def plugin_question(requirement: str, answers: Answers) -> Question:
    """The question before code of others is installed. What the launcher was granted does not cover it."""
    text = f"ktx will install a plugin, code that is not part of ktx, into its Python runtime:\n  {requirement}"
    return Question((requirement,), text, _decide(answers, covered=False))


def adjustment_question(distribution: str, reason: str, download: DownloadHint, answers: Answers) -> Question:
    """The question before a plugin makes an install larger than what was agreed to."""
    text = f"the plugin {distribution} wants more to be installed: {reason}{_size(download)}"
    return Question((distribution,), text, _decide(answers, covered=False))


def demand_consent(question: Question, *, ask: Callable[[str], bool], retry: str) -> None:
    """Ask where `question` is open. Raises `InputRequired`, with the command `retry`, unless it is agreed to."""
    names = " and ".join(question.features)
    if question.decision is Decision.REFUSED:
        raise InputRequired(
            f"{names} must be installed first, and nobody can be asked",
            code="consent-required",
            hint=f"run: {retry}",
            details={"features": list(question.features), "text": question.text},
        )
    if question.decision is Decision.ASK and not ask(question.text):
        raise InputRequired(
            f"{names} was not installed: you said no",
            code="consent-declined",
            hint=f"run: {retry}",
            details={"features": list(question.features)},
        )


def _question(features: tuple[Feature, ...], answers: Answers, agreed: Collection[str]) -> Question:
    covered = answers.runtime_granted and all(
        (feature.default or feature.name in agreed) and feature.consent is Consent.WITH_RUNTIME for feature in features
    )
    names = tuple(feature.name for feature in features)
    return Question(names, _text(features), _decide(answers, covered=covered))


def _decide(answers: Answers, *, covered: bool) -> Decision:
    if answers.yes or covered:
        return Decision.GRANTED
    if answers.no_input or not answers.terminal:
        return Decision.REFUSED
    return Decision.ASK


def _text(features: tuple[Feature, ...]) -> str:
    lines = [f"ktx needs to install {' and '.join(feature.name for feature in features)} into its own Python runtime:"]
    lines += [f"  {feature.name}: {feature.summary}{_size(feature.download)}" for feature in features]
    return "\n".join(lines)


def _size(hint: DownloadHint | None) -> str:
    if hint is None:
        return ""
    return f"\n    {hint.what}: {_megabytes(hint.download_mb)} to download, {_megabytes(hint.disk_mb)} on disk"


def _megabytes(size: float) -> str:
    return f"{size / 1000:.1f} GB" if size >= 1000 else f"{size:.0f} MB"  # noqa: PLR2004 - 1 GB
