"""What a plugin may import, whole. Everything else in `ktx_runtime` is ours to change."""

from typing import TYPE_CHECKING

from ktx_runtime.lazy import lazy_exports

if TYPE_CHECKING:
    from ktx_runtime.api.capabilities import Capabilities, CommandOutcome
    from ktx_runtime.api.command import Command, CommandHandler, Invocation, Terminal
    from ktx_runtime.api.command_group import CommandGroup
    from ktx_runtime.api.commandline import CommandParser, Namespace
    from ktx_runtime.api.completion import Completer, Completion, completed_by
    from ktx_runtime.api.context import Mode, OperationContext
    from ktx_runtime.api.database import (
        DATABASE_DRIVERS,
        Connection,
        DatabaseDriver,
        DatabaseMaker,
        DatabaseSession,
        IntrospectedColumn,
        IntrospectedForeignKey,
        IntrospectedTable,
        NewColumn,
        NewTable,
        Rows,
        TableScope,
    )
    from ktx_runtime.api.embedding import (
        EMBEDDING_BACKENDS,
        BackendMissing,
        Embedded,
        EmbeddingBackend,
        EmbeddingModel,
        ParallelEmbeddingModel,
        heeded,
    )
    from ktx_runtime.api.envelope import failure_envelope, failure_text, success_envelope
    from ktx_runtime.api.errors import (
        Busy,
        FeatureMissing,
        InputRequired,
        KtxError,
        OperationRefused,
        PluginFailed,
        UsageError,
    )
    from ktx_runtime.api.feature import Consent, DownloadHint, Feature, SmokeCheck
    from ktx_runtime.api.health import DoctorCheck, ErrorHint, FeatureHealth, HealthState
    from ktx_runtime.api.hooks import hookimpl
    from ktx_runtime.api.interruption import Interruption
    from ktx_runtime.api.json_text import scalar_text, to_json
    from ktx_runtime.api.near import near_names
    from ktx_runtime.api.operation import Operation, OperationHandler, Spread
    from ktx_runtime.api.plan import InstallPlan, PlanAdjustment
    from ktx_runtime.api.prefetch import Prefetch, PrefetchedFile
    from ktx_runtime.api.record import Record
    from ktx_runtime.api.reference import CodeReference, resolve_reference
    from ktx_runtime.api.safe_text import plain_text

API_VERSION = 1
"""Raised when a plugin written for the number before would no longer work."""

OLDEST_API_VERSION = 1
"""The oldest number whose plugins still work."""

__all__ = [
    "API_VERSION",
    "DATABASE_DRIVERS",
    "EMBEDDING_BACKENDS",
    "OLDEST_API_VERSION",
    "BackendMissing",
    "Busy",
    "Capabilities",
    "CodeReference",
    "Command",
    "CommandGroup",
    "CommandHandler",
    "CommandOutcome",
    "CommandParser",
    "Completer",
    "Completion",
    "Connection",
    "Consent",
    "DatabaseDriver",
    "DatabaseMaker",
    "DatabaseSession",
    "DoctorCheck",
    "DownloadHint",
    "Embedded",
    "EmbeddingBackend",
    "EmbeddingModel",
    "ErrorHint",
    "Feature",
    "FeatureHealth",
    "FeatureMissing",
    "HealthState",
    "InputRequired",
    "InstallPlan",
    "Interruption",
    "IntrospectedColumn",
    "IntrospectedForeignKey",
    "IntrospectedTable",
    "Invocation",
    "KtxError",
    "Mode",
    "Namespace",
    "NewColumn",
    "NewTable",
    "Operation",
    "OperationContext",
    "OperationHandler",
    "OperationRefused",
    "ParallelEmbeddingModel",
    "PlanAdjustment",
    "PluginFailed",
    "Prefetch",
    "PrefetchedFile",
    "Record",
    "Rows",
    "SmokeCheck",
    "Spread",
    "TableScope",
    "Terminal",
    "UsageError",
    "completed_by",
    "failure_envelope",
    "failure_text",
    "heeded",
    "hookimpl",
    "near_names",
    "plain_text",
    "resolve_reference",
    "scalar_text",
    "success_envelope",
    "to_json",
]

_HOMES = {
    "capabilities": ("Capabilities", "CommandOutcome"),
    "command": (
        "Command",
        "CommandHandler",
        "Invocation",
        "Terminal",
    ),
    "command_group": ("CommandGroup",),
    "completion": ("Completer", "Completion", "completed_by"),
    "commandline": ("CommandParser", "Namespace"),
    "context": ("Mode", "OperationContext"),
    "database": (
        "DATABASE_DRIVERS",
        "Connection",
        "DatabaseDriver",
        "DatabaseMaker",
        "DatabaseSession",
        "IntrospectedColumn",
        "IntrospectedForeignKey",
        "IntrospectedTable",
        "NewColumn",
        "NewTable",
        "Rows",
        "TableScope",
    ),
    "embedding": (
        "EMBEDDING_BACKENDS",
        "BackendMissing",
        "Embedded",
        "EmbeddingBackend",
        "EmbeddingModel",
        "ParallelEmbeddingModel",
        "heeded",
    ),
    "envelope": (
        "failure_envelope",
        "failure_text",
        "success_envelope",
    ),
    "errors": (
        "Busy",
        "FeatureMissing",
        "InputRequired",
        "KtxError",
        "OperationRefused",
        "PluginFailed",
        "UsageError",
    ),
    "feature": (
        "Consent",
        "DownloadHint",
        "Feature",
        "SmokeCheck",
    ),
    "health": (
        "DoctorCheck",
        "ErrorHint",
        "FeatureHealth",
        "HealthState",
    ),
    "hooks": ("hookimpl",),
    "interruption": ("Interruption",),
    "json_text": (
        "scalar_text",
        "to_json",
    ),
    "near": ("near_names",),
    "operation": ("Operation", "OperationHandler", "Spread"),
    "plan": ("InstallPlan", "PlanAdjustment"),
    "prefetch": ("Prefetch", "PrefetchedFile"),
    "safe_text": ("plain_text",),
    "record": ("Record",),
    "reference": (
        "CodeReference",
        "resolve_reference",
    ),
}
"""Where each name lives. A name is imported when it is first asked for: the records of declarations cost tens of
milliseconds, and a process that only answers one request needs none of them."""

if not TYPE_CHECKING:
    __getattr__ = lazy_exports(__name__, _HOMES)
