"""Two machines, everything killed: nothing acknowledged is lost, nothing happens twice (R1, R2, R12, R20).

The long run is `python -m bench chaos`; this is its first minute.
"""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest

from bench.chaos.command import Plan, is_clean, run

SEED = random.SystemRandom().randrange(10**6)


def chaos(folder: Path, **wishes: object) -> dict[str, object]:
    """The figures of a short run; printed, since a failure is followed up by its seed."""
    figures: dict[str, object] = run(Plan(seed=SEED, minutes=1, **wishes), folder)["figures"]
    print(json.dumps(figures, ensure_ascii=False))
    return figures


@pytest.mark.slow
@pytest.mark.timeout(400)
def test_two_machines_lose_and_double_nothing_when_everything_is_killed(tmp_path):
    figures = chaos(tmp_path, kills=8)
    assert figures["kills"] == 8
    assert figures["acked"] > 50, figures
    assert is_clean(figures), figures


@pytest.mark.slow
@pytest.mark.timeout(200)
def test_the_audit_notices_when_repeats_are_not_recognised(tmp_path):
    figures = chaos(tmp_path, kills=1, without="deduplication", settle_s=1)
    assert figures["doubled_rows"] > 0, figures
    assert not is_clean(figures)


@pytest.mark.slow
@pytest.mark.timeout(200)
def test_the_audit_notices_when_messages_are_answered_before_they_are_stored(tmp_path):
    figures = chaos(tmp_path, kills=3, without="storing-first", settle_s=1, victims=("web_master", "web_worker"))
    assert figures["lost"] > 0, figures
    assert not is_clean(figures)
