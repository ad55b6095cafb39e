"""Why a piece of LookML cannot be carried over."""


class NotCarriedOver(Exception):
    """Ends the translation of one view, field or join; its text is the reason, lower case, in LookML's own words."""


def refuse_liquid(text: str, *, where: str) -> None:
    """Raise for Liquid, whose value only a running Looker knows."""
    if "{%" in text or "{{" in text:
        raise NotCarriedOver(f"Liquid in {where}")
