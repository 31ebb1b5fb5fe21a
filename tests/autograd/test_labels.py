from __future__ import annotations

from typing import Any

from autograd import Value, label_values


def test_names_of_local_variables() -> None:
    a, b = Value(1.0), Value(2.0)
    c = a * b
    label_values(locals())
    assert (a.label, b.label, c.label) == ("a", "b", "c")


def test_a_label_that_is_there_stays() -> None:
    a = Value(1.0, "slope")
    label_values({"a": a})
    assert a.label == "slope"


def test_the_first_of_several_names_counts() -> None:
    a = Value(1.0)
    label_values({"first": a, "second": a})
    assert a.label == "first"


def test_lists_and_tuples_are_labelled_by_index() -> None:
    w: list[Any] = [Value(0.1), (Value(0.2), Value(0.3)), [[Value(0.4)]], "text", None]
    label_values({"w": w})
    assert w[0].label == "w[0]"
    assert [element.label for element in w[1]] == ["w[1][0]", "w[1][1]"]
    assert w[2][0][0].label == "w[2][0][0]"


def test_names_with_an_underscore_and_other_objects_are_passed_over() -> None:
    hidden = Value(1.0)
    label_values({"_hidden": hidden, "number": 3.0, "text": "abc", "mapping": {"k": hidden}})
    assert hidden.label == ""


def test_intermediate_results_stay_unlabelled() -> None:
    a = Value(1.0)
    y = 2.0 * a + 1.0
    label_values({"a": a, "y": y})
    assert [operand.label for operand in y.operands] == ["", ""]


def test_a_list_that_holds_itself_ends() -> None:
    w: list[object] = [Value(1.0)]
    w.append(w)
    label_values({"w": w})
    assert w[0].label == "w[0]"  # type: ignore[attr-defined]


def test_deep_nesting_ends() -> None:
    inner = innermost = [Value(1.0)]
    for _ in range(5000):
        inner = [inner]  # type: ignore[list-item]
    label_values({"w": inner})
    assert innermost[0].label.startswith("w[0][0]")
