"""PDF of releases and of the programme, with texts that want to be more than text."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pypdf
import pytest
from flask_babel import force_locale

from festival.press.documents import printable, programme_pdf, release_pdf
from festival.press.models import Release
from festival.programme.queries import published_programme
from tests.factories.press import make_contact, make_release
from tests.factories.world import World


def text_of(pdf: bytes) -> str:
    return "".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages)


def printed(release: Release) -> str:
    with force_locale(release.language):
        return text_of(
            release_pdf(
                release, edition_title="Luminara Learns", zone_name="Europe/Madrid", contact=None
            )
        )


@pytest.mark.parametrize(
    "markup",
    [
        '#read("/etc/passwd")', "#import sys", "$x^2$", "= Heading", "@cite", "<label>", "\\#end",
        "#panic()", "]]] #let x = [", "{{ 7*7 }}", "/* comment */", "// comment",
    ],
)  # fmt: skip
def test_markup_in_a_headline_is_printed_as_it_is(world: World, markup: str) -> None:
    release = make_release(world.here, headline=f"Before {markup} after")
    found = printed(release)
    assert f"Before {markup} after".replace(" ", "") in found.replace(" ", "").replace("\n", "")


def test_naughty_strings_make_a_pdf(world: World, shared: Path) -> None:
    strings = json.loads((shared / "data/corpora/blns/blns.json").read_text())
    release = make_release(
        world.here,
        headline=next(each for each in strings if "script" in each),
        body="\n\n".join(strings),
        quotes=[{"text": each, "speaker": each, "role": each} for each in strings[::40] if each],
    )
    assert "###" in printed(release)


def test_endless_words_stay_on_the_page_and_overrides_are_gone() -> None:
    assert printable("a" * 39) == "a" * 39
    assert printable("a" * 50).count("\u200b") == 49
    assert printable("a\u202eb\u2066c\x00d\ud800") == "abcd"
    assert printable("ا\u200dب") == "ا\u200dب"


def test_an_arabic_release_tells_readers_its_language(world: World) -> None:
    release = make_release(world.here, language="ar", headline="مدينة تتعلم", lead="نص")
    with force_locale("ar"):
        pdf = release_pdf(
            release, edition_title="Luminara", zone_name="Europe/Madrid", contact=None
        )
    reader = pypdf.PdfReader(io.BytesIO(pdf))
    assert reader.trailer["/Root"]["/Lang"] == "ar"
    assert reader.metadata is not None and reader.metadata.title == "مدينة تتعلم"


def test_the_contact_and_all_parts_are_printed(world: World) -> None:
    contact = make_contact(world.here)
    release = make_release(world.here, notes="Note of ours", quotes=[{"text": "We learn"}])
    pdf = release_pdf(release, edition_title="Luminara", zone_name="Europe/Madrid", contact=contact)
    found = text_of(pdf)
    for words in ("For immediate release", "We learn", "Note of ours", "press@luminara.example"):
        assert words in found


def test_an_empty_programme_says_so(world: World) -> None:
    pdf = programme_pdf(published_programme(world.here.edition), locale="en")
    assert "No programme has been published yet." in text_of(pdf)
