"""The pictures that other sites show beside a link to the digest: one for the digest, and one for each category.

They are what Open Graph (https://ogp.me/#structured) calls `og:image`. Fonts and colours are the theme's: they are read
as templates are, and like templates they are part of the program, not of the catalog. Nothing else is read, and
nothing here knows the clock: the same names make the same bytes.

A picture changes when a name does and at no other time, so that no count stands in it.
"""

from __future__ import annotations

import io
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from paper_digest import reading, urls
from paper_digest.catalog.records import Category, Paper
from paper_digest.digest.places import OWN_THEME
from paper_digest.digest.site import Site
from paper_digest.outputs.artifact import Artifact
from paper_digest.urls import Address
from paper_digest.words import text

if TYPE_CHECKING:  # a command that draws nothing loads nothing that can draw
    from PIL.Image import Image
    from PIL.ImageDraw import ImageDraw
    from PIL.ImageFont import Axis, FreeTypeFont

WIDTH, HEIGHT = 1200, 630

_Colour = tuple[int, int, int]
_STYLES = "assets/css/digest.css"
_SERIF = tuple(f"assets/fonts/source-serif-4-{part}.woff2" for part in ("latin", "latin-ext", "latin-far"))
_SANS = tuple(f"assets/fonts/inter-{part}.woff2" for part in ("latin", "latin-ext", "latin-far"))

# The measures of the layout, in pixels, and sizes of type from the one that is wanted to the smallest that is read.
_MARGIN = 84
_MEASURE = WIDTH - 2 * _MARGIN
_TOP = 126
"""The baseline of the wordmark."""
_LAST = 452
"""The last baseline of the large line."""
_RULE = 518
_FOOT = 566
_MARK = 14
_INDENT = 46
_WORDMARK_SIZES = (50, 44, 38, 32)
_LINE_SIZES = (116, 104, 94, 84, 76, 68, 60, 54, 48)
_FOOT_SIZES = (27, 24, 21)
_LINES_HIGH = 244
"""How high the large line may be, from the top of its first capital to its last baseline."""


def images(site: Site) -> list[Artifact]:
    """All pictures of a site."""
    studio = _studio(_theme(site), site.identity.name, site.identity.url)
    subjects = (None, *site.catalog.categories)
    return [
        Artifact.doc(image_for(site, each), studio.picture(_line(site, each), _mark(site, each))) for each in subjects
    ]


def image_for(site: Site, subject: Paper | Category | None = None) -> Address:
    """The address of the picture for a page: of a paper's primary category, of a category, or of the digest."""
    category = _category(site, subject)
    return urls.share_image(category.id if category else None)


def words_for(site: Site, subject: Paper | Category | None = None) -> str:
    """What the picture for a page says, for those who do not see it: plain text."""
    return f"{site.identity.name}: {_line(site, _category(site, subject))}"


def _category(site: Site, subject: Paper | Category | None) -> Category | None:
    if isinstance(subject, Paper):
        return site.category.get(subject.categories[0]) if subject.categories else None
    return subject


def _line(site: Site, category: Category | None) -> str:
    """The large line."""
    return text.plain(category.title if category else site.catalog.digest.tagline or site.identity.description)


def _mark(site: Site, category: Category | None) -> str | None:
    """The colour that a category's family has."""
    return f"hue-{site.hues[category.id]}" if category else None


@lru_cache(maxsize=1)
def _studio(theme: _Theme, name: str, url: str) -> _Studio:
    """The studio of a site: a preview, which asks after every change, is given the same again."""
    return _Studio(theme, name, url)


class _Studio:
    """Draws pictures with the name and the address of one digest."""

    def __init__(self, theme: _Theme, name: str, url: str) -> None:
        self._colours = dict(theme.colours)
        self._name_face = _Face(theme.serif, 700)
        self._line_face = _Face(theme.serif, 600)
        self._foot_face = _Face(theme.sans, 500)
        self._address = url.split("://")[-1].rstrip("/")
        self._name = self._name_face.legible(name) or self._address  # which every font can set
        self._made: dict[tuple[str, str | None], bytes] = {}

    def picture(self, line: str, mark: str | None) -> bytes:
        """The picture with a large line and the mark of a family, as a PNG file."""
        if (line, mark) not in self._made:
            self._made[line, mark] = self._sheet(line, mark).png()
        return self._made[line, mark]

    def _sheet(self, line: str, mark: str | None) -> _Sheet:
        """A line in a script that the fonts do not have is left out, and the wordmark stands alone and large."""
        if legible := self._line_face.legible(line):
            sheet = self._headed.copy()
            self._draw_line(sheet, legible, mark)
        else:
            sheet = self._footed.copy()
            self._draw_wordmark(sheet, mark or "accent", _LINE_SIZES, _LAST)
        return sheet

    @cached_property
    def _headed(self) -> _Sheet:
        """What stands on most pictures, drawn once: the wordmark above, the address below."""
        sheet = self._footed.copy()
        self._draw_wordmark(sheet, "accent", _WORDMARK_SIZES, _TOP)
        return sheet

    @cached_property
    def _footed(self) -> _Sheet:
        """Where the digest is, below a rule; unless that is what the wordmark says."""
        sheet = _Sheet(self._colours)
        if self._name != self._address:
            sheet.block("rule", _MARGIN, _RULE, WIDTH - _MARGIN, _RULE + 2)
            sheet.write("soft", self._foot_face.fitted(self._address, _FOOT_SIZES, _MEASURE, 0), _MARGIN, _FOOT)
        return sheet

    def _draw_wordmark(self, sheet: _Sheet, colour: str, sizes: tuple[int, ...], baseline: int) -> None:
        """The name behind a bar, in the proportions of `.wordmark` in the style sheet."""
        setting = self._name_face.fitted(self._name, sizes, _MEASURE - 0.7 * max(sizes), 0)
        em = setting.size
        sheet.block(colour, _MARGIN, baseline - 0.81 * em, _MARGIN + 0.28 * em, baseline + 0.09 * em)
        sheet.write("ink", setting, _MARGIN + 0.7 * em, baseline)

    def _draw_line(self, sheet: _Sheet, line: str, mark: str | None) -> None:
        """The large line, behind the mark of its family if it has one."""
        indent = _INDENT if mark else 0
        setting = self._line_face.fitted(line, _LINE_SIZES, _MEASURE - indent, _LINES_HIGH)
        if mark:
            sheet.block(mark, _MARGIN, _LAST - setting.height, _MARGIN + _MARK, _LAST)
        sheet.write("ink", setting, _MARGIN + indent, _LAST - setting.height + setting.cap_height)


# ---- the theme -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Theme:
    """What the pictures have of a theme: the contents of its font files, and its colours by name."""

    serif: tuple[bytes, ...]
    sans: tuple[bytes, ...]
    colours: tuple[tuple[str, _Colour], ...]


def _theme(site: Site) -> _Theme:
    """The theme of a site. It may leave some colours out, or write them as only browsers understand them."""
    house = _palette(reading.read_text(OWN_THEME / "overrides" / _STYLES))
    own = _palette(reading.read_text(_theme_file(site, _STYLES)))
    serif, sans = (tuple(reading.read_bytes(_theme_file(site, name)) for name in names) for names in (_SERIF, _SANS))
    return _Theme(serif, sans, tuple({**house, **own}.items()))


def _theme_file(site: Site, name: str) -> Path:
    """A file of the theme whose templates the site has, or else of the theme that comes with the generator."""
    own = site.templates.parent / "overrides" / name
    return own if own.is_file() else OWN_THEME / "overrides" / name


def _palette(styles: str) -> dict[str, _Colour]:
    """The colours among the properties of a style sheet's first `:root`: the light palette."""
    root = re.search(r":root\s*\{([^}]*)\}", styles)
    named = re.findall(r"--([\w-]+):\s*([^;]+);", root.group(1)) if root else []
    return {name: colour for name, value in named if (colour := _colour(value.strip()))}


def _colour(value: str) -> _Colour | None:
    from PIL import ImageColor

    try:
        return ImageColor.getrgb(value)[:3]
    except ValueError:
        return None


# ---- type ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Setting:
    """A text as it is set: in lines of one size."""

    face: _Face
    size: int
    lines: tuple[str, ...]

    @property
    def leading(self) -> int:
        """From one baseline to the next."""
        return round(1.13 * self.size)

    @property
    def height(self) -> float:
        """From the top of the first line's capitals to the last baseline."""
        return self.face.cap_height * self.size + self.leading * (len(self.lines) - 1)

    @property
    def width(self) -> float:
        """How long the longest line is."""
        return max(map(self.face.width, self.lines)) * self.size

    @property
    def cap_height(self) -> float:
        """How high a capital is."""
        return self.face.cap_height * self.size


class _Face:
    """A typeface of one weight, in the files that share its letters among them. Its measures are in ems.

    Letters are placed one by one, by their own widths: what could kern them is not on every machine, and a picture is
    to look the same on all of them.
    """

    _PROBE = 256
    """The size at which letters are looked for and measured."""
    _TRACKING = -0.014
    """What is added behind a letter: the style sheet says it of headings."""

    def __init__(self, files: tuple[bytes, ...], weight: int) -> None:
        self._files = files
        self._weight = weight
        self._fonts: dict[int, tuple[FreeTypeFont, ...]] = {}
        self._having: dict[str, int | None] = {}
        self._advances: dict[str, float] = {}

    def at(self, size: int) -> tuple[FreeTypeFont, ...]:
        """The files at a size in pixels."""
        if size not in self._fonts:
            self._fonts[size] = tuple(_font(file, size, self._weight) for file in self._files)
        return self._fonts[size]

    @cached_property
    def ellipsis(self) -> str:
        """What closes a text that is cut."""
        return "…" if self._has("…") else "..."

    @cached_property
    def cap_height(self) -> float:
        """How high a capital is."""
        return -float(self.at(self._PROBE)[0].getbbox("H", anchor="ls")[1]) / self._PROBE

    def width(self, line: str) -> float:
        """How long a line is."""
        return sum(map(self._advance, _clusters(line)))

    def placed(self, line: str, size: int) -> Iterator[tuple[float, str, FreeTypeFont]]:
        """Where every letter of a line stands at a size, and in which font."""
        at = 0.0
        for cluster in _clusters(line):
            yield at * size, cluster, self.at(size)[self._file_of(cluster) or 0]
            at += self._advance(cluster)

    def _advance(self, cluster: str) -> float:
        if cluster not in self._advances:
            font = self.at(self._PROBE)[self._file_of(cluster) or 0]
            self._advances[cluster] = font.getlength(cluster) / self._PROBE + self._TRACKING
        return self._advances[cluster]

    def legible(self, words: str) -> str | None:
        """The words without symbols that the typeface lacks; nothing when it lacks a letter of them."""
        visible = (sign for sign in unicodedata.normalize("NFC", words) if unicodedata.category(sign) != "Cf")
        kept = [cluster for cluster in _clusters("".join(visible)) if self._has(cluster) or not _is_symbol(cluster)]
        return " ".join("".join(kept).split()) or None if all(map(self._has, kept)) else None

    def _has(self, cluster: str) -> bool:
        """Whether one of the files has a letter with its marks."""
        return self._file_of(cluster) is not None

    def _file_of(self, cluster: str) -> int | None:
        if cluster not in self._having:
            fonts = enumerate(self.at(self._PROBE))
            having = (number for number, font in fonts if all(_has_glyph(font, sign) for sign in cluster))
            self._having[cluster] = next(having, None)
        return self._having[cluster]

    def fitted(self, words: str, sizes: tuple[int, ...], measure: float, height: float) -> _Setting:
        """The words at the first size at which they fit into the measure and the height, or else cut at the last."""
        for size in sizes:
            setting = _Setting(self, size, tuple(_wrapped(self, words, measure / size)))
            if setting.width <= measure and (setting.height <= height or len(setting.lines) == 1):
                return _Setting(self, size, _balanced(self, setting.lines, words, measure / size))
        smallest = _Setting(self, sizes[-1], ())
        most = max(1, 1 + int((height - smallest.cap_height) // smallest.leading))
        return replace(smallest, lines=_cut(self, words, measure / smallest.size, most))


def _font(file: bytes, size: int, weight: int) -> FreeTypeFont:
    from PIL import ImageFont

    font = ImageFont.truetype(io.BytesIO(file), size, layout_engine=ImageFont.Layout.BASIC)
    try:
        axes = font.get_variation_axes()
    except OSError:  # it has one weight only
        return font
    font.set_variation_by_axes([_on_axis(axis, size, weight) for axis in axes])
    return font


def _on_axis(axis: Axis, size: int, weight: int) -> float:
    """Where on an axis of its variations a font is wanted.

    The weight's is told by its scale, since names may be subset away. All but that and the optical size stay.
    """
    lowest, default, highest = axis["minimum"] or 0, axis["default"] or 0, axis["maximum"] or 0
    is_optical_size = b"Optical" in (axis.get("name") or b"")
    wanted = weight if lowest <= 400 <= highest else size if is_optical_size else default
    return min(max(wanted, lowest), highest)


def _has_glyph(font: FreeTypeFont, sign: str) -> bool:
    """Whether a font draws a sign as something else than what it draws for a code point that will never be one."""
    return sign.isspace() or _drawn(font, sign) != _drawn(font, "\U0010ffff")


def _drawn(font: FreeTypeFont, sign: str) -> tuple[tuple[int, int], bytes]:
    mask = font.getmask(sign)
    return mask.size, bytes(mask)


def _clusters(words: str) -> list[str]:
    """The letters of a text, each with the marks that stand on it."""
    clusters: list[str] = []
    for sign in words:
        if clusters and unicodedata.category(sign) in {"Mn", "Me"}:
            clusters[-1] += sign
        else:
            clusters.append(sign)
    return clusters


def _is_symbol(cluster: str) -> bool:
    """Whether a sign is an emoji or the like, without which a text still says what it says."""
    return unicodedata.category(cluster[0]) in {"So", "Sk"}


# ---- lines -----------------------------------------------------------------------------------------------------------


def _wrapped(face: _Face, words: str, measure: float) -> Iterator[str]:
    """The lines of a text: broken at spaces, but not before a dash, and behind hyphens and dashes within words."""
    line = ""
    for piece in re.findall(r"\s*(?:[^\s–—/-]+(?:[–—/-]+|\s[–—](?=\s))?|[–—/-]+)", words):
        if line and face.width((line + piece).strip()) > measure:
            yield line.strip()
            line = ""
        line += piece
    yield line.strip()


def _balanced(face: _Face, lines: tuple[str, ...], words: str, measure: float) -> tuple[str, ...]:
    """The same number of lines, as even in their lengths as they can be."""
    narrow, wide = 0.0, measure
    while len(lines) > 1 and wide - narrow > measure / 250:
        middle = (narrow + wide) / 2
        tried = tuple(_wrapped(face, words, middle))
        if len(tried) > len(lines) or max(map(face.width, tried)) > middle:
            narrow = middle
        else:
            lines, wide = tried, middle
    return lines


def _cut(face: _Face, words: str, measure: float, most: int) -> tuple[str, ...]:
    """At most so many lines, the last of them closed by an ellipsis if there were more."""
    lines = [part for line in _wrapped(face, words, measure) for part in _broken(face, line, measure)]
    if len(lines) <= most:
        return tuple(lines)
    last = lines[most - 1]
    while face.width(last + face.ellipsis) > measure:
        last = last[:-1]
    return (*lines[: most - 1], last.rstrip(" ,;:.–-") + face.ellipsis)


def _broken(face: _Face, line: str, measure: float) -> Iterator[str]:
    """A line in parts that are no longer than the measure: only a single word can be longer."""
    part = ""
    for cluster in _clusters(line):
        if part and face.width(part + cluster) > measure:
            yield part
            part = ""
        part += cluster
    yield part


# ---- pictures --------------------------------------------------------------------------------------------------------


class _Sheet:
    """A picture in the making: for every colour a layer that says how much of it is where.

    So its few colours are known beforehand, and the file can number them instead of having any chosen.
    """

    _STEPS = 7
    """Shades of a colour, from the ground's to its own: so many that edges are smooth, so few that files are small."""

    def __init__(self, colours: dict[str, _Colour], under: _Sheet | None = None) -> None:
        """A blank picture, or one that begins as the one `under` it."""
        self._colours = colours
        self._under = under
        self._layers: dict[str, Image] = {}

    def copy(self) -> _Sheet:
        """Another picture that begins as this one."""
        return _Sheet(self._colours, self)

    def block(self, colour: str, left: float, top: float, right: float, bottom: float) -> None:
        """A rectangle, on whole pixels."""
        box = (round(left), round(top), round(right) - 1, round(bottom) - 1)
        self._layer(colour).rectangle(box, fill=255)

    def write(self, colour: str, setting: _Setting, left: float, baseline: float) -> None:
        """Lines, the first of them on a baseline."""
        layer = self._layer(colour)
        for number, line in enumerate(setting.lines):
            for x, cluster, font in setting.face.placed(line, setting.size):
                layer.text((left + x, baseline + number * setting.leading), cluster, 255, font, anchor="ls")

    def png(self) -> bytes:
        """The picture as a file."""
        picture = self._numbers.copy()
        picture.putpalette([part for shade in self._shades() for part in shade])
        file = io.BytesIO()
        picture.save(file, "PNG", compress_level=7)  # higher levels take up to five times as long, for a tenth less
        return file.getvalue()

    @cached_property
    def _numbers(self) -> Image:
        """The number in the palette of every pixel's shade, when all is drawn."""
        from PIL import Image, ImageChops

        numbers = self._under._numbers if self._under else Image.new("L", (WIDTH, HEIGHT), 0)
        below = len(self._under._names) if self._under else 0
        for place, layer in enumerate(self._layers.values(), below):
            numbers = ImageChops.lighter(numbers, layer.point(self._numbering(place)))
        return numbers

    @property
    def _names(self) -> list[str]:
        """The colours of all layers, from the lowest on."""
        return [*(self._under._names if self._under else ()), *self._layers]

    def _layer(self, colour: str) -> ImageDraw:
        from PIL import Image, ImageDraw

        if colour not in self._layers:
            self._layers[colour] = Image.new("L", (WIDTH, HEIGHT), 0)
        return ImageDraw.Draw(self._layers[colour])

    def _numbering(self, place: int) -> list[int]:
        """The numbers in the palette of how much there is of a colour; 0 is the ground."""
        steps = [round(amount * self._STEPS / 255) for amount in range(256)]
        return [place * self._STEPS + step if step else 0 for step in steps]

    def _shades(self) -> Iterator[_Colour]:
        """The palette."""
        ground = self._colours["paper"]
        yield ground
        for name in self._names:
            for step in range(1, self._STEPS + 1):
                red, green, blue = (
                    round(below + (above - below) * step / self._STEPS)
                    for below, above in zip(ground, self._colours[name], strict=True)
                )
                yield red, green, blue
