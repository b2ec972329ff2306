"""Text of the log is hostile: nothing in it acts, wherever it is shown."""

import csv
import io
import json
import re
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from payloads import PAYLOADS
from readers import latex_text

from distillscan.reports.escape import (
    csv_cell,
    json_text,
    latex,
    markdown,
    markdown_cell,
    markdown_code,
    terminal,
    xml,
)

CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
ACTIVE = {"a", "img", "em", "strong", "del", "h1", "h2", "li", "blockquote", "hr", "html", "script"}

hostile_text = st.one_of(
    st.sampled_from(PAYLOADS),
    st.text(),
    st.lists(st.sampled_from(PAYLOADS), max_size=3).map("".join),
    st.text(alphabet="\x1b[]0;31m\x07\\\x9b\x9c\u202e=+-@|`*_<>!()#&~$ \n\r\tab1.:/w"),
)


@given(hostile_text)
def test_terminal_text_is_one_line_without_controls(text):
    shown = terminal(text)
    assert not CONTROL.search(shown)
    assert shown == terminal(shown)


def test_terminal_keeps_what_people_write():
    assert terminal("漢字 العربية हिन्दी é 👩‍👩‍👧 [bold] <b>") == "漢字 العربية हिन्दी é 👩‍👩‍👧 [bold] <b>"


def test_terminal_drops_whole_sequences_but_not_what_follows_an_unclosed_one():
    assert terminal("\x1b[31mred\x1b[0m") == "red"
    assert terminal("\x1b]8;;https://evil.example/\x07click\x1b]8;;\x07") == "click"
    assert terminal("\x1b]0;all the rest of the prompt") == "0;all the rest of the prompt"


@pytest.mark.parametrize("escape", [markdown, markdown_code])
@given(text=hostile_text)
def test_markdown_is_a_paragraph_of_text_and_nothing_else(escape, text):
    parser = MarkdownIt("commonmark").enable(["table", "strikethrough"])
    blocks = parser.parse(escape(text))
    assert {token.type for token in blocks} <= {"paragraph_open", "inline", "paragraph_close"}
    kinds = {child.type for token in blocks for child in token.children or []}
    assert kinds <= {"text", "code_inline"}


@pytest.mark.parametrize("escape", [markdown, markdown_cell, markdown_code])
@given(text=hostile_text)
def test_markdown_in_a_table_cell_keeps_the_table(escape, text):
    parser = MarkdownIt("commonmark").enable("table")
    blocks = parser.parse(f"| a | b |\n| --- | --- |\n| {escape(text)} | end |\n")
    cells = [block for block in blocks if block.type == "inline"]
    assert len(cells) == 4
    assert cells[-1].content == "end"
    assert {child.type for cell in cells for child in cell.children or []} <= {"text", "code_inline"}


@given(hostile_text)
def test_markdown_shows_the_same_words_as_the_terminal(text):
    blocks = MarkdownIt("commonmark").parse(markdown(text))
    shown = "".join(child.content for block in blocks for child in block.children or [])
    assert shown == terminal(text).replace("|", "│")


def test_markdown_leaves_no_address_that_a_renderer_makes_a_link_of():
    escaped = markdown("see https://evil.example or www.evil.example")
    assert "://" not in escaped
    assert "www." not in escaped


@given(hostile_text)
def test_csv_cell_is_never_a_formula(text):
    cell = csv_cell(text)
    assert not re.search("[\x00-\x1f\x7f-\x9f\ud800-\udfff]", cell)
    assert cell[:1] not in {"=", "+", "-", "@"}
    assert cell.lstrip(" \u00a0\u3000\u200b\ufeff")[:1] not in {"=", "+", "-", "@", "＝", "＋", "－", "＠"}


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_csv_cell_that_a_spreadsheet_would_run_gets_an_apostrophe(start):
    assert csv_cell(f"{start}1+1").startswith("'")


@given(st.lists(hostile_text, min_size=2, max_size=2, unique=True))
def test_csv_row_has_as_many_cells_as_were_written(texts):
    out = io.StringIO()
    csv.writer(out).writerow([csv_cell(text) for text in texts])
    assert len(next(csv.reader([out.getvalue()]))) == 2


def test_csv_cells_of_ids_that_differ_in_a_control_character_differ():
    assert csv_cell("account\x01") != csv_cell("account\x02")


@given(hostile_text)
def test_xml_text_is_read_back_by_a_strict_parser(text):
    element = ElementTree.Element("data")
    element.text = xml(text)
    read = ElementTree.fromstring(ElementTree.tostring(element, encoding="utf-8"))
    assert (read.text or "") == xml(text).replace("\r\n", "\n").replace("\r", "\n")


@given(hostile_text.filter(lambda text: not re.search("[\ud800-\udfff]", text)))
def test_json_text_means_the_same_and_shows_no_controls(text):
    escaped = json_text(json.dumps([text], ensure_ascii=False))
    assert json.loads(escaped) == [text]
    assert not CONTROL.search(escaped)


@given(hostile_text)
def test_latex_text_holds_no_command_but_its_own_escapes(text):
    written = latex(text)
    assert latex_text(written) == terminal(text)
    left = re.sub(r"\\text[a-z]+\{\}|\\[{}$&#_%]|\{[\[\]*\-,<>!?']\}", "", written)
    assert not re.search(r"[\\{}$&#_%^~`\"|\[\]*<>\n]", left)
