"""Proof that a view is understood in the environment."""

from ktx_lookml.translate import translate
from ktx_lookml.wire import File

_VIEW = "view: orders { dimension: id { primary_key: yes } measure: total { type: sum sql: ${TABLE}.amount ;; } }"


def parses() -> str | None:
    """None when a small view comes out as it should; otherwise the reason."""
    (view,) = translate((File(path="orders.view.lkml", content=_VIEW),), {}, "postgres").views
    found = [measure.expr for measure in view.measures]
    return None if found == ["SUM(amount)"] else f"the measure became {found}"
