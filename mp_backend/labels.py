"""What the fields of a sign-up form (报名表) are called; pages and API say the same."""

from __future__ import annotations

from content.texts import Texts


def field_label(texts: Texts, name: str) -> str:
    """The label of a field; its bare name where nobody wrote one."""
    key = f"events.label.{name}"
    return texts.get(key) if key in frozenset(texts.keys()) else name
