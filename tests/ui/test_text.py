"""Text of files on pages: shown as it is, and doing nothing."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rls_dash.ui.text import esc, own
from tests.ui.opened import LABS, PATIENT, PATIENTS, opened, with_files, words

NASTY = "![x](http://evil.example/p.png)"
RICH = ("markdown", "caption", "error", "warning", "info")  # elements that read Markdown
WORD_JOINER = "\u2060"


def unescaped(text: str) -> str:
    """What a reader sees of escaped text."""
    return re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", text).replace(WORD_JOINER, "")


@given(st.text())
def test_escaped_text_reads_as_it_was(text: str) -> None:
    one_line = re.sub(r"[\r\n\t\v\f\x1c-\x1f\x85\u2028\u2029]+", " ", text)
    assert unescaped(esc(text)) == one_line.replace(WORD_JOINER, "")


@given(st.text(alphabet=st.characters(max_codepoint=127)))
def test_no_bare_punctuation_is_left(text: str) -> None:
    assert not re.search(r"(?<!\\)(\\\\)*[!-/:-@\[^-`{-~]", esc(text).replace("\\\\", ""))


@pytest.mark.parametrize("text", ["<5", "a*b*", "[x](y)", "$1$", ":red[x]"])
def test_our_own_text_is_not_read_as_markdown(text: str) -> None:
    shown = own(text)
    assert unescaped(shown) == text
    assert not re.search(r"(?<!\\)[*\[\]<>$]", shown)


def test_names_of_a_file_reach_no_markdown() -> None:
    """A patient id and a file name that are Markdown stay text."""
    at = with_files((f"{NASTY.replace('/', ':')}.csv", LABS.replace("T-1", NASTY)))
    at.session_state["_patient"] = NASTY
    for page in (PATIENTS, PATIENT):
        at.switch_page(page).run()
        assert not at.exception
        rich = [
            str(one.value)
            for kind in ("markdown", "caption", "error", "warning", "info")
            for one in at.get(kind)
        ]
        assert not [text for text in rich if "](http" in text]
    assert NASTY in words(at)


def test_the_home_page_needs_no_file() -> None:
    assert len(opened().dataframe) == 1
