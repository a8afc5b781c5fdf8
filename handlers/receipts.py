"""Receipts for template messages (模板消息回执): an alert that did not arrive is owed again."""

from __future__ import annotations

from core.messages import InboundMessage, NoReply, Reply, TemplateSendFinished
from core.outbox import receipts
from handlers.context import Context
from handlers.registry import Router

router = Router("receipts")


@router.on(TemplateSendFinished)
def take_receipt(message: InboundMessage, ctx: Context) -> Reply:
    """Nobody waits for an answer."""
    if isinstance(message.body, TemplateSendFinished):
        receipts.note(ctx.session, message.body.message_id, message.body.status, ctx.now)
    return NoReply()
