"""What a young person says (理解): plain form, crisis risk, intent, slots; pure functions over boot-loaded data."""

from .judgement import Judgement, Understanding
from .normalise import Normalised, normalise
from .search import tokens
from .slots import age, chinese_number, is_cancel, is_no, is_yes, ordinal, phone, when

__all__ = [
    "Judgement",
    "Normalised",
    "Understanding",
    "age",
    "chinese_number",
    "is_cancel",
    "is_no",
    "is_yes",
    "normalise",
    "ordinal",
    "phone",
    "tokens",
    "when",
]
