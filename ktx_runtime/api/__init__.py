"""What a plugin may import, whole. Everything else in `ktx_runtime` is ours to change."""

from ktx_runtime.api.command import Command, CommandHandler, Invocation, Terminal
from ktx_runtime.api.commandline import CommandParser, Namespace, near_names
from ktx_runtime.api.database import (
    DATABASE_DRIVERS,
    Connection,
    DatabaseDriver,
    DatabaseSession,
    IntrospectedColumn,
    IntrospectedForeignKey,
    IntrospectedTable,
    Rows,
    TableScope,
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
from ktx_runtime.api.json_text import scalar_text, to_json
from ktx_runtime.api.operation import Mode, Operation, OperationContext, OperationHandler
from ktx_runtime.api.plain_text import plain_text
from ktx_runtime.api.record import Record
from ktx_runtime.api.reference import CodeReference, resolve_reference

API_VERSION = 1
"""Raised when a plugin written for the number before would no longer work."""

OLDEST_API_VERSION = 1
"""The oldest number whose plugins still work."""

__all__ = [
    "API_VERSION",
    "DATABASE_DRIVERS",
    "OLDEST_API_VERSION",
    "Busy",
    "CodeReference",
    "Command",
    "CommandHandler",
    "CommandParser",
    "Connection",
    "Consent",
    "DatabaseDriver",
    "DatabaseSession",
    "DoctorCheck",
    "DownloadHint",
    "ErrorHint",
    "Feature",
    "FeatureHealth",
    "FeatureMissing",
    "HealthState",
    "InputRequired",
    "IntrospectedColumn",
    "IntrospectedForeignKey",
    "IntrospectedTable",
    "Invocation",
    "KtxError",
    "Mode",
    "Namespace",
    "Operation",
    "OperationContext",
    "OperationHandler",
    "OperationRefused",
    "PluginFailed",
    "Record",
    "Rows",
    "SmokeCheck",
    "TableScope",
    "Terminal",
    "UsageError",
    "failure_envelope",
    "failure_text",
    "hookimpl",
    "near_names",
    "plain_text",
    "resolve_reference",
    "scalar_text",
    "success_envelope",
    "to_json",
]
