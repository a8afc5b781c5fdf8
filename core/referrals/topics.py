"""What a person may want to talk about (求助类别): a short name for the choice, and the topic of the case."""

# In the order in which they are offered.
TOPICS = {
    "mood": "心理",
    "study": "学业",
    "family": "家庭",
    "bullying": "校园欺凌",
    "friends": "情感",
    "online": "网络",
    "law": "法律维权",
    "work": "劳动权益",
    "other": "其他",
}
