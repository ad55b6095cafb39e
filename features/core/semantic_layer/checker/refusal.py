"""The checker's one refusal."""

from semantic_layer.errors import SemanticError


def unproven(why: str) -> SemanticError:
    """The SQL is not returned: that its numbers are right could not be shown. This is a defect of ours."""
    return SemanticError(
        "unproven-plan",
        f"the compiled SQL does not prove that its numbers are right: {why}",
        hint="this is a defect of ktx: please report the model and the query",
    )
