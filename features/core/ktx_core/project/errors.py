"""What can be wrong with a project."""

from ktx_runtime.api import KtxError


class ProjectError(KtxError):
    """The project is not there, or its file cannot be used.

    Codes: `project-not-found`, `project-unreadable`, `project-invalid`, `connection-unknown`, `connection-needed`,
    `secret-missing`.
    """
