"""A project: `ktx.yaml`, the connections that it names, and where their semantic layers lie."""

from ktx_core.project.document import ConnectionEntry, Project, Setting, SourcePosition
from ktx_core.project.errors import ProjectError
from ktx_core.project.locate import PROJECT_FILE, PROJECT_VARIABLE, locate_project
from ktx_core.project.read import open_project, read_project
from ktx_core.project.secrets import resolve_connection

__all__ = [
    "PROJECT_FILE",
    "PROJECT_VARIABLE",
    "ConnectionEntry",
    "Project",
    "ProjectError",
    "Setting",
    "SourcePosition",
    "locate_project",
    "open_project",
    "read_project",
    "resolve_connection",
]
