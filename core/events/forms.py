"""The sign-up form (报名表) of an event: what to ask next, and whether an answer fits."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from core.events.errors import InvalidAnswer, WrongAge
from core.events.models import Event
from core.understanding import age as read_age
from core.understanding import is_no, is_yes, normalise, phone

# Below this age a guardian must agree (P3: PIPL 31).
GUARDIAN_AGE = 14
LONGEST = 200
# What is stored of a guardian's consent until a teacher has spoken with them: in chat a child could have written it.
UNCHECKED = "未核实"
_NAME = re.compile(r"[^\W\d_]+(?:[·• ][^\W\d_]+)*")
# Who somebody is to the child (妈妈, 小明妈妈), which is no name.
_KINSHIP = re.compile(
    r".*(?:妈|爸|妈咪|老爹|老娘|爹爹|奶奶|爷爷|姥姥|姥爷|外婆|外公|家长|监护人|母亲|父亲)"
    r"|(?:我的?|俺的?|大|小|表|堂)?(?:姐姐?|哥哥?|叔叔?|阿姨|姨|舅舅?|姑姑?|伯伯?|婶婶?|爹|娘)"
    r"|mom|mum|mama|mother|dad|papa|father|parents?"
)
# How people begin when they are asked for a name.
_INTRODUCED = re.compile(r"(?:我的?(?:名字|姓名)?[叫是]|(?:名字|姓名)[叫是:]*)\s*")
# What people say instead of a name; a name may well hold 不 (阿不都) or 么, so only whole phrases count.
_NO_NAME = re.compile(r"我?不(?:知道|想|要|告诉|填|写|说|会).*|.*(?:为什么|什么|怎么).*|好[的吧呀啊]|帮帮?我|谢谢你?")
# Words around a telephone number that name nobody.
_NOBODY = re.compile(r"我的?|本人|自己的?|手机|电话|号码|号|联系人|联系|紧急|是|打|\+?86")

Answers = Mapping[str, Any]
NOTHING: Answers = {}


@dataclass(frozen=True)
class Question:
    """One thing to ask, and why (P1); the wording is the text `events.ask.<name>`."""

    name: str
    purpose: str = ""
    required: bool = True


OVER_14 = Question("over_14")
GUARDIAN = (Question("guardian_consent"), Question("guardian_name"), Question("guardian_phone"))
# Two answers that must not be the same; whichever is asked later is refused.
OTHER_PHONE = {"phone": "guardian_phone", "guardian_phone": "phone"}
SKIPS = frozenset({"跳过", "不填", "略", "略过", "不想填", "skip"})


def questions(event: Event, answers: Answers) -> list[Question]:
    """All that this person is asked, in order, as far as their answers tell.

    Age decides whether a person may come and who must agree, so it comes first, and as little of it as is needed;
    a guardian agrees before anything else is asked of a child (P1, P3).
    """
    own = [Question(row["name"], row.get("purpose", ""), row.get("required", True)) for row in event.fields]
    rest = [one for one in own if one.name != "age"]
    return [*_age_question(event, own), *(GUARDIAN if needs_guardian(answers) else ()), *rest]


def next_question(event: Event, answers: Answers) -> Question | None:
    """What to ask now, or None when the form is full."""
    return next((one for one in questions(event, answers) if one.name not in answers), None)


def needs_guardian(answers: Answers) -> bool:
    """Whether a parent must take part: under 14, or not yet known to be older (P3)."""
    years = answers.get("age")
    if years is not None:
        return bool(years < GUARDIAN_AGE)
    return answers.get("over_14") is False


def read(event: Event, question: Question, text: str, given: Answers = NOTHING) -> Any:
    """The answer as it is stored; `given` are the earlier ones. Raises InvalidAnswer with a text that helps."""
    text = unicodedata.normalize("NFKC", text).strip()
    if not text:
        raise InvalidAnswer("events.invalid.empty")
    if len(text) > LONGEST:
        raise InvalidAnswer("common.too_long")
    if text.lower() in SKIPS:
        if question.required:
            raise InvalidAnswer("events.invalid.required")
        return None
    answer = _READERS.get(question.name, _any_words)(event, text)
    if question.name in OTHER_PHONE and answer == given.get(OTHER_PHONE[question.name]):
        raise InvalidAnswer(f"events.invalid.same_{question.name}")
    return answer


def _age_question(event: Event, own: list[Question]) -> list[Question]:
    asked = next((one for one in own if one.name == "age"), None)
    if asked or event.min_age is not None or event.max_age is not None:
        return [Question("age", asked.purpose if asked else "")]
    return [OVER_14] if own else []


def _name(event: Event, text: str) -> str:
    text = _INTRODUCED.sub("", text, count=1) if _INTRODUCED.match(text) else text
    text = text.strip(" ,。.!")
    if not (2 <= len(text) <= 20 and _NAME.fullmatch(text)) or _NO_NAME.fullmatch(text):
        raise InvalidAnswer("events.invalid.name")
    return text


def _guardian_name(event: Event, text: str) -> str:
    plain = normalise(text).text
    # Who agrees once more has not said who they are.
    if "同意" in plain or _KINSHIP.fullmatch(plain):
        raise InvalidAnswer("events.invalid.guardian_name")
    return _name(event, text)


def _phone(event: Event, text: str) -> str:
    number = phone(text)
    if number is None:
        raise InvalidAnswer("events.invalid.phone")
    return number


def _age(event: Event, text: str) -> int:
    years = read_age(text)
    if years is None:
        raise InvalidAnswer("events.invalid.age")
    if event.min_age is not None and years < event.min_age:
        raise WrongAge("events.too_young", title=event.title, ages=ages(event))
    if event.max_age is not None and years > event.max_age:
        raise WrongAge("events.too_old", title=event.title, ages=ages(event))
    return years


def _over_14(event: Event, text: str) -> bool:
    years = read_age(text)
    # “1” and “2” are the choices offered, not ages.
    if years is not None and years > 2:
        return years >= GUARDIAN_AGE
    return _one_or_two(text)


def _emergency_contact(event: Event, text: str) -> str:
    has_name = any(char.isalpha() for char in _NOBODY.sub("", normalise(text).text))
    if phone(text) is None:
        raise InvalidAnswer("events.invalid.emergency_phone" if has_name else "events.invalid.emergency_contact")
    if not has_name:
        raise InvalidAnswer("events.invalid.emergency_name")
    return text


def _school(event: Event, text: str) -> str:
    if not 2 <= len(text) <= 40:
        raise InvalidAnswer("events.invalid.school")
    return text


def _guardian_consent(event: Event, text: str) -> str:
    plain = normalise(text).text
    # A bare “好的” may be the child's own; the words must be the guardian's.
    if is_no(plain) or "不" in plain or "同意" not in plain:
        raise InvalidAnswer("events.invalid.guardian_consent")
    return UNCHECKED


def _any_words(event: Event, text: str) -> str:
    return text


def _one_or_two(text: str) -> bool:
    if is_yes(text) or text.startswith("满"):
        return True
    if is_no(text) or text.startswith(("没", "未", "还没", "不满", "不到", "差")):
        return False
    raise InvalidAnswer("events.invalid.over_14")


def ages(event: Event) -> str:
    """13 到 15 岁, 满 14 岁, 19 岁以下; "" when everybody may come."""
    if event.min_age is not None and event.max_age is not None:
        return f"{event.min_age} 到 {event.max_age} 岁"
    if event.min_age is not None:
        return f"{event.min_age} 岁以上"
    return f"{event.max_age} 岁以下" if event.max_age is not None else ""


_READERS: dict[str, Callable[[Event, str], Any]] = {
    "name": _name,
    "guardian_name": _guardian_name,
    "phone": _phone,
    "guardian_phone": _phone,
    "age": _age,
    "over_14": _over_14,
    "school": _school,
    "emergency_contact": _emergency_contact,
    "guardian_consent": _guardian_consent,
}


def guardian_purpose(event: Event) -> str:
    """What a guardian's consent (监护人同意) is given for: this event alone (P3)."""
    return f"guardian:event:{event.number}"
