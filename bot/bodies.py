"""The typed body of a push (platform B1): which fields a message type carries, and what they mean."""

from __future__ import annotations

from collections.abc import Callable

from bot.event_bodies import EVENTS
from bot.xml_in import BadValue, Fields
from core import messages as m


def read_body(kind: str, event: str, xml: Fields) -> m.Body:
    """The body of a push by its MsgType and Event, both lower-case.

    A type that we do not know, or one with a value it cannot have, is Unknown: kept raw, not refused, because
    WeChat tells the follower that the account is out of order when we refuse what it really sent.
    """
    name = event if kind == "event" else kind
    read = (EVENTS if kind == "event" else MESSAGES).get(name)
    if read is None:
        return m.Unknown(name)
    try:
        return read(xml)
    except BadValue:
        return m.Unknown(name)


def _text(xml: Fields) -> m.Text:
    return m.Text(xml.text("Content"), xml.text("bizmsgmenuid"))


def _image(xml: Fields) -> m.Image:
    return m.Image(xml.text("PicUrl"), xml.text("MediaId"))


def _voice(xml: Fields) -> m.Voice:
    return m.Voice(xml.text("MediaId"), xml.text("Format"), xml.text("Recognition"))


def _video(xml: Fields) -> m.Video:
    return m.Video(xml.text("MediaId"), xml.text("ThumbMediaId"))


def _short_video(xml: Fields) -> m.ShortVideo:
    return m.ShortVideo(xml.text("MediaId"), xml.text("ThumbMediaId"))


def _location(xml: Fields) -> m.Location:
    latitude, longitude = xml.decimal("Location_X", 90), xml.decimal("Location_Y", 180)
    if latitude is None or longitude is None:
        raise BadValue("Location_X")
    return m.Location(latitude, longitude, xml.number("Scale"), xml.text("Label"))


def _link(xml: Fields) -> m.Link:
    return m.Link(xml.text("Title"), xml.text("Description"), xml.text("Url"))


def _file(xml: Fields) -> m.File:
    return m.File(
        title=xml.text("Title"),
        description=xml.text("Description"),
        file_key=xml.text("FileKey"),
        md5=xml.text("FileMd5"),
        size=xml.number("FileTotalLen"),
    )


def _mini_program_page(xml: Fields) -> m.MiniProgramPage:
    return m.MiniProgramPage(
        title=xml.text("Title"),
        app_id=xml.text("AppId"),
        page_path=xml.text("PagePath"),
        thumb_url=xml.text("ThumbUrl"),
        thumb_media_id=xml.text("ThumbMediaId"),
    )


MESSAGES: dict[str, Callable[[Fields], m.Body]] = {
    "text": _text,
    "image": _image,
    "voice": _voice,
    "video": _video,
    "shortvideo": _short_video,
    "location": _location,
    "link": _link,
    "file": _file,
    "miniprogrampage": _mini_program_page,
}
