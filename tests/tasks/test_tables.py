import pytest

from tasks.support.tables import format_cell, format_table


def test_numbers_are_aligned_to_the_right_and_words_to_the_left():
    table = format_table(["word", "count"], [["good", 7], ["bad", 1200]])
    assert table == "word  count\n----  -----\ngood      7\nbad    1200"


def test_a_title_stands_above_the_table():
    assert format_table(["a"], [[1]], title="Results").split("\n")[0] == "Results"


def test_a_column_with_a_word_among_numbers_is_aligned_to_the_left():
    assert format_table(["w₁"], [[10], ["none"]]).split("\n")[2] == "10"


def test_a_table_without_rows_is_its_header():
    assert format_table(["a", "bc"], []) == "a  bc\n-  --"


def test_rows_may_come_from_a_generator():
    assert format_table(["n"], ([n] for n in range(2))).endswith("0\n1")


@pytest.mark.parametrize("row", [[1], [1, 2, 3]])
def test_a_row_of_the_wrong_length_is_named(row):
    with pytest.raises(ValueError, match=f"row 2 of the table has {len(row)} cells, the header has 2"):
        format_table(["a", "b"], [[1, 2], row])


@pytest.mark.parametrize(
    ("cell", "text"),
    [(0.125, "0.12"), (-0.001, "0.00"), (-1.5, "-1.50"), (float("nan"), "nan"), (3, "3"), (False, "no"), (None, "-")],
)
def test_cells(cell, text):
    assert format_cell(cell, digits=2) == text
