"""What to do when WeChat refuses (platform D13, R13): every errcode has a rule, and none has a loop."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from core.wechat.errors import WeChatRefused


class Reaction(StrEnum):
    """What whoever wanted to send does next."""

    # The client itself renewed the token and tried once more; when this still comes up, wait before trying again.
    RENEW_TOKEN_ONCE = "renew_token_once"
    BACK_OFF = "back_off"
    # This interface is spent until midnight in Beijing; keep what is left of others for referrals, and alarm.
    STOP_INTERFACE_UNTIL_TOMORROW = "stop_interface_until_tomorrow"
    # Another channel, or park it until the person writes again.
    WINDOW_CLOSED = "window_closed"
    # Mark the person; nothing can be sent to them by this channel.
    UNREACHABLE_PERSON = "unreachable_person"
    DROP = "drop"
    ALREADY_SENT = "already_sent"
    # An operator must mend the account or its settings: stop calling and alarm.
    CONFIGURATION = "configuration"
    # A fault of ours, or of the content: a person must look at it.
    NEEDS_HUMAN = "needs_human"


@dataclass(frozen=True)
class Rule:
    """One line of the table: these codes mean this, so do that, and wait at least so long."""

    codes: frozenset[int]
    meaning: str
    reaction: Reaction
    wait_s: int = 0


def _rule(codes: Iterable[int], meaning: str, reaction: Reaction, wait_s: int = 0) -> Rule:
    return Rule(frozenset(codes), meaning, reaction, wait_s)


def _span(first: int, last: int) -> range:
    return range(first, last + 1)


RULES = (
    _rule([-1], "platform busy", Reaction.BACK_OFF, 2),
    _rule([40001, 40014, 42001], "token invalid, illegal or expired", Reaction.RENEW_TOKEN_ONCE, 30),
    _rule([40002, 40013, 40125, 40243], "grant type, app id or secret wrong", Reaction.CONFIGURATION, 60),
    _rule([40164], "our address is not on the whitelist", Reaction.CONFIGURATION, 60),
    _rule([89501, 89503, 89506, 89507], "our address waits for the admin's consent", Reaction.CONFIGURATION, 3600),
    _rule([40003], "OpenID wrong or of another account", Reaction.UNREACHABLE_PERSON),
    _rule(_span(40004, 40009), "media type, size or id", Reaction.DROP),
    _rule([*_span(40016, 40027), 40054, 40055, *_span(65301, 65317)], "menu", Reaction.NEEDS_HUMAN),
    _rule([40029, 40163, 40030, 42002, 42003, 42007], "log-in code used or wrong", Reaction.DROP),
    _rule([40033], "illegal characters", Reaction.NEEDS_HUMAN),
    _rule([40035, 40050, 40059, 40097, 47001], "bad parameter or JSON", Reaction.NEEDS_HUMAN),
    _rule([40036, 40037], "template id", Reaction.CONFIGURATION),
    _rule([40129, 40137, 40169], "scene, picture format", Reaction.NEEDS_HUMAN),
    _rule([40165, 41030, 85079], "page unknown or not released", Reaction.NEEDS_HUMAN),
    _rule([40226], "high-risk user", Reaction.DROP),
    _rule([*_span(41001, 41009), 41028, 41029], "something is missing in the call", Reaction.NEEDS_HUMAN),
    _rule([43001, 43002, 43003], "wrong HTTP method", Reaction.NEEDS_HUMAN),
    _rule([43004, 43005], "no follower", Reaction.UNREACHABLE_PERSON),
    _rule([43019], "on the account's blacklist", Reaction.UNREACHABLE_PERSON),
    _rule([43101], "no subscription consent left", Reaction.UNREACHABLE_PERSON),
    _rule([43104, 43302], "OpenID and app id do not match; caller not allowed", Reaction.CONFIGURATION),
    _rule(_span(44001, 44004), "empty body or text", Reaction.NEEDS_HUMAN),
    _rule(_span(45001, 45008), "too long, too many", Reaction.NEEDS_HUMAN),
    _rule([45009], "daily quota spent", Reaction.STOP_INTERFACE_UNTIL_TOMORROW),
    _rule([45011], "too many a minute", Reaction.BACK_OFF, 60),
    _rule([45015], "customer-service window closed", Reaction.WINDOW_CLOSED),
    _rule([45047], "too many customer-service messages in the window", Reaction.WINDOW_CLOSED),
    _rule([45028], "no mass sends left", Reaction.NEEDS_HUMAN),
    _rule([45065], "sent already under this client id", Reaction.ALREADY_SENT),
    _rule([45066], "tried again too soon", Reaction.BACK_OFF, 60),
    _rule([45029, 45067], "QR codes spent; client id too long", Reaction.NEEDS_HUMAN),
    _rule([45064], "the menu names a mini-program that is not linked", Reaction.CONFIGURATION),
    _rule([45072, 45080, 45081], "typing mark", Reaction.DROP),
    _rule([45103], "interface withdrawn", Reaction.NEEDS_HUMAN),
    _rule([46001, 46002, 46003], "no such media or menu", Reaction.NEEDS_HUMAN),
    _rule([46004], "no such person", Reaction.UNREACHABLE_PERSON),
    _rule([47003], "a template value breaks its type", Reaction.NEEDS_HUMAN),
    _rule([48001], "no right to this interface", Reaction.CONFIGURATION),
    _rule([48002], "the person refuses messages", Reaction.UNREACHABLE_PERSON),
    _rule([48003], "the platform's terms are not agreed to", Reaction.CONFIGURATION),
    _rule([48004, 50001, 50002], "interface banned or account restricted", Reaction.CONFIGURATION, 60),
    _rule([50005], "the person does not follow the account", Reaction.UNREACHABLE_PERSON),
    _rule([48005, 48006, 48008], "material in use; quota resets or mass sends spent", Reaction.NEEDS_HUMAN),
    _rule([61450], "customer-service system error", Reaction.BACK_OFF, 60),
    _rule([*_span(61451, 61458), *_span(65400, 65414)], "agents", Reaction.NEEDS_HUMAN),
    _rule([61500, 61501], "statistics date", Reaction.NEEDS_HUMAN),
    _rule([63002, *_span(76001, 76004), *_span(9410010, 9410012)], "media, rid, short key", Reaction.DROP),
    _rule([87009], "session signature", Reaction.DROP),
    _rule([87013], "too many recalls", Reaction.NEEDS_HUMAN),
    _rule([87014], "risky content", Reaction.DROP),
    _rule(_span(88000, 88010), "comments", Reaction.NEEDS_HUMAN),
    _rule(set(_span(85000, 85999)) - {85079}, "code audit and links", Reaction.NEEDS_HUMAN),
    _rule(_span(9001001, 9001036), "shake-around, gateway", Reaction.DROP),
)
UNKNOWN = Rule(frozenset(), "unknown errcode", Reaction.NEEDS_HUMAN)
# A token that cannot be fetched for one of the token's own codes means: the secret is wrong.
WRONG_SECRET = Rule(frozenset(), "app secret wrong", Reaction.CONFIGURATION, 60)

TOKEN_PATH = "/cgi-bin/stable_token"
_BY_CODE = {code: rule for rule in RULES for code in rule.codes}


def rule_for(refusal: WeChatRefused) -> Rule:
    """The rule for this refusal; a code that nobody has seen needs a human."""
    rule = _BY_CODE.get(refusal.code, UNKNOWN)
    if rule.reaction is Reaction.RENEW_TOKEN_ONCE and refusal.path == TOKEN_PATH:
        return WRONG_SECRET
    return rule
