"""A small client of the phone port (命令行用的手机): act as a follower, wait for the answer, read it."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

import requests

ASKING_S = 0.03


class PhoneProblem(RuntimeError):
    """The simulator refused; the message is what it said."""


class BotUnreachable(RuntimeError):
    """Nobody listens at the callback."""


@dataclass
class Heard:
    """What came of one action: bubbles for the eye, problems for the developer."""

    bubbles: list[dict]
    problems: list[str]
    outcome: str
    push: dict = field(repr=False)

    @property
    def text(self) -> str:
        return "\n".join(shown(bubble) for bubble in self.bubbles)


class Phone:
    """One phone, talking to a running simulator."""

    def __init__(self, base: str):
        self._base = base
        self._http = requests.Session()
        self._http.trust_env = False

    def close(self) -> None:
        self._http.close()

    def is_there(self) -> bool:
        try:
            return self._http.get(f"{self._base}/control/health", timeout=2).json().get("name") == "zhengqing-simulator"
        except (requests.RequestException, ValueError, AttributeError):
            return False

    def get(self, path: str) -> dict:
        return self._answer(self._http.get(self._base + path, timeout=60))

    def post(self, path: str, body: dict) -> dict:
        return self._answer(self._http.post(self._base + path, json=body, timeout=60))

    def find(self, name: str) -> dict:
        """A follower by name, alias or openid; a part of the name will do if it fits only one."""
        cast = self.get("/phone/state")["cast"]
        exact = [each for each in cast if name in (each["name"], each["open_id"], *each["aliases"])]
        found = exact or [each for each in cast if name in each["name"]]
        if len(found) != 1:
            names = "、".join(each["name"] for each in found or cast)
            raise PhoneProblem(f"找不到唯一的“{name}”。可选：{names}")
        return found[0]

    def act(self, fan: dict, verb: str, body: dict) -> Heard:
        """Do something as this person and wait for the outcome; follow first where one must."""
        if verb not in ("follow", "scan", "event") and not self.find(fan["open_id"])["subscribed"]:
            self.act(fan, "follow", {})
        began = self.get(f"/phone/chats/{fan['open_id']}?after=0")["seq"]
        push_id = self.post(f"/phone/chats/{fan['open_id']}/{verb}", body)["push_id"]
        push = self._settled(push_id)
        bubbles = self.get(f"/phone/chats/{fan['open_id']}?after={began}")["bubbles"]
        answers = [each for each in bubbles if each["side"] != "fan" and each["push_id"] == push_id]
        return Heard(answers, push["problems"], push["outcome"], push)

    def _settled(self, push_id: str) -> dict:
        while True:
            push = self.get(f"/phone/pushes/{push_id}")
            if push["outcome"]:
                break
            time.sleep(ASKING_S)
        if push["outcome"] == "failed" and all("unreachable" in each for each in push["problems"]):
            raise BotUnreachable(push["problems"][0])
        return push

    def _answer(self, response: requests.Response) -> dict:
        answer = response.json()
        if not response.ok:
            raise PhoneProblem(answer["error"])
        return answer


def shown(bubble: dict) -> str:
    """A bubble as lines of text: cards as title, description and link."""
    if bubble["articles"]:
        lines = ([each["title"], each["description"], each["url"]] for each in bubble["articles"])
        return "\n".join("\n".join(line for line in card if line) for card in lines)
    if bubble["side"] == "notice":
        return f"（{bubble['text']}）"
    return bubble["text"] or f"[{bubble['kind']}] {bubble['image_url'] or ''}".strip()
