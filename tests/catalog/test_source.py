import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paper_digest.catalog.source import MAX_DEPTH, Mapping, Source, locate, parse_source, plain
from paper_digest.problems import Problem, ProblemsFound


def read(text: str | bytes, name: str = "file.yaml") -> Source:
    return parse_source(text if isinstance(text, bytes) else text.encode(), name)


def fault(text: str | bytes, name: str = "file.yaml") -> Problem:
    with pytest.raises(ProblemsFound) as found:
        read(text, name)
    assert len(found.value.problems) == 1, "a broken file gives one problem, not twenty"
    return found.value.problems[0]


def test_scalars_stay_the_text_that_was_written() -> None:
    source = read("arxiv: 2401.00010\ncountry: no\nyear: 2024\nnothing: null\nempty:\nquoted: 'null'\n")
    assert plain(source.root) == {
        "arxiv": "2401.00010",
        "country": "no",
        "year": "2024",
        "nothing": None,
        "empty": None,
        "quoted": "null",
    }


@pytest.mark.parametrize(
    "text",
    [
        'a: "closed"\n',
        'a: "with \\" escape"\n',
        "a: 'it''s'\n",
        'a: "x" # comment\n',
        'a: ["x", "y"]\n',
        'a: {b: "x"}\n',
        "a: it's plain\n",
        'a: "two\n  lines"\n',
    ],
)
def test_sound_quotes_are_left_alone(text: str) -> None:
    assert isinstance(read(text).root, Mapping)


@pytest.mark.parametrize(
    "sound",
    ['a: "two\n  lines"\n', 'a: >\n  Conclusion: "yes" was said.\n', "a: |\n  b: 'open\n"],
)
def test_sound_quotes_are_not_blamed_for_a_fault_below_them(sound: str) -> None:
    problem = fault(sound + "b: [1\nc: 2\n")
    assert "quoted" not in problem.what
    assert problem.where.line > sound.count("\n")


def test_json_numbers_stay_the_text_that_was_written() -> None:
    source = read('{"arxiv": 2401.00010, "flag": true, "none": null, "text": "a\\u00e9\\n\\ud83d\\ude00"}', "file.json")
    assert plain(source.root) == {"arxiv": "2401.00010", "flag": "true", "none": None, "text": "aé\n😀"}


def test_a_file_says_everything_that_stands_in_it() -> None:
    assert plain(read("x-mine: 1\nyours: 2\n").root) == {"x-mine": "1", "yours": "2"}


@pytest.mark.parametrize("sign", ["\x85", "\u2028", "\u2029"])
@pytest.mark.parametrize("text", ["title: a{}b\n", "title: 'a{}{}{}'\nb: c: d\n", "# a{}b\ntitle: x\n"])
def test_line_breaks_that_hardly_anybody_knows_are_refused_at_their_place(sign: str, text: str) -> None:
    with pytest.raises(ProblemsFound, match=f"U\\+{ord(sign):04X}"):
        read(text.replace("{}", sign))


@pytest.mark.parametrize(
    ("text", "line", "column", "what"),
    [
        ("a: 1\nb: 2\na: 3\n", 3, 1, "`a` stands twice"),
        ("a: &x 1\nb: *x\n", 1, 4, "anchor"),
        ("a: *x\n", 1, 4, "alias"),
        ("a: !!python/object:os.system 1\n", 1, 4, "tag"),
        ("a: !mine 1\n", 1, 4, "tag"),
        ("<<: {b: 1}\n", 1, 1, "merge key"),
        ("a:\n\t- 1\n", 2, 1, "a tab stands in the indentation"),
        ("a: [1, 2\nb: 3\n", 2, 2, "brackets|second"),
        ('a: "open\nb: 3\n', 1, 4, "not closed in this line"),
        ('a: "Tiny "Adapters": x"\nb: 3\n', 1, 4, "holds a quote of its own"),
        ("a: 'Tiny Adapter's x'\nb: 3\n", 1, 4, "holds a quote of its own"),
        ("a:\n  b: 1\n   c: 2\n", 3, 5, "indented more"),
        ("a: *bold* text\n", 1, 9, "alias|means something to YAML"),
        ("a: [\n", 2, 1, "a bracket above is not closed"),
        ("a: b: c\n", 1, 5, "second `: `"),
        ("a: 1\n---\nb: 2\n", 2, 1, "second YAML document"),
        ("", 1, 1, "empty"),
        ("   \n\n", 1, 1, "empty"),
        ("# only a comment\n", 1, 1, "nothing but comments"),
        ("a: x\x00y\n", 1, 5, r"U\+0000"),
        ("a: x\u202ey\n", 1, 5, r"U\+202E"),
        (b"a: 1\nb: \xff\xfe\n", 2, 4, "UTF-8"),
        ("? [a]\n: 1\n", 1, 3, "where a key belongs"),
    ],
)
def test_every_broken_yaml_gives_one_problem_at_its_place(text: str | bytes, line: int, column: int, what: str) -> None:
    import re

    problem = fault(text)
    assert re.search(what, problem.what), problem.what
    assert (problem.where.line, problem.where.column) == (line, column)
    assert problem.remedy


@pytest.mark.parametrize(
    ("text", "line", "what"),
    [
        ('{"a": 1,\n "a": 2}', 2, "stands twice"),
        ('{"a": 1,\n}', 2, "not valid JSON"),
        ('{"a": NaN}', 1, "NaN"),
        ('{"a": "x\\u0000"}', 1, "invisible"),
        ("[1, 2", 1, "not valid JSON"),
        ("", 1, "empty"),
    ],
)
def test_every_broken_json_gives_one_problem_at_its_place(text: str, line: int, what: str) -> None:
    problem = fault(text, "file.json")
    assert what in problem.what
    assert problem.where.line == line


@pytest.mark.parametrize("name", ["file.yaml", "file.json"])
def test_brackets_five_thousand_deep_are_a_problem_and_not_a_crash(name: str) -> None:
    problem = fault("[" * 5000 + "]" * 5000, name)
    assert "nested" in problem.what
    assert problem.where.column == MAX_DEPTH + 1


def test_positions_lead_to_the_value_and_to_the_key() -> None:
    source = read("a: 1\nb:\n  - x\n  - {c: 2}\n")
    value = locate(source.root, ("b", 1, "c"))
    assert (value.line, value.column) == (4, 9)
    key = locate(source.root, ("b",), key=True)
    assert (key.line, key.column) == (2, 1)


def test_a_route_that_ends_nowhere_leads_to_its_last_real_part() -> None:
    source = read("a:\n  b: 1\n")
    assert locate(source.root, ("a", "missing", "deeper")).line == 2


def test_json_positions_are_those_of_the_text() -> None:
    source = read('{\n  "a": [1,\n    {"b": "x"}]\n}', "file.json")
    mark = locate(source.root, ("a", 1, "b"))
    assert (mark.line, mark.column) == (3, 11)


json_values = st.recursive(
    st.none() | st.text(st.characters(min_codepoint=32, max_codepoint=0x7E)),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text("abc-_", min_size=1), inner, max_size=4),
    max_leaves=12,
)


@given(st.dictionaries(st.text("abcdef", min_size=1), json_values, max_size=5))
def test_json_means_the_same_here_as_to_the_standard_library(value: dict[str, object]) -> None:
    source = read(json.dumps(value), "file.json")
    assert isinstance(source.root, Mapping)
    assert plain(source.root) == value


@given(st.binary(max_size=200))
def test_no_bytes_whatever_make_the_reader_crash(data: bytes) -> None:
    for name in ("file.yaml", "file.json"):
        try:
            parse_source(data, name)
        except ProblemsFound as found:
            assert len(found.problems) == 1  # noqa: PT017 - most bytes are refused, and some are read
