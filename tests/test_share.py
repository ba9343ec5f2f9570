from __future__ import annotations

import io
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image, ImageChops

from paper_digest.catalog.records import Category
from paper_digest.digest.places import OWN_THEME
from paper_digest.digest.site import Site
from paper_digest.outputs import share

GROUND = (250, 247, 240)
HEBREW = "למידת מכונה"
LONG = (
    "A title that goes on and on, because its authors could not decide which of their many findings matters most, and "
    "so named the method, the data, the modality, the population, the baseline, the metric, the gain and the loss"
)
LONG_WORD = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft"


def titled(site: Site, *titles: str, family: str = "images") -> Site:
    """The site with categories of these titles alone."""
    categories = tuple(
        Category(id=f"c{number}", title=title, family=family, description="Words.")
        for number, title in enumerate(titles)
    )
    return replace(site, catalog=replace(site.catalog, categories=categories))


def named(site: Site, name: str, tagline: str = "A tagline") -> Site:
    digest = site.catalog.digest.model_copy(update={"tagline": tagline})
    return replace(site, identity=replace(site.identity, name=name), catalog=replace(site.catalog, digest=digest))


def drawn(site: Site) -> dict[str, Image.Image]:
    """The pictures of a site by address, in full colour."""
    return {
        artifact.path.removeprefix("docs/"): Image.open(io.BytesIO(artifact.content)).convert("RGB")
        for artifact in share.images(site)
    }


def of_title(site: Site, title: str) -> Image.Image:
    return drawn(titled(site, title))["share/categories/c0.png"]


def of_digest(site: Site) -> Image.Image:
    return drawn(site)["share/digest.png"]


def inked(picture: Image.Image, ground: tuple[int, int, int] = GROUND) -> tuple[int, int, int, int]:
    """The box around everything that is not the ground."""
    box = ImageChops.difference(picture, Image.new("RGB", picture.size, ground)).getbbox()
    assert box is not None
    return box


def colours(picture: Image.Image) -> set[tuple[int, int, int]]:
    counted = picture.getcolors(1 << 16)
    assert counted is not None
    return {(colour[0], colour[1], colour[2]) for _, colour in counted if isinstance(colour, tuple)}


def test_there_is_a_picture_for_the_digest_and_for_every_category(example_site: Site) -> None:
    assert [artifact.path for artifact in share.images(example_site)] == [
        "docs/share/digest.png",
        "docs/share/categories/vision.png",
        "docs/share/categories/language.png",
        "docs/share/categories/empty.png",
    ]


def test_a_page_names_a_picture_that_there_is(example_site: Site) -> None:
    pictures = {artifact.path.removeprefix("docs/") for artifact in share.images(example_site)}
    subjects = (None, *example_site.papers, *example_site.catalog.categories)
    assert {share.image_for(example_site, subject) for subject in subjects} <= pictures


def test_a_paper_has_the_picture_of_its_primary_category(example_site: Site) -> None:
    paper = example_site.paper["math"]
    assert share.image_for(example_site, paper) == "share/categories/language.png"
    homeless = paper.model_copy(update={"categories": ()})
    assert share.image_for(example_site, homeless) == "share/digest.png"
    assert share.image_for(example_site) == "share/digest.png"


def test_a_category_may_be_called_digest(example_site: Site) -> None:
    category = Category(id="digest", title="Digests", family="words", description="Words.")
    site = replace(example_site, catalog=replace(example_site.catalog, categories=(category,)))
    assert len({artifact.path for artifact in share.images(site)}) == 2


def test_the_words_of_a_picture_are_told_in_plain_text(example_site: Site) -> None:
    assert share.words_for(example_site) == "Test Digest: Papers that never were"
    assert share.words_for(example_site, example_site.paper["hostile"]) == "Test Digest: Vision & more <b>"


def test_a_picture_is_a_small_png_of_the_size_that_is_promised(example_site: Site) -> None:
    for artifact in share.images(titled(example_site, "Segmentation", "Parameter-efficient fine-tuning", LONG)):
        picture = Image.open(io.BytesIO(artifact.content))
        assert (picture.format, picture.mode, picture.size) == ("PNG", "P", (share.WIDTH, share.HEIGHT))
        assert len(artifact.content) < 20_000


def test_the_same_names_make_the_same_bytes(example_site: Site) -> None:
    once = share.images(example_site)
    share._studio.cache_clear()
    assert share.images(example_site) == once


def test_a_picture_changes_with_its_name_and_with_nothing_else(example_site: Site) -> None:
    before = share.images(example_site)
    fewer = replace(example_site, catalog=replace(example_site.catalog, papers=example_site.catalog.papers[:1]))
    assert share.images(fewer) == before
    after = share.images(named(example_site, "Another Digest"))
    assert all(old.content != new.content for old, new in zip(before, after, strict=True))


@pytest.mark.parametrize(
    "title",
    [
        LONG,
        LONG_WORD,
        f"{LONG_WORD} " * 5,
        "W" * 400,
        "T",
        "–",
        "A–" * 200,
        "Vision & more <b>",
        "Ǻcçéñtş “and” quotes…",
    ],
)
def test_everything_stays_within_the_margins(example_site: Site, title: str) -> None:
    for picture in (of_title(example_site, title), of_digest(named(example_site, title, title))):
        left, top, right, bottom = inked(picture)
        assert left >= share._MARGIN - 2  # round letters reach a little over
        assert right <= share.WIDTH - share._MARGIN + 8  # and so do hooks
        assert top >= 60
        assert bottom <= share.HEIGHT - 50


@pytest.mark.parametrize("title", [LONG, f"{LONG_WORD} " * 5, "Short"])
def test_the_large_line_keeps_clear_of_the_wordmark_and_of_the_rule(example_site: Site, title: str) -> None:
    picture = of_title(example_site, title)
    for top, bottom in ((share._TOP + 16, share._TOP + 34), (share._RULE - 16, share._RULE)):
        band = picture.crop((0, top, share.WIDTH, bottom))
        assert colours(band) == {GROUND}


def test_what_is_too_long_is_cut_and_says_so(example_site: Site) -> None:
    face = share._Face(share._theme(example_site).serif, 600)
    setting = face.fitted(f"{LONG} {LONG}", (60, 48), 900, 240)
    assert setting.size == 48
    assert setting.lines[-1].endswith("…")
    assert setting.width <= 900
    assert setting.height <= 240


def test_lines_are_balanced_and_lose_no_word(example_site: Site) -> None:
    face = share._Face(share._theme(example_site).serif, 600)
    words = "Papers on medical AI and fine-tuning, each in one sentence, sorted by subject."
    lines = face.fitted(words, (76,), 1032, 400).lines
    assert " ".join(lines) == words
    widths = [face.width(line) for line in lines]
    assert min(widths) > 0.7 * max(widths)


def test_no_line_begins_with_a_dash(example_site: Site) -> None:
    face = share._Face(share._theme(example_site).serif, 600)
    assert list(share._wrapped(face, "Emoji papers — weekly", 7)) == ["Emoji papers —", "weekly"]


@pytest.mark.parametrize("title", [HEBREW, "محمد الأحمد", "王小明", "Медицина", f"{HEBREW} MRI", "😀"])
def test_a_title_that_the_fonts_do_not_have_leaves_the_wordmark_alone(example_site: Site, title: str) -> None:
    picture = of_title(example_site, title)
    assert picture.tobytes() == of_title(example_site, "\u05d0").tobytes()
    assert colours(picture.crop((0, 0, share.WIDTH, share._TOP + 100))) == {GROUND}


def test_a_name_that_the_fonts_do_not_have_gives_way_to_the_address(example_site: Site) -> None:
    instead = of_digest(named(example_site, HEBREW))
    assert instead.tobytes() == of_digest(named(example_site, "مجلة")).tobytes()
    called = replace(example_site, identity=replace(example_site.identity, name="digest.example/sub"))
    assert instead.tobytes() == of_digest(named(called, "digest.example/sub")).tobytes()


def test_a_symbol_that_the_fonts_do_not_have_is_left_out(example_site: Site) -> None:
    assert (
        of_title(example_site, "😀 Emoji 👩🏽‍⚕️ papers ❤️").tobytes() == of_title(example_site, "Emoji papers").tobytes()
    )


def test_letters_of_the_extended_latin_are_drawn_and_none_as_a_box(example_site: Site) -> None:
    face = share._Face(share._theme(example_site).serif, 600)
    assert face.legible("Zażółć gęślą jaźń, Đorđe, Şişli") == "Zażółć gęślą jaźń, Đorđe, Şişli"
    assert face.legible("Zaz\u0307o\u0301łć") == "Zażółć"
    fonts = {cluster: font for _, cluster, font in face.placed("aż", 50)}
    assert share._drawn(fonts["ż"], "ż") != share._drawn(fonts["ż"], "\U0010ffff")
    assert fonts["a"] is not fonts["ż"]


def test_a_category_has_the_mark_of_its_family_and_the_digest_has_none(example_site: Site) -> None:
    pictures = drawn(example_site)
    marks = {
        address: picture.getpixel((share._MARGIN + share._MARK // 2, share._LAST - 20))
        for address, picture in pictures.items()
    }
    assert marks["share/categories/vision.png"] == (0x2F, 0x6F, 0x9F)
    assert marks["share/categories/language.png"] == marks["share/categories/empty.png"] == (0x7A, 0x5C, 0xA8)
    assert not {(0x2F, 0x6F, 0x9F), (0x7A, 0x5C, 0xA8)} & colours(pictures["share/digest.png"])


def test_the_colours_are_those_of_the_light_palette(example_site: Site) -> None:
    found = colours(of_digest(example_site))
    assert {GROUND, (0x21, 0x1D, 0x18), (0x8A, 0x2F, 0x1D), (0x5F, 0x58, 0x4E), (0xDD, 0xD5, 0xC6)} <= found


def test_a_theme_of_ones_own_has_its_own_colours_and_lends_what_it_lacks(example_site: Site, tmp_path: Path) -> None:
    styles = tmp_path / "theme" / "overrides" / "assets" / "css" / "digest.css"
    styles.parent.mkdir(parents=True)
    styles.write_text(":root { --paper: #123; --accent: oklch(50% 0.1 20); }\n:root { --paper: #456; }\n", "utf-8")
    picture = of_digest(replace(example_site, templates=tmp_path / "theme" / "templates"))
    assert picture.getpixel((0, 0)) == (0x11, 0x22, 0x33)
    assert {(0x8A, 0x2F, 0x1D), (0x21, 0x1D, 0x18)} <= colours(picture)


def test_a_theme_without_fonts_lends_those_of_the_generator(example_site: Site, tmp_path: Path) -> None:
    elsewhere = replace(example_site, templates=tmp_path / "templates")
    assert share._theme(elsewhere) == share._theme(replace(example_site, templates=OWN_THEME / "templates"))


@pytest.mark.parametrize(
    ("axis", "wanted"),
    [
        ((b"Weight", 400, 400, 700), 600),
        ((None, 200, 400, 900), 600),
        ((b"Weight", 400, 400, 500), 500),
        ((b"Optical Size", 12, 20, 48), 40),
        ((b"Optical Size", 8, 14, 30), 30),
        ((b"Width", 75, 100, 125), 100),
        ((None, 0, 0, 1), 0),
    ],
)
def test_weight_and_optical_size_are_set_and_other_axes_left(
    axis: tuple[bytes | None, int, int, int], wanted: float
) -> None:
    name, lowest, default, highest = axis
    described = {"name": name, "minimum": lowest, "default": default, "maximum": highest}
    assert share._on_axis(described, 40, 600) == wanted  # type: ignore[arg-type]


def test_nothing_that_draws_is_loaded_until_something_is_drawn() -> None:
    program = (
        "import sys, paper_digest.outputs.share; print([name for name in sys.modules if name.split('.')[0] == 'PIL'])"
    )
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "[]"
