"""Properties of reading mark-up: whatever is escaped comes back, and offsets always fit."""

from contextlib import suppress
from html import escape

from hypothesis import example, given
from hypothesis import strategies as st

from bot.sandbox.html import automatic, clean, parse_html, trim, units
from bot.sandbox.refusals import RefusedError

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)
pieces = st.sampled_from(
    [
        "<b>",
        "</b>",
        "<i>",
        "</i>",
        "<a\thref='https://a.org'>",
        "</a>",
        "<pre>",
        "</pre>",
        "<code>",
        "</code>",
        "&lt;",
        "&#128512;",
        "&",
        "<",
        ">",
        "</",
        "督办",
        "😀",
        "12-31",
        "\u3000",
        "/help",
        "@somebody",
        "#校车",
        "https://b.org",
    ]
)


@given(texts)
@example("&amp;lt; <&> \" ' 😀")
def test_escaped_text_comes_back_unmarked(text: str) -> None:
    assert parse_html(escape(text, quote=False)) == (text, [])


@given(texts, texts, texts)
def test_a_bold_middle_is_where_it_stands(before: str, middle: str, after: str) -> None:
    source = f"{escape(before)}<b>{escape(middle)}</b>{escape(after)}"
    text, entities = parse_html(source.replace("&#x27;", "'"))
    assert text == before + middle + after
    bold = {"type": "bold", "offset": units(before), "length": units(middle)}
    assert entities == ([bold] if middle else [])


@given(st.lists(pieces, max_size=25).map("".join))
def test_any_markup_is_read_or_refused_and_entities_stay_inside(source: str) -> None:
    with suppress(RefusedError):
        text, entities = parse_html(clean(source))
        bare, kept = trim(text, automatic(text, entities))
        assert bare == bare.strip()
        for entity in kept:
            start, length = int(str(entity["offset"])), int(str(entity["length"]))
            assert start >= 0
            assert length > 0
            assert start + length <= units(bare)
