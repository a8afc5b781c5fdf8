"""What a young person says (理解): plain form, crisis risk, intent, slots; pure functions over boot-loaded data."""

from .days import Days, days, when
from .judgement import Judgement, Understanding
from .likeness import likest
from .normalise import Normalised, normalise
from .numbers import chinese_number
from .search import tokens
from .slots import age, is_cancel, is_no, is_yes, order, ordinal, phone, superlative, superlative_in

__all__ = [
    "Days",
    "Judgement",
    "Normalised",
    "Understanding",
    "age",
    "chinese_number",
    "days",
    "is_cancel",
    "is_no",
    "is_yes",
    "likest",
    "normalise",
    "order",
    "ordinal",
    "phone",
    "superlative",
    "superlative_in",
    "tokens",
    "when",
]
