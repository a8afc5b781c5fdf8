"""The reason (理由) that some must give before they read what a young person wrote (P5)."""

from __future__ import annotations

from flask import request

SHORTEST, LONGEST = 4, 200
# Beside the field of the form in the list: where another form has a reason of its own.
ONWARD = "opened_because"


def given(name: str = ONWARD) -> str:
    """As it was written, blanks aside."""
    return " ".join(request.form.get(name, "").split())


def fault(reason: str) -> str:
    """What is wrong with it, in words; "" when nothing is."""
    return "" if SHORTEST <= len(reason) <= LONGEST else f"请写明打开的理由，{SHORTEST} 到 {LONGEST} 个字。"
