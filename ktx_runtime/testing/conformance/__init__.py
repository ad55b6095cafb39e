"""What every plugin, operation and driver promises, as classes of tests to inherit from."""

from ktx_runtime.testing.conformance.driver import DriverConformance
from ktx_runtime.testing.conformance.embedding import EmbeddingConformance
from ktx_runtime.testing.conformance.operation import OperationConformance
from ktx_runtime.testing.conformance.plugin import PluginConformance

__all__ = ["DriverConformance", "EmbeddingConformance", "OperationConformance", "PluginConformance"]
