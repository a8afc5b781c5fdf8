"""The small language of the word lists (词条写法).

(甲|乙) either · (甲)? optional · (甲|乙)* any number · (甲|乙)+ one or more · .. a gap within a clause · .{1,5} a gap
of so many characters · $ the end of a clause · _ a blank.
"""

import re
from dataclasses import dataclass

GAP = r"[^,。;!?、\n]{0,10}?"
MOST_HEADS = 600
HEAD = 3  # characters that make a term worth trying at a place


class TermError(ValueError):
    """A term cannot be read; the message holds it."""


@dataclass(frozen=True)
class Term:
    """A phrase pattern, and the literal beginnings one of which every match must have."""

    source: str
    regex: str
    heads: frozenset[str]


def compile_term(source: str) -> Term:
    nodes, end = _sequence(source, 0)
    if end != len(source):
        raise TermError(f"'{source}': unmatched ')'")
    heads = _heads(nodes)
    if "" in heads:
        raise TermError(f"'{source}' must begin with fixed words")
    return Term(source, "".join(node.regex for node in nodes), frozenset(heads))


@dataclass(frozen=True)
class _Node:
    regex: str
    begins: frozenset[tuple[str, bool]]  # (beginning, whether it is the whole of the node)


def _sequence(source: str, at: int) -> tuple[list[_Node], int]:
    nodes: list[_Node] = []
    while at < len(source) and source[at] not in "|)":
        node, at = _node(source, at)
        if at < len(source) and source[at] in "?*+":
            node = _repeated(node, source[at])
            at += 1
        nodes.append(node)
    return nodes, at


def _repeated(node: _Node, sign: str) -> _Node:
    """Any number means four at most: a text made to be slow stays fast."""
    if sign == "?":
        return _Node(f"(?:{node.regex})?", node.begins | {("", True)})
    least = 1 if sign == "+" else 0
    begins = {(text, False) for text, _ in node.begins} | ({("", True)} if sign == "*" else set())
    return _Node(f"(?:{node.regex}){{{least},4}}", frozenset(begins))


def _node(source: str, at: int) -> tuple[_Node, int]:
    if source[at] == "(":
        return _choice(source, at + 1)
    if source.startswith("..", at):
        return _Node(GAP, frozenset({("", False)})), at + 2
    if found := re.compile(r"\.\{\d+,\d+\}").match(source, at):
        return _Node(found[0], frozenset({("", False)})), found.end()
    if source[at] == "$":
        return _Node(r"(?=[\s,。.;!?]|$)", frozenset({("", True)})), at + 1
    char = " " if source[at] == "_" else source[at]
    return _Node(re.escape(char), frozenset({(char, True)})), at + 1


def _choice(source: str, at: int) -> tuple[_Node, int]:
    ways: list[list[_Node]] = []
    while True:
        nodes, at = _sequence(source, at)
        ways.append(nodes)
        if at >= len(source):
            raise TermError(f"'{source}': unmatched '('")
        at += 1
        if source[at - 1] == ")":
            break
    regex = "|".join("".join(node.regex for node in way) for way in ways)
    return _Node(f"(?:{regex})", frozenset(begin for way in ways for begin in _begins(way))), at


def _begins(nodes: list[_Node]) -> set[tuple[str, bool]]:
    begins = {("", True)}
    for node in nodes:
        growing = {text for text, whole in begins if whole and len(text) < HEAD}
        if not growing or len(growing) * len(node.begins) > MOST_HEADS:
            break
        grown = {(head + tail, whole) for head in growing for tail, whole in node.begins}
        begins = {(text, whole) for text, whole in begins if text not in growing or not whole} | grown
    else:
        return begins
    return {(text, False) for text, _ in begins}


def _heads(nodes: list[_Node]) -> set[str]:
    return {text for text, _ in _begins(nodes)}
