"""Keyboards under messages: what Telegram accepts, and finding a button to press."""

from collections.abc import Iterator
from urllib.parse import urlsplit

from bot.sandbox.refusals import bad

Markup = dict[str, object]

MAX_BUTTONS = 100  # python-telegram-bot: InlineKeyboardMarkupLimit.TOTAL_BUTTON_NUMBER
MAX_IN_ROW = 8  # python-telegram-bot: InlineKeyboardMarkupLimit.BUTTONS_PER_ROW
MAX_DATA_BYTES = 64  # Bot API, InlineKeyboardButton.callback_data

_ACTIONS: dict[str, type | tuple[type, ...]] = {
    "url": str,
    "callback_data": str,
    "web_app": dict,
    "login_url": dict,
    "switch_inline_query": str,
    "switch_inline_query_current_chat": str,
    "switch_inline_query_chosen_chat": dict,
    "copy_text": dict,
    "callback_game": dict,
    "pay": bool,
}
_DECORATION = {"text", "style", "icon_custom_emoji_id"}
_STYLES = {"danger", "success", "primary"}
_LOOPBACK = {"127.0.0.1", "localhost", "::1"}


def check_markup(markup: object, *, inline_only: bool) -> Markup:
    """A reply_markup as Telegram would keep it; raises RefusedError 400 in its words."""
    if not isinstance(markup, dict):
        raise bad("object expected as reply markup")
    if "inline_keyboard" in markup:
        return {"inline_keyboard": _inline_rows(markup["inline_keyboard"])}
    if inline_only and markup:
        raise bad("inline keyboard expected")
    if not markup:
        return {"inline_keyboard": []}
    if "keyboard" in markup:
        _reply_rows(markup["keyboard"])
    elif markup.get("remove_keyboard") is not True and markup.get("force_reply") is not True:
        raise bad("can't parse reply keyboard markup JSON object")
    placeholder = markup.get("input_field_placeholder", "x")
    if not isinstance(placeholder, str) or not 1 <= len(placeholder) <= 64:
        raise bad("input field placeholder must be 1-64 characters")
    return dict(markup)


def _inline_rows(rows: object) -> list[list[dict[str, object]]]:
    if not isinstance(rows, list) or any(not isinstance(row, list) for row in rows):
        raise bad('field "inline_keyboard" must be an Array of Arrays')
    checked = [[_inline_button(button) for button in row] for row in rows if row]
    if sum(map(len, checked)) > MAX_BUTTONS or any(len(row) > MAX_IN_ROW for row in checked):
        raise bad("reply markup is too long")
    return checked


def _inline_button(button: object) -> dict[str, object]:
    prefix = "can't parse inline keyboard button: "
    if not isinstance(button, dict):
        raise bad(prefix + "expected an Object")
    text = button.get("text")
    if text is None:
        raise bad(prefix + 'Can\'t find field "text"')
    if not isinstance(text, str):
        raise bad(prefix + 'Field "text" must be of type String')
    if not text.strip():
        raise bad(prefix + "button text must be non-empty")
    actions = [key for key in button if key in _ACTIONS]
    if not actions:
        raise bad(prefix + "Text buttons are unallowed in the inline keyboard")
    if len(actions) > 1:
        raise bad(prefix + "exactly one optional field must be used to specify its type")
    unknown = set(button) - set(_ACTIONS) - _DECORATION
    if unknown:
        raise bad(prefix + f'unknown field "{min(unknown)}"')
    action = actions[0]
    value = button[action]
    if not isinstance(value, _ACTIONS[action]):
        raise bad(prefix + f'Field "{action}" has a wrong type')
    if button.get("style", "primary") not in _STYLES:
        raise bad(prefix + "invalid button style specified")
    if action == "callback_data" and not 1 <= len(str(value).encode()) <= MAX_DATA_BYTES:
        raise bad("BUTTON_DATA_INVALID")
    if action == "url":
        _check_url(str(value))
    if action in {"web_app", "login_url"}:
        check_app(value)
    if action == "copy_text":
        _check_copy(value)
    return dict(button)


def _check_url(url: str) -> None:
    parts = urlsplit(url if "://" in url else f"http://{url}")
    if parts.scheme not in {"http", "https", "tg", "tonsite"} or not parts.netloc:
        raise bad(f"inline keyboard button URL '{url}' is invalid: Wrong HTTP URL")


def check_app(app: object) -> None:
    """Refuse a Mini App without an address the client would open."""
    url = app.get("url") if isinstance(app, dict) else None
    if not isinstance(url, str):
        raise bad("can't parse inline keyboard button: Can't find field \"url\"")
    parts = urlsplit(url)
    # The real service wants https. A program on this machine has no certificate, so the
    # sandbox opens loopback addresses too.
    if parts.scheme != "https" and parts.hostname not in _LOOPBACK:
        raise bad(
            f"inline keyboard button Web App URL '{url}' is invalid: Only HTTPS links are allowed"
        )


def _check_copy(value: object) -> None:
    text = value.get("text") if isinstance(value, dict) else None
    if not isinstance(text, str) or not 1 <= len(text) <= 256:
        raise bad("can't parse inline keyboard button: copy text must be 1-256 characters")


def _reply_rows(rows: object) -> None:
    if not isinstance(rows, list) or any(not isinstance(row, list) for row in rows):
        raise bad('field "keyboard" of the ReplyKeyboardMarkup must be an Array of Arrays')
    for row in rows:
        for button in row:
            text = button.get("text") if isinstance(button, dict) else button
            if not isinstance(text, str) or not text.strip():
                raise bad("can't parse keyboard button: Can't find field \"text\"")


def buttons(markup: object) -> Iterator[dict[str, object]]:
    """Every inline button of a message's `reply_markup`, row by row."""
    rows = markup.get("inline_keyboard") if isinstance(markup, dict) else None
    for row in rows if isinstance(rows, list) else []:
        yield from row


def find_button(
    markup: object, *, label: str | None, data: str | None
) -> dict[str, object] | None:
    """The button with this data, or whose label is or else contains `label`."""
    found = list(buttons(markup))
    if data is not None:
        return next((b for b in found if b.get("callback_data") == data), None)
    wanted = label or ""
    exact = (b for b in found if b["text"] == wanted)
    partly = (b for b in found if wanted in str(b["text"]))
    return next(exact, None) or next(partly, None)
