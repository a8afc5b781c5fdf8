"""Pictures, voices, videos, files (图片、语音 …): honest about what we can do with them, and how to go on."""

from __future__ import annotations

from core.messages import File, Image, InboundMessage, Link, MiniProgramPage, Reply, ShortVideo, Video, Voice
from handlers.context import Context
from handlers.registry import PASS, Pass, Router

router = Router("media")


@router.on(Image, opens_with="media.picture")
def ask_for_words_about_picture(message: InboundMessage, ctx: Context) -> Reply:
    """Stored, but nobody of us looks at it now."""
    return ctx.say("media.picture")


@router.on(Voice, opens_with="media.voice")
def ask_for_words_instead_of_voice(message: InboundMessage, ctx: Context) -> Reply | Pass:
    """Only where WeChat sent no words with it; else it was read as text, and the fallback helps."""
    return PASS if message.text.strip() else ctx.say("media.voice")


@router.on(Video, opens_with="media.video")
@router.on(ShortVideo, opens_with="media.video")
def ask_for_words_about_video(message: InboundMessage, ctx: Context) -> Reply:
    """The same for both kinds."""
    return ctx.say("media.video")


@router.on(File, opens_with="media.file")
def say_that_files_stay_closed(message: InboundMessage, ctx: Context) -> Reply:
    """WeChat gives us its name only."""
    return ctx.say("media.file")


@router.on(Link, opens_with="media.link")
@router.on(MiniProgramPage, opens_with="media.link")
def say_that_links_stay_closed(message: InboundMessage, ctx: Context) -> Reply:
    """We open no address that somebody sends."""
    return ctx.say("media.link")
