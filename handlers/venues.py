"""青春家园: the nearest to a sent location, by district, by name."""

from __future__ import annotations

from collections.abc import Sequence

from content.venues.venues import Venue
from core.messages import InboundMessage, Location, Reply, TextReply
from core.understanding.slots import NEAREST
from core.venues import finding
from core.venues.nearest import FAR_AWAY, distance, is_position, nearest
from handlers.context import Context
from handlers.paging import END, OUT_OF_RANGE, ask_again, has_more, page, pick, turned, window
from handlers.registry import PASS, Pass, Router

router = Router("venues")

KEPT = 30  # how many results “更多” can walk through
Position = tuple[float, float]


@router.action("venues.ask", opens_with="venues.ask")
def ask_where(message: InboundMessage, ctx: Context) -> Reply:
    """Answer at once when the words name a place already."""
    return _find(ctx) or _ask(ctx, "venues.ask")


@router.action("venues.nearest", opens_with="venues.ask_location")
def ask_location(message: InboundMessage, ctx: Context) -> Reply:
    """Near to what? A position that was just sent, a place named in the words, or the one we ask for."""
    if position := ctx.dialogue.answers.get("position"):
        return _show_nearest(ctx, (position[0], position[1]))
    return _find(ctx) or _ask(ctx, "venues.ask_location")


@router.action("venue", opens_with="venues.details")
def show_venue(message: InboundMessage, ctx: Context) -> Reply:
    """One venue by its id, from a QR code at its door (场景 venue:QCJY002)."""
    venues = finding.by_ids(ctx.resources.venues, [ctx.argument])
    return _details(ctx, venues, 0) if venues else _ask(ctx, "venues.not_found")


@router.on(Location, opens_with="venues.nearest")
def show_nearest(message: InboundMessage, ctx: Context) -> Reply:
    """The three nearest to a location that the person sent."""
    body = message.body
    assert isinstance(body, Location)
    if not is_position(body.latitude, body.longitude):
        return _ask(ctx, "venues.bad_location")
    return _show_nearest(ctx, (body.latitude, body.longitude))


@router.step("venues.where")
def take_place(message: InboundMessage, ctx: Context) -> Reply | Pass:
    """A district, a road, a name; or something else altogether."""
    found = _find(ctx)
    if found is None and ctx.judgement.asked_for not in ("venue", "other"):
        return PASS
    return found or _ask(ctx, "venues.not_found")


@router.step("venues.choose")
def choose_venue(message: InboundMessage, ctx: Context) -> Reply | Pass:
    remembered, text = ctx.dialogue.answers, ctx.judgement.normal.text
    venues, start = finding.by_ids(ctx.resources.venues, remembered["ids"]), remembered["start"]
    turn = turned(text, len(venues), start)
    if turn is not None:
        return ctx.say("venues.no_more") if turn == END else _show_list(ctx, turn)
    # In the order of their distance when we know where the person is.
    best = {NEAREST: 0} if remembered["position"] else {}
    index = 0 if text == "最近" and best else pick(text, [one.name for one in venues], start, best)
    if index is None:
        return _find(ctx) or PASS
    return ask_again(ctx, _show_list(ctx, start)) if index == OUT_OF_RANGE else _details(ctx, venues, index)


def _ask(ctx: Context, key: str, **values: str) -> TextReply:
    ctx.dialogue.begin("venues.where")
    return ctx.say(key, **values)


def _find(ctx: Context) -> TextReply | None:
    """What the words name: a venue or road first, then a district."""
    text = ctx.judgement.normal.text
    if named := finding.by_name(ctx.resources.venues, text):
        return _list(ctx, "venues.by_name", named)
    district = finding.district_in(text)
    if district is None:
        return None
    return _list(ctx, "venues.in_district", ctx.resources.venues.in_district(district), district=district)


def _show_nearest(ctx: Context, position: Position) -> TextReply:
    found = nearest(ctx.resources.venues, *position)
    if found[0].metres > FAR_AWAY:
        return _ask(ctx, "venues.far_away", distance=_say_metres(ctx, found[0].metres))
    return _list(ctx, "venues.nearest", [one.venue for one in found], position=position)


def _list(
    ctx: Context, key: str, venues: Sequence[Venue], district: str = "", position: Position | None = None
) -> TextReply:
    ids = [one.id for one in venues[:KEPT]]
    ctx.dialogue.begin("venues.choose", key=key, ids=ids, count=len(venues), district=district, position=position)
    return _show_list(ctx, 0)


def _show_list(ctx: Context, start: int) -> TextReply:
    """Three of the venues that are remembered."""
    remembered = ctx.dialogue.answers
    venues = finding.by_ids(ctx.resources.venues, remembered["ids"])
    ctx.dialogue.expect("venues.choose", start=start)
    shown = window(venues, start)
    return ctx.say(
        remembered["key"],
        lines=page([_line(ctx, one) for one in shown], start),
        note=_note(ctx, shown),
        more=ctx.say("venues.more").text if has_more(len(venues), start) else "",
        district=remembered["district"],
        count=remembered["count"],
    )


def _line(ctx: Context, venue: Venue) -> str:
    hours = venue.hours or ctx.say("venues.hours_unknown").text
    values = {"name": venue.name, "distance": _distance(ctx, venue), "address": venue.address, "hours": hours}
    return ctx.say("venues.line", **values).text


def _details(ctx: Context, venues: Sequence[Venue], index: int) -> TextReply:
    venue = venues[index]
    if ctx.dialogue.expecting != "venues.choose":
        _list(ctx, "venues.by_name", venues)
    # Numbers still choose from the list that was shown.
    ctx.dialogue.expect("venues.choose")
    return ctx.say(
        "venues.details",
        name=venue.name,
        distance=_distance(ctx, venue),
        address=venue.address,
        hours=venue.hours or ctx.say("venues.hours_unknown").text,
        phone=_known(ctx, "phone", venue.phone),
        facilities=_known(ctx, "facilities", "、".join(venue.facilities)),
        note=_note(ctx, [venue]),
        url=ctx.resources.page(f"venues/{venue.id}"),
    )


def _known(ctx: Context, name: str, value: str) -> str:
    """A line about what we know; nothing where we do not."""
    return ctx.say(f"venues.{name}", **{name: value}).text if value else ""


def _note(ctx: Context, venues: Sequence[Venue]) -> str:
    return ctx.say("venues.demo").text if any(one.is_demo for one in venues) else ""


def _distance(ctx: Context, venue: Venue) -> str:
    """（约 650 米）; nothing while we do not know where the person is."""
    position = ctx.dialogue.answers.get("position")
    if not position:
        return ""
    metres = distance(position[0], position[1], venue.latitude, venue.longitude)
    return ctx.say("venues.distance", distance=_say_metres(ctx, metres)).text


def _say_metres(ctx: Context, metres: float) -> str:
    if metres < 1000:
        return ctx.say("venues.metres", distance=max(10, int(round(metres, -1)))).text
    return ctx.say("venues.kilometres", distance=f"{metres / 1000:.1f}").text
