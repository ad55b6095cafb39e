"""Reads `ktx.yaml`, and says where it is off: file, line and column."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import NoReturn

import yaml

from ktx_core.project.document import ConnectionEntry, Project, Setting, SourcePosition
from ktx_core.project.errors import ProjectError
from ktx_core.project.locate import locate_project
from ktx_runtime.api import near_names

_LARGEST_FILE = 1024 * 1024
_TOP_KEYS = ("connections", "name", "version")
_VERSION = "1"
_CONNECTION_KEYS = ("driver", "path", "url")

_Loader: type = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def open_project(option: str | None, *, working_directory: Path, environment: Mapping[str, str]) -> Project:
    """Find the project and read it. Raises `ProjectError`."""
    return read_project(locate_project(option, working_directory=working_directory, environment=environment).file)


def read_project(file: Path) -> Project:
    """Read one `ktx.yaml`. Raises `ProjectError` (codes `project-unreadable`, `project-invalid`)."""
    reader = _Reader(file)
    top = reader.members(reader.compose(), of="the file", known=_TOP_KEYS)
    if "version" in top and reader.text(top["version"]) != _VERSION:
        reader.refuse(top["version"], f"version is not {_VERSION}: {reader.text(top['version'])}")
    connections = top.get("connections")
    if connections is None or _is_null(connections):
        return Project(file.parent, ())
    entries = (_connection(reader, name, node) for name, node in reader.members(connections, of="connections").items())
    return Project(file.parent, tuple(entries))


def _connection(reader: "_Reader", name: str, node: yaml.Node) -> ConnectionEntry:
    members = reader.members(node, of=f"connection {name}")
    for key, value in members.items():
        near = [] if key in _CONNECTION_KEYS else near_names(key, _CONNECTION_KEYS, most=1)
        if near and near[0] not in members:
            reader.refuse(value, f"connection {name} has an unknown key: {key}", hint=f"did you mean {near[0]}?")
    if "driver" not in members:
        reader.refuse(node, f"connection {name} names no driver", hint="add a line such as: driver: sqlite")
    driver = reader.text(members["driver"])
    settings = {key: _setting(reader, value) for key, value in members.items() if key != "driver"}
    return ConnectionEntry(id=name, driver=driver, settings=settings, position=reader.position(node))


def _setting(reader: "_Reader", node: yaml.Node) -> Setting:
    """A scalar as written; a list of scalars with commas between them."""
    if isinstance(node, yaml.SequenceNode):
        return Setting(",".join(reader.text(item) for item in node.value), reader.position(node))
    return Setting(reader.text(node), reader.position(node))


def _is_null(node: yaml.Node) -> bool:
    return isinstance(node, yaml.ScalarNode) and node.tag == "tag:yaml.org,2002:null"


class _Reader:
    """The nodes of one file, read with complaints that name the place."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def compose(self) -> yaml.Node:
        try:
            content = self._file.read_bytes()[: _LARGEST_FILE + 1]
            text = content.decode("utf-8-sig")
        except OSError as error:
            raise ProjectError(f"cannot read {self._file}: {error.strerror}", code="project-unreadable") from error
        except UnicodeDecodeError as error:
            raise ProjectError(f"not UTF-8 text: {self._file}", code="project-unreadable") from error
        if len(content) > _LARGEST_FILE:
            raise ProjectError(f"larger than {_LARGEST_FILE} bytes: {self._file}", code="project-unreadable")
        try:
            node = yaml.compose(text, Loader=_Loader)
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            place = f"{self._file}:{mark.line + 1}:{mark.column + 1}" if mark else str(self._file)
            self._fail(f"{place}: not valid YAML: {error.problem or error.context}")
        except (yaml.YAMLError, RecursionError) as error:
            self._fail(f"{self._file}: not valid YAML: {type(error).__name__}")
        return node if node is not None else yaml.MappingNode("tag:yaml.org,2002:map", [])

    def members(self, node: yaml.Node, *, of: str, known: Iterable[str] | None = None) -> dict[str, yaml.Node]:
        """The members of a mapping by key. With `known`, any other key is refused."""
        if not isinstance(node, yaml.MappingNode):
            self.refuse(node, f"{of} is not a mapping of keys to values")
        members: dict[str, yaml.Node] = {}
        for key_node, value in node.value:
            key = self.text(key_node)
            if key in members:
                self.refuse(key_node, f"{of} has a key twice: {key}")
            if known is not None and key not in known:
                near = near_names(key, known)
                self.refuse(
                    key_node,
                    f"{of} has an unknown key: {key}",
                    hint=f"did you mean {' or '.join(near)}?" if near else f"known are: {', '.join(known)}",
                )
            members[key] = value
        return members

    def text(self, node: yaml.Node) -> str:
        if not isinstance(node, yaml.ScalarNode) or _is_null(node):
            self.refuse(node, "a text is expected here")
        return str(node.value)

    def position(self, node: yaml.Node) -> SourcePosition:
        mark = node.start_mark
        return SourcePosition(self._file, mark.line + 1, mark.column + 1)

    def refuse(self, node: yaml.Node, message: str, *, hint: str | None = None) -> NoReturn:
        self._fail(f"{self.position(node)}: {message}", hint=hint)

    def _fail(self, message: str, *, hint: str | None = None) -> NoReturn:
        raise ProjectError(message, code="project-invalid", hint=hint)
