"""Receipts of template messages: an alert that did not arrive is owed again, and nobody is answered."""

from core.messages import NoReply, TemplateSendFinished
from core.outbox import attempts, deliveries
from core.outbox.models import PENDING, REFERRAL_ALERT, SENT, TEMPLATE


def test_a_failed_receipt_reopens_the_alert(person, session, clock):
    alert = deliveries.owe(session, REFERRAL_ALERT, "a", clock.now(), {"risk": "high"})
    session.flush()
    attempt = attempts.begin(session, alert, "hash", TEMPLATE, clock.now())
    attempts.accept(session, attempt.id, "4711", clock.now())
    alert.state, alert.settled_at = SENT, clock.now()
    counselor = person("zhou")
    for status, state in (("success", SENT), ("failed:user block", PENDING)):
        clock.move(seconds=1)
        body = TemplateSendFinished("4711", status)
        assert isinstance(counselor.sends(body, "TEMPLATESENDJOBFINISH"), NoReply)
        assert counselor.route == "push:templatesendjobfinish"
        assert alert.state == state
