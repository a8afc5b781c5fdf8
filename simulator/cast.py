"""The cast (演员表): demo followers, QR scenes, places and templates, read from cast.toml."""

import hashlib
import secrets
import tomllib
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from simulator.state import Fan, Outcomes, Scene, State, Template

FILE = Path(__file__).with_name("cast.toml")
SYSTEM_TAGS = {0: "默认组", 1: "屏蔽组", 2: "星标组"}


@dataclass(frozen=True)
class Cast:
    """Who and what is there before anything happens."""

    name: str
    gh_id: str
    callback_ips: list[str]
    api_domain_ips: list[str]
    checks: dict
    fans: list[dict]
    scenes: list[dict]
    places: list[dict]
    templates: list[dict]


def load() -> Cast:
    data = tomllib.loads(FILE.read_text("utf-8"))
    return Cast(**data.pop("account"), **data)


def fresh_state(cast: Cast, profile: str) -> State:
    """The account as it is on the first day."""
    state = State(profile=profile, tags=dict(SYSTEM_TAGS), outcomes=Outcomes(**cast.checks))
    add_newcomers(state, cast)
    for facts in cast.scenes:
        add_scene(state, facts["scene"], facts["title"])
    state.templates = {facts["template_id"]: Template(**facts) for facts in cast.templates}
    return state


def add_newcomers(state: State, cast: Cast) -> None:
    """Who is in the cast and not yet on the account: everybody at first, later those whom an upgrade brings."""
    for facts in cast.fans:
        fan = new_fan(seed=facts["name"], **facts)
        state.fans.setdefault(fan.open_id, fan)


def new_fan(name: str, seed: str | None = None, **facts) -> Fan:
    """A person; the same seed always gives the same ids, so that recordings can be replayed."""
    root = seed or secrets.token_hex(8)
    return Fan(
        open_id="oZQ" + _short(root, "oa", 25),
        mp_open_id="oMP" + _short(root, "mp", 25),
        union_id="uZQ" + _short(root, "union", 25),
        name=name,
        **facts,
    )


def add_scene(state: State, scene: str, title: str, numeric: bool = False, expires_at: float | None = None) -> Scene:
    ticket = "gQ" + _short(scene, "ticket", 40) + secrets.token_hex(4) * (expires_at is not None)
    made = Scene(ticket, scene, title, f"http://weixin.qq.com/q/{quote(scene, safe='')}", numeric, expires_at)
    state.scenes[ticket] = made
    return made


def _short(root: str, purpose: str, length: int) -> str:
    return hashlib.sha256(f"{purpose}:{root}".encode()).hexdigest()[:length]
