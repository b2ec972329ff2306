"""The table of many rows: every cell whole, every line within the screen, and thousands of rows a second."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from distillscan.reports.terminal import as_text
from distillscan.reports.terminal.grid import Grid

_CELLS = st.text(st.sampled_from("ab c,1-9é名前😀\u0301ก"), max_size=30)


def test_columns_stand_apart_with_figures_to_the_right():
    grid = Grid(["Account", "n"], [["acct_1", "5"], ["a", "1,200"]], [False, True])
    assert as_text(grid, 40).splitlines() == [
        "Account      n",
        "──────────────",
        "acct_1       5",
        "a        1,200",
    ]


def test_the_widest_columns_give_way_on_a_narrow_screen():
    grid = Grid(["a", "b"], [["short", "one two three four five"]], [False, False])
    assert as_text(grid, 16).splitlines()[2:] == ["short  one two", "       three", "       four five"]


def test_a_word_longer_than_its_column_goes_on_in_the_next_line():
    assert as_text(Grid(["a"], [["0123456789"]], [False]), 4).splitlines()[2:] == ["0123", "4567", "89"]


def test_a_row_goes_on_below_where_its_words_have_no_room():
    grid = Grid(["account", "families", "n"], [["acct_1", "PAYMENT+NETWORK", "12"]] * 2, [False, False, True])
    assert as_text(grid, 18).splitlines() == [
        "account  families",
        " n",
        "──────────────────",
        "acct_1   PAYMENT+",
        "         NETWORK",
        "12",
        "",
        "acct_1   PAYMENT+",
        "         NETWORK",
        "12",
        "",
    ]


def test_letters_of_two_columns_are_counted_as_two():
    lines = as_text(Grid(["a", "b"], [["名前", "x"], ["ab", "y"]], [False, False]), 20).splitlines()
    assert lines[2:] == ["名前  x", "ab    y"]


def test_what_a_cell_does_to_a_terminal_is_taken_out():
    assert "\x1b" not in as_text(Grid(["a"], [["\x1b[31mred\x1b[0m"]], [False]), 20)


def test_a_table_without_rows_has_its_header():
    assert as_text(Grid(["a", "b"], [], [False, False]), 20).splitlines() == ["a  b", "────"]


@given(st.lists(st.tuples(_CELLS, _CELLS), max_size=5), st.integers(12, 40))
def test_no_line_leaves_the_screen_and_no_letter_is_lost(rows, width):
    drawn = as_text(Grid(["a", "b"], rows, [False, True]), width)
    assert all(cell_len(line) <= width for line in drawn.splitlines())
    letters = sorted("".join(cell for row in rows for cell in row).replace(" ", "") + "ab")
    assert sorted("".join(drawn.split()).replace("─", "")) == letters


@pytest.mark.parametrize("name", ["acct", "名前"])
def test_thousands_of_rows_take_moments(name):
    rows = [[f"{name}{number:012}", "PAYMENT NETWORK", f"{number:,}"] for number in range(3_000)]
    began = time.process_time()
    as_text(Grid(["account", "families", "n"], rows, [False, False, True]), 30)
    assert time.process_time() - began < 2
