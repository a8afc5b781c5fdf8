"""Recorded chats (聊天回放): JSON lines of what people do, with what the account should answer."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass, field
from pathlib import Path

from simulator.client import Phone, shown

# What a step may carry, by what it does; each name goes into the body of the phone API.
VERBS = {
    "say": ("text", "bizmsgmenuid"),
    "tap": ("key", "url"),
    "follow": ("scene",),
    "unfollow": (),
    "scan": ("scene",),
    "location": ("latitude", "longitude", "label"),
    "image": ("data_url",),
    "voice": ("recognition",),
    "event": ("event", "fields"),
    "clock": ("advance_s",),
}
MARKS = ("as", "do", "expect", "expect_not", "note")


class BadRecording(ValueError):
    """A recording that cannot be replayed; the message names file and line."""


@dataclass(frozen=True)
class Step:
    line: int
    do: str
    body: dict
    fan: str | None = None
    expect: list[str] = field(default_factory=list)
    expect_not: list[str] = field(default_factory=list)


def read(path: Path) -> list[Step]:
    """All steps of a recording, checked before the first one runs."""
    try:
        lines = path.read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise BadRecording(f"{path}: {error}") from None
    return [_step(path, number, line) for number, line in enumerate(lines, 1) if line.strip()]


def run(phone: Phone, steps: list[Step], default_fan: str, verbose: bool) -> int:
    """Replay; returns how many steps were not as expected."""
    return sum(not _as_expected(phone, step, default_fan, verbose) for step in steps)


def _as_expected(phone: Phone, step: Step, default_fan: str, verbose: bool) -> bool:
    if step.do == "clock":
        phone.post("/control/clock", step.body)
        return True
    fan = phone.find(step.fan or default_fan)
    heard = phone.act(fan, step.do, step.body)
    print(f"{fan['name']}: {step.body.get('text') or f'[{step.do}] {_brief(step.body)}'}")
    for bubble in heard.bubbles:
        print(f"  → {shown(bubble)}".replace("\n", "\n    "))
    if verbose:
        print(json.dumps(heard.push, ensure_ascii=False), file=sys.stderr)
    wrong = [f"没有“{each}”" for each in step.expect if each not in heard.text]
    wrong += [f"不该有“{each}”" for each in step.expect_not if each in heard.text]
    if heard.outcome == "failed":
        wrong += heard.problems
    for each in wrong:
        print(f"! 第 {step.line} 行：{each}", file=sys.stderr)
    return not wrong


def _brief(body: dict) -> str:
    return " ".join(str(value) for value in body.values())


def _step(path: Path, number: int, line: str) -> Step:
    try:
        facts = json.loads(line)
        verb, body = facts["do"], {name: value for name, value in facts.items() if name not in MARKS}
        strangers = body.keys() - set(VERBS[verb])
    except (ValueError, KeyError, TypeError, AttributeError):
        raise BadRecording(f'{path}:{number}: 要是 {{"do": …}}，do 可以是 {"、".join(VERBS)}') from None
    if strangers:
        raise BadRecording(f"{path}:{number}: {verb} 没有 {'、'.join(sorted(strangers))}")
    return Step(number, verb, body, facts.get("as"), _many(facts.get("expect")), _many(facts.get("expect_not")))


def _many(value: str | list[str] | None) -> list[str]:
    return [value] if isinstance(value, str) else list(value or [])
