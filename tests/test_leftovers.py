import pytest
from hypothesis import given
from hypothesis import strategies as st

from paper_digest.words import leftovers
from paper_digest.words.signs import FORBIDDEN


@pytest.mark.parametrize(
    ("found", "mended"),
    [
        ("20\\% better", "20% better"),
        ("Q\\&A", "Q&A"),
        ("{\\mu}-Bench", "μ-Bench"),
        ('na\\"ive', "naïve"),
        ("Erd\\H{o}s", "Erdős"),
        ("``quotes''", "“quotes”"),
        ("Segmentation~(CE)", "Segmentation (CE)"),
        ("(6.25~\\% of it", "(6.25% of it"),
        ("about ~9% more", "about ∼9% more"),
        ("of 0.5~1.0", "of 0.5–1.0"),
        ("0.70+/-0.02", "0.70±0.02"),
        ("0.939 pm 0.008", "0.939 ± 0.008"),
        ("780times fewer", "780× fewer"),
        ("compute- efficient", "compute-efficient"),
        ("an omega_0-schedule", "an $\\omega_0$-schedule"),
        ("HF中国镜像站 Hub", "Hugging Face Hub"),
        ("https://huggingface.host/a/b.", "https://huggingface.co/a/b."),
        ("https://x.example/a{https://x.example/a}.", "https://x.example/a."),
        ("Abstract: We show", "We show"),
        ("a  doubled space", "a doubled space"),
        ("Med42 -- Evaluating", "Med42 – Evaluating"),
        ("Germany? -- An", "Germany? – An"),
        ("R&amp;D", "R&D"),
        ("<jats:p>Text</jats:p>", "Text"),
        ("e\ufb03cient", "efficient"),
        ("ends here.Then it", "ends here. Then it"),
        ("Transformer(ViT)", "Transformer (ViT)"),
        ("so <b>We</b> say", "so We say"),
        ("\\href{https://a.example/}{here}", "here (https://a.example/)"),
        ("\\emph{very} good", "very good"),
    ],
)
def test_a_leftover_is_found_and_mended(found: str, mended: str) -> None:
    assert list(leftovers.find(found))
    assert leftovers.mend(found)[0] == mended


@pytest.mark.parametrize(
    "sound",
    [
        "data- and compute-bound",
        "costs $5 and $6, or 20%",
        "$5\\%$ and $a~b$ are math",
        "https://a.example/~user/x--y?a=1&amp;b=2",
        "a well-known state-of-the-art (SOTA) method",
        "e.g. this, i.e. that; U.S. data",
        "version 2.0 of GPT-4.5",
        "f(x) and p(Y|X)",
        "Abstract-Level Retrieval",
    ],
)
def test_sound_text_is_left_alone(sound: str) -> None:
    assert list(leftovers.find(sound)) == []
    assert leftovers.mend(sound) == (sound, [])


def test_what_is_mended_for_certain_is_told_from_what_is_not() -> None:
    _, done = leftovers.mend("20\\% in 0.5~1.0")
    assert {(each.before, each.sure) for each in done} == {("20\\%", True), ("0.5~1.0", False)}


def test_the_remedy_names_both_what_stands_there_and_what_belongs_there() -> None:
    [leftover] = leftovers.find("20\\% better")
    assert leftover.remedy == "write `20%` instead of `20\\%`"


@given(st.text("ab1 .,%&~\\", max_size=120))
def test_what_is_mended_is_soon_at_rest(source: str) -> None:
    """Escapes may be nested; each time takes one layer off, and nothing is ever added."""
    text = source
    for _ in range(len(source) + 1):
        mended, _ = leftovers.mend(text)
        if mended == text:
            return
        text = mended
    raise AssertionError(f"{source!r} never comes to rest")


@pytest.mark.parametrize("command", ["{\\verb}", "{\\input}", "\\href{x}", "{\\mu", "\\H{}", "\\'"])
def test_a_command_that_is_no_letter_is_no_crash(command: str) -> None:
    leftovers.mend(f"It {command} says")


@pytest.mark.parametrize("entity", ["&#8238;", "&#0;", "&#55296;", "&#x202e;"])
def test_an_entity_brings_no_invisible_character_in(entity: str) -> None:
    mended, _ = leftovers.mend(f"a{entity}b")
    assert not FORBIDDEN.search(mended)
    assert "\ufffd" not in mended


def test_each_of_two_leftovers_gets_its_own_remedy() -> None:
    assert [(each.before, each.after) for each in leftovers.find("a~b~c")] == [("a~b~c", "a b~c"), ("a~b~c", "a~b c")]


def test_a_pair_of_tags_is_told_once_and_whole() -> None:
    assert [leftover.before for leftover in leftovers.find("A <b>foundation</b> model")] == ["<b>foundation</b>"]
