"""Say where messages would go, and why; needs no database. JSON lines {"id","text"} in, JSON lines out."""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from core import crypto
from core.messages import InboundMessage, Text
from core.resources import Resources
from handlers import explaining, registry, routing
from handlers.routing import Situation


def arguments(parser: argparse.ArgumentParser) -> None:
    """Words on the command line are explained instead of stdin."""
    parser.add_argument("text", nargs="*", help="one message to explain; without it, JSON lines are read from stdin")
    parser.add_argument("--full", action="store_true", help="with a message: words, shares, each stage and rule, reply")


def run(arguments: argparse.Namespace) -> int:
    """Explain each line; a line that is no message gets an `error` and makes the exit code 1."""
    explain = Explainer(Resources.load())
    if arguments.text:
        asked = explain.whole if arguments.full else explain.text
        print(json.dumps(asked(" ".join(arguments.text)), ensure_ascii=False, indent=2))
        return 0
    failed = False
    for line in sys.stdin:
        if line.strip():
            answer = explain.line(line)
            failed |= "error" in answer
            sys.stdout.write(json.dumps(answer, ensure_ascii=False) + "\n")
            sys.stdout.flush()
    return int(failed)


class Explainer:
    """The routing of a first message, without a person and without effects."""

    def __init__(self, resources: Resources) -> None:
        self._resources = resources
        self._registry = registry.load(resources.rules)

    def line(self, line: str) -> dict[str, Any]:
        """Explain one JSON line."""
        try:
            fields = json.loads(line)
            text = fields["text"]
            if not isinstance(text, str):
                raise TypeError
        except (ValueError, KeyError, TypeError):
            return {"error": 'not a line like {"id": "1", "text": "我想报名"}'}
        return {"id": fields.get("id")} | self.text(text)

    def text(self, text: str) -> dict[str, Any]:
        """Route, intent, risk, reasons and the key of the reply that would open the answer."""
        judgement = self._resources.understanding.judge(text)
        message = InboundMessage("", "", 0, "1", Text(text))
        situation = Situation(message, judgement, "", self._resources)
        decision = routing.first(self._registry, situation)
        return {
            "route": decision.name,
            "intent": judgement.intent,
            "risk": judgement.risk,
            "topic": judgement.topic,
            "reasons": list(decision.reasons),
            "reply_key": decision.opens_with(judgement),
            "confidence": judgement.confidence,
        }

    def whole(self, text: str) -> dict[str, Any]:
        """The same and everything behind it: words, shares, each stage and rule with its why, and the reply."""
        crypto.install(crypto.Keyring.passing())  # the rehearsal keeps nothing that would have to be opened again
        why = asdict(explaining.Explainer(self._resources, self._registry).explain(text, (), datetime.now(UTC)))
        shown = ("normal", "tokens", "scores", "risk_shares", "evidence", "third_party", "abuse", "stages", "rules")
        return self.text(text) | {name: why[name] for name in shown} | {"reply": why["answer"]["reply"]}
