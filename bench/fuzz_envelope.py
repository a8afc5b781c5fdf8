"""Fuzz the door (R6): mutated pushes into open(), what they said back out of seal(); prints figures as JSON.

python -m bench.fuzz_envelope --inputs 1000000 --seed 7
"""

from __future__ import annotations

import argparse
import base64
import json
import random
import re
import resource
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from xml.etree import ElementTree

from bench.fuzz_pushes import PUSHES, TOKENS
from bot import aes
from bot.envelope import Envelope, Opened, Query, Refused
from bot.query import sign
from core.config import Settings, load
from core.messages import TextReply

NOW = datetime.fromtimestamp(1700000001, UTC)
STAMP, NONCE = "1700000001", "998877"
LEAF = re.compile(rb"<(\w+)>([^<>]+|<!\[CDATA\[.*?\]\]>)</\1>")
Pairs = list[tuple[str, str]]
Input = tuple[Settings, Pairs, bytes]


def account(mode: str) -> Settings:
    """An account with the platform's worked example for token and key."""
    return load(
        _env_file=None,
        wechat_appid="wx0123456789abcdef",
        wechat_token="simtoken2026",
        wechat_aes_key="zhangsanlisiwangwu0123456789ABCDEFGHIJKLMNO",
        wechat_aes_key_previous="",
        wechat_mode=mode,
        wechat_api_base="http://127.0.0.1:9",
        secret_key="0123456789abcdef" * 4,
        lookup_key="fedcba9876543210" * 4,
        data_keys="",
    )


SAFE, PLAIN = account("safe"), account("plain")
DOORS = {SAFE.wechat_mode: Envelope(SAFE), PLAIN.wechat_mode: Envelope(PLAIN)}


@dataclass
class Figures:
    """What a run saw."""

    statuses: Counter[str] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)
    uncaught: list[str] = field(default_factory=list)
    bad_replies: list[str] = field(default_factory=list)
    max_ms: float = 0.0
    max_cpu_ms: float = 0.0


# --- inputs -----------------------------------------------------------------------------------------------------


def mutated(dice: random.Random, data: bytes) -> bytes:
    """The data with a few things wrong."""
    for _ in range(dice.choice((1, 1, 1, 2, 4, 16))):
        data = dice.choice(MUTATIONS)(dice, data)
    return data[:65536]


def _flip(dice: random.Random, data: bytes) -> bytes:
    at = dice.randrange(len(data) or 1)
    return data[:at] + dice.randbytes(1) + data[at + 1 :]


def _insert(dice: random.Random, data: bytes) -> bytes:
    at = dice.randrange(len(data) + 1)
    return data[:at] + dice.choice(TOKENS) + data[at:]


def _delete(dice: random.Random, data: bytes) -> bytes:
    start = dice.randrange(len(data) + 1)
    return data[:start] + data[start + dice.choice((1, 1, 4, 40)) :]


def _double(dice: random.Random, data: bytes) -> bytes:
    start = dice.randrange(len(data) + 1)
    part = data[start : start + dice.choice((1, 30, 300))]
    return data[:start] + part * dice.choice((2, 2, 50)) + data[start:]


def _splice(dice: random.Random, data: bytes) -> bytes:
    other = dice.choice(PUSHES)
    return data[: dice.randrange(len(data) + 1)] + other[dice.randrange(len(other)) :]


MUTATIONS: tuple[Callable[[random.Random, bytes], bytes], ...] = (_flip, _insert, _insert, _delete, _double, _splice)


def plain_push(dice: random.Random) -> Input:
    """A mutated body under a good signature."""
    return PLAIN, _pairs(None), mutated(dice, dice.choice(PUSHES))


def sealed_push(dice: random.Random) -> Input:
    """A mutated message, encrypted and signed as WeChat would."""
    return _sealed(aes.encrypt(SAFE.aes_keys[0], SAFE.wechat_appid, mutated(dice, dice.choice(PUSHES))))


def odd_push(dice: random.Random) -> Input:
    """Well-formed, but with elements dropped, doubled, nested or given absurd values."""
    push = dice.choice(PUSHES)
    for _ in range(dice.choice((1, 1, 2, 3))):
        leaf = dice.choice(list(LEAF.finditer(push)) or [None])
        if leaf is None:
            break
        value = dice.choice(TOKENS).replace(b"]]>", b"")
        odd = (
            b"",
            leaf[0] * 2,
            leaf[0].replace(leaf[2], b"<![CDATA[" + value + b"]]>"),
            b"<item>" + leaf[0] + b"</item>",
        )
        push = push[: leaf.start()] + dice.choice(odd) + push[leaf.end() :]
    return _sealed(aes.encrypt(SAFE.aes_keys[0], SAFE.wechat_appid, push))


def broken_ciphertext(dice: random.Random) -> Input:
    """Mutated ciphertext with a signature that fits it."""
    encrypted = aes.encrypt(SAFE.aes_keys[0], SAFE.wechat_appid, dice.choice(PUSHES))
    if dice.random() < 0.5:
        return _sealed(base64.b64encode(mutated(dice, base64.b64decode(encrypted))).decode())
    return _sealed(mutated(dice, encrypted.encode()).decode(errors="replace"))


def broken_envelope(dice: random.Random) -> Input:
    """A good push with its body or its query mutated after signing."""
    settings, pairs, body = _sealed(aes.encrypt(SAFE.aes_keys[0], SAFE.wechat_appid, dice.choice(PUSHES)))
    if dice.random() < 0.5:
        return settings, pairs, mutated(dice, body)
    at = dice.randrange(len(pairs))
    name, value = pairs[at]
    pairs[at : at + 1] = [(name, mutated(dice, value.encode()).decode(errors="replace"))] * dice.choice((0, 1, 1, 2))
    return settings, pairs, body


SOURCES = (plain_push, sealed_push, odd_push, broken_ciphertext, broken_envelope)


def _sealed(encrypted: str) -> Input:
    return SAFE, _pairs(encrypted), f"<xml><Encrypt><![CDATA[{encrypted}]]></Encrypt></xml>".encode()


def _pairs(encrypted: str | None) -> Pairs:
    token = SAFE.wechat_token
    pairs = [("signature", sign(token, STAMP, NONCE)), ("timestamp", STAMP), ("nonce", NONCE)]
    if encrypted is not None:
        pairs += [("encrypt_type", "aes"), ("msg_signature", sign(token, STAMP, NONCE, encrypted))]
    return pairs


# --- the run ----------------------------------------------------------------------------------------------------


def run(inputs: int, seed: int) -> dict[str, Any]:
    """Throw that many inputs at the door; every one must be opened or refused, and every reply well-formed."""
    dice, figures = random.Random(seed), Figures()
    started = time.perf_counter()
    before = _rss_mb()
    for number in range(inputs):
        _try(figures, SOURCES[number % len(SOURCES)](dice))
    return {
        "inputs": inputs,
        "seed": seed,
        "uncaught": len(figures.uncaught),
        "bad_replies": len(figures.bad_replies),
        "examples": (figures.uncaught + figures.bad_replies)[:5],
        "max_ms": round(figures.max_ms, 2),
        "max_cpu_ms": round(figures.max_cpu_ms, 2),
        "max_rss_mb": _rss_mb(),
        "rss_growth_mb": round(_rss_mb() - before, 1),
        "statuses": dict(figures.statuses.most_common()),
        "reasons": dict(figures.reasons.most_common()),
        "seconds": round(time.perf_counter() - started, 1),
    }


def _try(figures: Figures, pushed: Input) -> None:
    settings, pairs, body = pushed
    door = DOORS[settings.wechat_mode]
    started, busy = time.perf_counter(), time.thread_time()
    try:
        opened = door.open(Query.parse(pairs), body, NOW)
        figures.statuses["200"] += 1
        _answer(figures, door, opened)
    except Refused as refused:
        figures.statuses[str(refused.status)] += 1
        figures.reasons[refused.reason] += 1
    except Exception as error:  # exactly what must never happen
        figures.uncaught.append(f"{type(error).__name__}: {pairs!r} {body!r}"[:2000])
    # On a machine with other work the wall tells of the others; the processor's time tells of us.
    figures.max_ms = max(figures.max_ms, (time.perf_counter() - started) * 1000)
    figures.max_cpu_ms = max(figures.max_cpu_ms, (time.thread_time() - busy) * 1000)


def _answer(figures: Figures, door: Envelope, opened: Opened) -> None:
    """Say back what was said: the worst a handler can do."""
    sealed = door.seal(opened, TextReply("echo", opened.message.raw), 1700000002)
    if sealed == b"success":
        return
    root = ElementTree.fromstring(sealed)
    if encrypted := root.findtext("Encrypt"):
        found = aes.decrypt(SAFE.aes_keys, SAFE.wechat_appid, encrypted)
        root = ElementTree.fromstring(found[0] if found else b"")
    if len((root.findtext("Content") or "").encode()) > 2048 or len(root) != 5:
        figures.bad_replies.append(repr(opened.message.raw)[:2000])


def _rss_mb() -> float:
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1)


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--inputs", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1)
    figures = run(**vars(parser.parse_args(argv)))
    print(json.dumps(figures, ensure_ascii=False, indent=2))
    return 1 if figures["uncaught"] or figures["bad_replies"] else 0


if __name__ == "__main__":
    raise SystemExit(main())
