"""LaTeX as text: accents as letters, commands by what they say, `$math$` as it is.

The letters and signs are those of pylatexenc's two tables, of which one reads and the other writes LaTeX. The walk
through a text is our own: that of the library takes 30 ms for an abstract, leaves out what it does not know, and has no
place for what is known of bibliographies.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from typing import Any

from paper_digest.words.text import Kind, parse, script

_ACCENTS = {
    "`": "\u0300",
    "'": "\u0301",
    "^": "\u0302",
    "~": "\u0303",
    "=": "\u0304",
    "u": "\u0306",
    ".": "\u0307",
    '"': "\u0308",
    "r": "\u030a",
    "H": "\u030b",
    "v": "\u030c",
    "d": "\u0323",
    "c": "\u0327",
    "k": "\u0328",
    "b": "\u0331",
    "t": "\u0361",
    "G": "\u030f",
    "acute": "\u0301",
    "grave": "\u0300",
    "hat": "\u0302",
    "tilde": "\u0303",
    "breve": "\u0306",
    "dot": "\u0307",
    "ddot": "\u0308",
    "check": "\u030c",
    "bar": "\u0304",
}
_DOTLESS = {"ı": "i", "ȷ": "j"}
_SHOWN = frozenset(
    "emph textbf textit texttt textsf textsc textsl textrm textmd textup textnormal text mbox hbox fbox underline "
    "uline mathrm mathbf mathit mathsf mathtt mathcal textquote enquote uppercase lowercase MakeUppercase "
    "MakeLowercase protect bibnamefont bibfnamefont citenamefont natexlab url path nolinkurl texorpdfstring "
    "ensuremath operatorname textgreek foreignlanguage textcolor colorbox bibinfo href".split()
)
"""Commands whose arguments are read below, and whatever is known of their names is not needed."""
_SWITCHES = frozenset(
    "it bf em sc sf tt rm sl itshape bfseries scshape sffamily ttfamily rmfamily mdseries upshape normalfont tiny "
    "small footnotesize scriptsize normalsize large Large LARGE huge Huge centering noindent relax protect left right "
    "displaystyle textstyle nolinebreak nobreak allowbreak sloppy xspace bgroup egroup leavevmode selectlanguage "
    "unskip ignorespaces boldmath unboldmath cyrchar".split()
)
_LEFT_OUT = frozenset(
    "cite citep citet citealp citeauthor citeyear ref eqref autoref cref label footnote footnotemark thanks index "
    "vspace hspace noopsort SortNoop switchargs input include includegraphics hskip vskip color phantom hphantom "
    "def let newcommand renewcommand providecommand pagebreak bibitem printead ead inst fnref corref tnoteref".split()
)
_SECOND = frozenset({"textcolor", "colorbox", "bibinfo", "foreignlanguage"})
_NAMES_OF_PROGRAMS = {"LaTeX": "LaTeX", "TeX": "TeX", "BibTeX": "BibTeX", "LaTeXe": "LaTeX2e", "XeTeX": "XeTeX"}
_OWN = {
    "\\": " ",
    "newline": " ",
    "linebreak": " ",
    "par": "\n\n",
    "item": "\n\n",
    " ": " ",
    "\n": " ",
    ",": " ",
    ";": " ",
    ":": " ",
    "!": "",
    "/": "",
    "-": "",
    "quad": " ",
    "qquad": " ",
    "enspace": " ",
    "thinspace": " ",
    "space": " ",
    "textless": "<",
    "textgreater": ">",
    "copyright": "©",
    "pounds": "£",
    "S": "§",
    "P": "¶",
    "less": "<",
    "lt": "<",
    "greater": ">",
    "gt": ">",
    "textunderscore": "_",
    "textasciicircum": "^",
    "textasciitilde": "~",
    "textbar": "|",
    "textdegree": "°",
    "degree": "°",
    "textmu": "µ",
    "micro": "µ",
    "euro": "€",
    "EUR": "€",
    "textellipsis": "…",
    "textperiodcentered": "·",
    "textdollar": "$",
    "textpercent": "%",
    "textampersand": "&",
    "og": "«",
    "fg": "»",
    "i": "ı",
    "j": "ȷ",
    "slash": "/",
    "@": "",
    "backslash": "\\",
    "lbrace": "{",
    "rbrace": "}",
    "textquotesingle": "'",
    "textquotedbl": '"',
    "lq": "‘",
    "rq": "’",
}

_TOKEN = re.compile(
    r"\\(?P<name>[A-Za-z]+)\*?(?P<space>[ \t]*\n?[ \t]*)|\\(?P<sign>.)|(?P<open>\{)|(?P<close>\})|(?P<math>\$\$?)"
    r"|(?P<tie>(?<!/)~)|(?P<quotes>``|''|`)|(?P<dash>---?)",
    re.DOTALL,
)
_IFMMODE = re.compile(r"\\ifmmode\b.*?\\else\b\s*(.*?)\s*\\fi\b(?:\{\})?", re.DOTALL)
_GROUP = r"\{(?:[^{}\\]|\\.|\{(?:[^{}\\]|\\.|\{[^{}]*\})*\})*\}"
PIECE = re.compile(
    rf"\{{\s*\\(?:[^{{}}\\]|\\.|{_GROUP})*\}}(?:\{{\}})?"
    rf"|\\(?:[\"'`^~=.]|[uvHtcdbrk](?![A-Za-z]))\s*(?:{_GROUP}|\\[A-Za-z]+|[A-Za-z])"
    rf"|\\[A-Za-z]+\*?(?:\[[^\]\n]*\])*(?:{_GROUP})*",
    re.DOTALL,
)
"""A command in a text that is otherwise no LaTeX."""
SILENT = re.compile(rf"\s*\\(?:cite[a-z]*|ref|label|footnote|footnotemark|thanks)\*?(?:\[[^\]\n]*\])*{_GROUP}")
"""A command that shows nothing of its own, with the space before it."""
MATH = re.compile(
    r"\\\([^$\n]+?\\\)|\\\[[^$\n]+?\\\]|\$\$[^$\n]+\$\$|\$\\(?:less|lt|greater|gt)\$"
    r"|\$\s*(?:\{\})?[\^_](?:\{[^{}$\\\n]+\}|[^{}$\\\s])\$"
)
"""Math that is not written as `$tex$`, or needs no math."""


def plain(latex: str, unknown: list[str] | None = None) -> str:
    """A text that is LaTeX from end to end, as BibTeX has it. Commands that nobody knows stay, and are added to
    `unknown`.
    """
    if not re.search(r"[\\{}~`$]|''|--", latex):
        return latex
    reader = _Reader(_IFMMODE.sub(r"\1", latex), unknown if unknown is not None else [])
    text = reader.read().replace("‘‘", "“").replace("''", "”")
    if reader.left_out:
        text = re.sub(r"\s+(?=[.,;:)])", "", text)
    return unicodedata.normalize("NFC", re.sub(r"‘([^‘’'\n]{1,200})'(?!\w)", "‘\\1’", text))


def of_piece(piece: str) -> str:
    """What a piece of LaTeX in another text says; the piece itself if it has a command that nobody knows."""
    unknown: list[str] = []
    text = plain(piece, unknown)
    return piece if unknown else text


def address(latex: str) -> str:
    """An address or DOI: LaTeX's escapes are undone, and nothing else is touched."""
    bare = re.sub(r"\\(?:url|path|nolinkurl|href)\s*\{([^{}]*)\}(?:\{.*\})?", r"\1", latex.strip())
    bare = re.sub(r"\$\\sim\$|\{?\\textasciitilde\s*(?:\{\})?\}?|\\~\s*(?:\{\})?|\{\\~\{?\}?\}", "~", bare)
    bare = re.sub(r"\{?\\([_%&#$])\}?|\{([_%&#~])\}", r"\1\2", bare)
    bare = re.sub(r"\{\\[A-Za-z]+\s*\}|\\[A-Za-z]+\{\}", lambda found: plain(found.group()), bare)
    return bare.replace("{", "").replace("}", "").strip()


class _Reader:
    """Reads a text once, from its beginning to its end."""

    def __init__(self, latex: str, unknown: list[str]) -> None:
        self.latex = latex
        self.unknown = unknown
        self.at = 0
        self.left_out = False

    def read(self, depth: int = 0) -> str:
        """The text up to the brace that closes this group, or to the end."""
        said: list[str] = []
        while found := _TOKEN.search(self.latex, self.at):
            said.append(self.latex[self.at : found.start()])
            self.at = found.end()
            if found["close"]:
                if depth:
                    return "".join(said)
                continue  # one that nothing opened
            said.append(self._token(found, depth))
        said.append(self.latex[self.at :])
        self.at = len(self.latex)
        return "".join(said)

    def _token(self, found: re.Match[str], depth: int) -> str:
        if found["name"]:
            return self._command(found["name"], found["space"], depth)
        if found["sign"]:
            return self._sign(found["sign"])
        if found["open"]:
            return self.read(depth + 1) if depth < 100 else ""
        if found["math"]:
            return self._math(found["math"])
        if found["quotes"]:
            return {"``": "“", "''": "”", "`": "‘"}[found["quotes"]]
        return {"~": " ", "--": "–", "---": "—"}[found.group()]

    def _sign(self, sign: str) -> str:
        if sign in _ACCENTS and not re.match(r"\{\s*\}|\s*$", self.latex[self.at : self.at + 4]):
            return self._accent(sign)
        if sign in "([":
            return self._math_up_to("\\)" if sign == "(" else "\\]")
        if sign in _ACCENTS:
            self._argument()
        return _OWN.get(sign, sign)

    def _accent(self, name: str) -> str:
        letters = self._argument()
        first = _DOTLESS.get(letters[:1], letters[:1])
        marks = re.match(r"[\u0300-\u036f]*", letters[1:])
        assert marks is not None
        behind = 1 + marks.end()
        whole = first + letters[1:behind] + _ACCENTS[name] if first.strip() else ""
        return unicodedata.normalize("NFC", whole) + letters[behind if whole else 0 :]

    def _command(self, name: str, space: str, depth: int) -> str:
        if name in _ACCENTS and (len(name) > 1 or not space or self._has_letter()):
            return self._accent(name)
        if name in _NAMES_OF_PROGRAMS:
            empty = self._skip_empty()
            return _NAMES_OF_PROGRAMS[name] + ("" if empty else space)
        if name in _SWITCHES:
            return ""
        if name in _LEFT_OUT or name in _SHOWN:
            return self._with_arguments(name, depth)
        if name in {"textsuperscript", "textsubscript"}:
            return script(self._argument(), raised=name == "textsuperscript")
        known = _OWN.get(name, _letters().get(name)) or _letters().get(name.removeprefix("text"))
        if known is not None:
            is_parted = not self._skip_empty() and space and re.compile(r"[A-Z]").match(self.latex, self.at)
            return f"{known} " if is_parted and known.isalpha() else known
        return self._unknown(name, space, depth)

    def _with_arguments(self, name: str, depth: int) -> str:
        optional = re.compile(r"\s*\[[^\]]*\]")
        while found := optional.match(self.latex, self.at):
            self.at = found.end()
        if name in _LEFT_OUT:
            self.left_out = True
            while self.latex.startswith("{", self.at):
                self._argument()
            return ""
        if name == "href":
            url = address(self._raw())
            return f"{self._argument()} ({url})"
        if name in {"url", "path", "nolinkurl"}:
            return address(self._raw())
        if name in _SECOND:
            self._argument()
        if name == "ensuremath":
            inner = self._raw()
            sign = _OWN.get(inner[1:], _letters().get(inner[1:])) if inner.startswith("\\") else None
            return sign or _as_math(inner)
        return self._argument() if depth < 100 else ""

    def _unknown(self, name: str, space: str, depth: int) -> str:
        """A command that nobody knows: its argument, if it has one, or else its name."""
        self.unknown.append(f"\\{name}")
        if self._skip_empty() or not self.latex.startswith("{", self.at):
            return f"\\{name}{space}"
        return self._argument() if depth < 100 else ""

    def _skip_empty(self) -> bool:
        found = re.compile(r"\{\s*\}").match(self.latex, self.at)
        self.at = found.end() if found else self.at
        return found is not None

    def _has_letter(self) -> bool:
        return bool(re.compile(r"\w|\{|\\").match(self.latex, self.at))

    def _argument(self) -> str:
        """The next group, command or letter."""
        blank = re.compile(r"\s*").match(self.latex, self.at)
        self.at = blank.end() if blank else self.at
        if self.at >= len(self.latex) or self.latex[self.at] in "}$":
            return ""
        found = _TOKEN.match(self.latex, self.at)
        self.at = found.end() if found else self.at + 1
        return self._token(found, 1) if found else self.latex[self.at - 1]

    def _raw(self) -> str:
        """The next group as it is written."""
        found = re.compile(rf"\s*{_GROUP}").match(self.latex, self.at)
        if not found:
            return self._argument()
        self.at = found.end()
        return found.group().strip()[1:-1]

    def _math(self, dollars: str) -> str:
        end = re.compile(rf"(?<!\\){re.escape(dollars)}").search(self.latex, self.at)
        inner = self.latex[self.at : end.start()] if end else ""
        whole = f"${inner.strip()}$"
        if not end or not inner.strip() or "\n\n" in inner:
            return dollars if inner.strip() or not end else ""
        if dollars == "$" and not _is_math(whole):
            return dollars
        self.at = end.end()
        return _as_math(inner)

    def _math_up_to(self, end: str) -> str:
        inner, closing, _ = self.latex[self.at :].partition(end)
        if not closing:
            return ""
        self.at += len(inner) + len(closing)
        return _as_math(inner)


def _is_math(whole: str) -> bool:
    return bool(script_of(whole)) or any(span.kind is Kind.MATH for span in parse(" ".join(whole.split())))


_SCRIPT = re.compile(r"\$\s*(?:\{\})?([\^_])\s*(?:\{([^{}$\\]+)\}|([^{}$\\\s]))\s*\$")


def script_of(math: str) -> str | None:
    """What stands between dollars alone in order to be raised or lowered, in Unicode: `$_2$`, `$^{13}$`."""
    found = _SCRIPT.fullmatch(math)
    return script(found.group(2) or found.group(3), raised=found.group(1) == "^") if found else None


def _as_math(inner: str) -> str:
    inner = " ".join(inner.split())
    if inner in {"\\less", "\\lt", "<"}:
        return "<"
    if inner in {"\\greater", "\\gt", ">"}:
        return ">"
    return script_of(f"${inner}$") or (f"${inner}$" if inner else "")


@cache
def _letters() -> dict[str, str]:
    """What commands without arguments stand for."""
    from pylatexenc.latex2text import get_default_latex_context_db
    from pylatexenc.latexencode import get_builtin_uni2latex_dict

    written = (
        (found.group(1), chr(letter))
        for letter, latex in get_builtin_uni2latex_dict().items()
        if (found := re.fullmatch(r"\{?\\([A-Za-z]+)\}?|\\ensuremath\{\\([A-Za-z]+)\}", latex)) and found.group(1)
    )
    known = dict(written)
    context: Any = get_default_latex_context_db()
    for spec in context.iter_macro_specs():
        said = spec.simplify_repl
        if isinstance(said, str) and said and "%" not in said:
            known[spec.macroname] = said
    return {name: unicodedata.normalize("NFC", said) for name, said in known.items()} | {"textmu": "µ"}
