"""What several verbs say in JSON."""

from ktx_core.sl.model import OpenModel
from semantic_layer.loader import FileProblem


def problem_record(model: OpenModel, problem: FileProblem) -> dict[str, object]:
    """Something that is wrong with a file of the model; `file` is relative to the project."""
    directory = model.project.model_directory(model.entry.id).relative_to(model.project.directory)
    return {
        "connectionId": model.entry.id,
        "file": (directory / problem.file).as_posix(),
        "line": problem.line,
        "column": problem.column,
        "code": problem.code,
        "message": problem.message,
        "hint": problem.hint,
    }
