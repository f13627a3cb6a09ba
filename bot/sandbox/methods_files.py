"""Bot API methods for files: sending them, and getFile.

Limits are those of the cloud service: 50 MB for a document a bot sends, 10 MB for a photo,
20 MB for a file it fetches.
"""

import struct

from bot.sandbox.chat import World
from bot.sandbox.methods_messages import send_stored
from bot.sandbox.records import Message
from bot.sandbox.refusals import RefusedError, bad
from bot.sandbox.validate import Parameters, Upload

MEGABYTE = 1024 * 1024
MAX_DOCUMENT = 50 * MEGABYTE
MAX_PHOTO = 10 * MEGABYTE
MAX_DOWNLOAD = 20 * MEGABYTE


def send_document(world: World, call: Parameters) -> Message:
    """sendDocument: an upload, or the file_id of an earlier one."""
    return _send(world, call, "document", MAX_DOCUMENT)


def send_photo(world: World, call: Parameters) -> Message:
    """sendPhoto: a PNG, JPEG, GIF or WebP upload, or the file_id of an earlier one."""
    return _send(world, call, "photo", MAX_PHOTO)


def _send(world: World, call: Parameters, kind: str, limit: int) -> Message:
    world.destination(call.chat())
    given = call.file(kind)
    if isinstance(given, Upload):
        if not given.data:
            raise bad("file must be non-empty")
        if len(given.data) > limit:
            raise RefusedError(413, "Request Entity Too Large")
        size = picture_size(given.data) if kind == "photo" else None
        if kind == "photo" and size is None:
            raise bad("IMAGE_PROCESS_FAILED")
        folder = "photos" if kind == "photo" else "documents"
        call.caption()  # judged before the file is kept
        stored = world.keep_file(given.data, given.name, given.mime, kind=folder, photo_size=size)
        return send_stored(world, call, stored.id, kind)
    if given.startswith(("http://", "https://")):
        raise bad("failed to get HTTP URL content")
    return send_stored(world, call, given, kind)


def get_file(world: World, call: Parameters) -> dict[str, object]:
    """getFile."""
    stored = world.files.get(call.string("file_id"))
    if stored is None:
        raise bad("invalid file_id")
    if len(stored.data) > MAX_DOWNLOAD:
        raise bad("file is too big")
    return {
        "file_id": stored.id,
        "file_unique_id": stored.unique_id,
        "file_size": len(stored.data),
        "file_path": stored.path,
    }


def picture_size(data: bytes) -> tuple[int, int] | None:
    """Width and height in pixels, or None where the bytes are no picture we can tell."""
    if data.startswith(b"\x89PNG\r\n\x1a\n") and len(data) >= 24:
        width, height = struct.unpack(">II", data[16:24])
        return width, height
    if data.startswith((b"GIF87a", b"GIF89a")) and len(data) >= 10:
        width, height = struct.unpack("<HH", data[6:10])
        return width, height
    if data.startswith(b"\xff\xd8"):
        return _jpeg_size(data)
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return 512, 512  # enough to be shown; the page scales it anyway
    return None


def _jpeg_size(data: bytes) -> tuple[int, int] | None:
    at = 2
    while at + 9 <= len(data) and data[at] == 0xFF:
        marker = data[at + 1]
        if 0xC0 <= marker <= 0xCF and marker not in {0xC4, 0xC8, 0xCC}:
            height, width = struct.unpack(">HH", data[at + 5 : at + 9])
            return width, height
        at += 2 + struct.unpack(">H", data[at + 2 : at + 4])[0]
    return None
