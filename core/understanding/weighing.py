"""Rules and model weighed together (权衡): the rules speak where they saw something, the model where they did not.

Doubt goes up (S11). The model raises what the rules passed over; it takes an alarm of theirs back only where it is all
but sure that nothing is meant, and then to a gentle word with the numbers, never to silence. The bounds were chosen on
messages that neither had seen, for three false alarms in a hundred harmless ones (content/model/CARD.md).
"""

from content.lexicon import GRAVE, RISKS

from .model import Reading

ALARM = {"none": 0.4, "concern": 0.5}  # at which share of grave the model raises what the rules called so
TAKEN_BACK = 0.06  # below it an alarm of the rules becomes a concern
CARE = 0.5  # at which share of anything but harmless it is a concern
HARMLESS = 0.95  # at which share of harmless a concern of the rules is none
NOW = 0.4  # at which part of the grave share it is imminent
FEW = 5  # shorter ones are answers and fragments (“今晚”, “买好了”): the rules alone, and what follows, decide
SHORT, SHORT_ALARM = 8, 0.8  # of shorter ones the model must be surer
GREY = 0.15  # from here on what is said next may change it
TOGETHER = 0.5  # at which share several messages read as one are an alarm
CALM = 0.8  # at which share of harmless a message adds nothing to those before it


def weigh(by_rules: str, reading: Reading, length: int) -> str:
    """The risk, of what the rules say and what the model reads in a message of so many characters."""
    if length < FEW:
        return by_rules
    if by_rules in GRAVE:
        if reading.grave < TAKEN_BACK:
            return "concern"
        return "imminent" if is_now(reading) and reading.grave >= SHORT_ALARM else by_rules
    if reading.grave >= max(ALARM[by_rules], SHORT_ALARM if length < SHORT else 0.0):
        return "imminent" if is_now(reading) else "high"
    if by_rules == "concern":
        return "none" if reading.risks[0] >= HARMLESS else "concern"
    return "concern" if 1 - reading.risks[0] >= CARE else "none"


def is_now(reading: Reading) -> bool:
    """Whether what is grave in it is likely to happen now."""
    return reading.imminent >= NOW * reading.grave


def is_grey(reading: Reading) -> bool:
    """Whether there is enough in it to be read again with what follows."""
    return reading.grave >= GREY


def reason(risk: str, by_rules: str, reading: Reading) -> str:
    """What a counselor is told when the model decided; no word of the message."""
    share = round((reading.grave if risk in GRAVE else 1 - reading.risks[0]) * 100)
    if RISKS.index(risk) < RISKS.index(by_rules):
        return f"整句话读来像没有危险（模型：有危险的可能 {share}%），请人看一眼"
    return (
        f"整句话读来像有危险（模型：可能性 {share}%）"
        if risk in GRAVE
        else f"整句话读来不太好受（模型：可能性 {share}%）"
    )
