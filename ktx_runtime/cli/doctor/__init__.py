"""The checks of `ktx runtime doctor`: each looks at one thing and says what it found and what to do."""

from ktx_runtime.cli.doctor.check import Check, Status
from ktx_runtime.cli.doctor.examine import examine

__all__ = ["Check", "Status", "examine"]
