"""The platform's side, as tests of the client look at it."""

from __future__ import annotations

from simulator import mini_crypto, windows
from simulator import tokens as platform_tokens
from simulator.grants import give
from simulator.state import Fan
from simulator.world import World

SECRET = "5e0c1a7b3d9f4e2686a4c0d8b1f7e359"
MP_APP_ID, MP_SECRET = "wxfedcba9876543210", "9d2f6b8a4c1e7035f2a8b6d4c0e91735"
MANY = 10**6
SEND, TOKEN = "/cgi-bin/message/custom/send", "/cgi-bin/stable_token"


class Platform:
    """The simulated platform, with what a test may do to it."""

    def __init__(self, world: World) -> None:
        self.world = world

    def calls(self, path: str | None = None) -> list[dict]:
        """What was received, of one path or of all."""
        received = [each for each in self.world.ledger.entries(limit=10**6) if each["kind"] == "api.received"]
        return [each for each in received if path in (None, each["path"])]

    def breaks(self, path: str, kind: str = "errcode", errcode: int | None = None, times: int | None = None) -> None:
        """Order a fault."""
        self.world.faults.add(path, kind, errcode, 0.0, times)

    def writer(self) -> Fan:
        """A follower who has just written, so that the customer-service window is open."""
        fan = next(iter(self.world.state.fans.values()))
        fan.subscribed = True
        windows.open_window(self.world.state.windows, fan.open_id, "message", self.world.clock.now())
        self.world.state.windows[fan.open_id][0].left = MANY
        return fan

    def login_code(self, fan: Fan) -> str:
        """What `wx.login` gives the mini-program of this person."""
        self.world.state.session_keys[fan.open_id] = mini_crypto.new_session_key()
        return give(self.world, "login", fan.open_id).code

    def heard(self, fan: Fan) -> list[str]:
        """The texts that this person received."""
        return [each.text for each in self.world.state.chats.get(fan.open_id, []) if each.side == "account"]

    def replace_token(self) -> str:
        """Somebody else forced a refresh, and the five minutes of grace are over."""
        state, settings, now = self.world.state, self.world.settings, self.world.clock.now()
        fresh = platform_tokens.issue(state.tokens, settings.app_id, platform_tokens.STABLE, now)
        for each in state.tokens:
            if each.overlap_until is not None:
                each.overlap_until = now
        return fresh.text
