"""XML from outside: parsed without DTD, entities or network, and read field by field."""

from __future__ import annotations

import re
import threading

from lxml import etree

from bot.refused import Refused

# XML forbids these, yet phones paste them into messages: a cry for help with a stray \x08 must still be read.
FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
# These are well-formed, but nothing a person typed.
INVISIBLE = re.compile("[\x7f-\x9f\ufdd0-\ufdef]")
# Nothing stands before the root but a declaration, so no DOCTYPE ever reaches the parser.
PROLOG = re.compile(r"\ufeff?\s{0,64}(<\?xml [^?]{0,200}\?>\s{0,64})?(?=<xml[\s>/])")


class BadValue(Exception):
    """A field of a known type with a value that it cannot have."""


def parse(body: bytes | str) -> Fields:
    """The root's fields; raises Refused(400) for anything but one well-formed, non-empty `<xml>`."""
    text = FORBIDDEN.sub("", decode(body))
    prolog = PROLOG.match(text)
    if prolog is None:
        raise Refused(400, "not_xml")
    try:
        root = etree.fromstring(text[prolog.end() :].encode(), _parser())
    except (etree.XMLSyntaxError, UnicodeEncodeError):
        raise Refused(400, "bad_xml") from None
    if root.tag != "xml" or len(root) == 0:
        raise Refused(400, "empty_root")
    return Fields(root)


def decode(body: bytes | str) -> str:
    """The text of a body. Raises Refused(400) when it is not UTF-8."""
    try:
        return body if isinstance(body, str) else body.decode()
    except UnicodeDecodeError:
        raise Refused(400, "bad_encoding") from None


def _parser() -> etree.XMLParser:
    """This thread's own: making one costs as much as a push."""
    if not hasattr(_kept, "parser"):
        _kept.parser = _new_parser()
    return _kept.parser


_kept = threading.local()


def _new_parser() -> etree.XMLParser:
    return etree.XMLParser(
        encoding="utf-8",
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )


class Fields:
    """The children of one element, by name."""

    def __init__(self, element: etree._Element | None) -> None:
        self._by_name: dict[str, list[etree._Element]] = {}
        for child in () if element is None else element:
            self._by_name.setdefault(child.tag, []).append(child)

    def has(self, name: str) -> bool:
        return name in self._by_name

    def text(self, name: str) -> str:
        """A field's text, "" when it is missing or blank; raises Refused(400) when it is repeated or nested."""
        found = self._named(name)
        if len(found) > 1:
            raise Refused(400, "repeated_tag")
        return _text(found[0]) if found else ""

    def texts(self, name: str) -> tuple[str, ...]:
        """The texts of a field that may come more than once."""
        return tuple(filter(None, (_text(child) for child in self._named(name))))

    def number(self, name: str) -> int | None:
        """A whole number, None when it is missing; raises BadValue."""
        return whole_number(self.text(name))

    def numbers(self, name: str) -> tuple[int, ...]:
        return tuple(number for text in self.texts(name) if (number := whole_number(text)) is not None)

    def decimal(self, name: str, limit: float) -> float | None:
        """A decimal between -limit and limit, None when it is missing; raises BadValue."""
        text = self.text(name).strip()
        if not text:
            return None
        if not re.fullmatch(r"[+-]?[0-9]{1,9}(\.[0-9]{0,20})?", text) or abs(float(text)) > limit:
            raise BadValue(name)
        return float(text)

    def part(self, name: str) -> Fields:
        """The fields of a nested element, none when it is missing."""
        found = self._named(name)
        return Fields(found[0] if found else None)

    def parts(self, name: str) -> tuple[Fields, ...]:
        """A list in WeChat's XML is one element that comes once or repeatedly."""
        return tuple(Fields(child) for child in self._named(name))

    def _named(self, name: str) -> list[etree._Element]:
        return self._by_name.get(name, [])


def whole_number(text: str) -> int | None:
    """Raises BadValue; the length is bounded, because thousands of digits are an attack."""
    text = text.strip()
    if not text:
        return None
    if not re.fullmatch(r"-?[0-9]{1,18}", text):
        raise BadValue(text[:20])
    return int(text)


def _text(element: etree._Element) -> str:
    if len(element):
        raise Refused(400, "nested_tag")
    text = INVISIBLE.sub("", element.text or "")
    return text if text.strip() else ""
