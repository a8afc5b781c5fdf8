"""Plain values to WeChat's XML: text in CDATA, numbers bare, a list is one element repeated."""

import re

# What XML 1.0 cannot carry; WeChat drops it too.
_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class Bare(str):
    """Text that goes into the element as it stands, without CDATA: `Bare("")` gives `<X></X>`."""


def cdata(text: str) -> str:
    clean = _FORBIDDEN.sub("", text)
    return "<![CDATA[" + clean.replace("]]>", "]]]]><![CDATA[>") + "]]>"


def element(name: str, value: object) -> str:
    """One element, or several for a list; None means the element is missing."""
    if value is None:
        return ""
    if isinstance(value, list | tuple):
        return "".join(element(name, item) for item in value)
    return f"<{name}>{_inside(value)}</{name}>"


def document(values: dict[str, object]) -> str:
    return element("xml", values)


def _inside(value: object) -> str:
    if isinstance(value, dict):
        return "".join(element(name, item) for name, item in value.items())
    if isinstance(value, Bare | int | float):
        return str(value)
    return cdata(str(value))
