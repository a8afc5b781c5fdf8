"""Media files (素材): metadata in the state, bytes in a folder beside it."""

from __future__ import annotations

import io
import secrets
from typing import TYPE_CHECKING

import segno

from simulator.state import Media

if TYPE_CHECKING:
    from simulator.world import World

TEMPORARY_S = 3 * 86400


def keep(
    world: World, content: bytes, kind: str, content_type: str, *, name: str = "", permanent: bool = False
) -> Media:  # fmt: skip
    media_id = secrets.token_urlsafe(40)
    world.media_dir.mkdir(parents=True, exist_ok=True)
    (world.media_dir / media_id).write_bytes(content)
    made = Media(media_id, kind, content_type, world.clock.now(), permanent, name)
    made.url = f"{world.api_url}/mmbiz_jpg/{media_id}/0"
    with world.lock:
        world.state.media[media_id] = made
    return made


def find(world: World, media_id: str) -> Media | None:
    """A permanent file, or a temporary one younger than three days."""
    found = world.state.media.get(media_id)
    if found is None or (not found.permanent and world.clock.now() >= found.created_at + TEMPORARY_S):
        return None
    return found


def content(world: World, media_id: str) -> bytes:
    return (world.media_dir / media_id).read_bytes()


def drop(world: World, media_id: str) -> None:
    with world.lock:
        del world.state.media[media_id]
    (world.media_dir / media_id).unlink(missing_ok=True)


def demo_picture(text: str) -> bytes:
    """A picture to send when none is at hand: a small QR code."""
    out = io.BytesIO()
    segno.make(f"demo picture {text}").save(out, kind="png", scale=6)
    return out.getvalue()
