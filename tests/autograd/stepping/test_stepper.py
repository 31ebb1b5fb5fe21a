"""The cursor: every step, every number, forwards and backwards, and the page it makes."""

from __future__ import annotations

import base64
import json
import re
import struct
from importlib.resources import files
from pathlib import Path

import pytest
from drawn_graphs import random_graph, recognisable_graph, text_example
from hypothesis import given, settings
from hypothesis import strategies as st
from stepping_page import later_than, told_in, with_images

from autograd import StaleGraphError, Value, grad, log, maximum, minimum, relu, sqrt, tanh, where
from autograd.drawing.live.script import SHORTENED_NAMES, read_file, shared_script
from autograd.engine.graph import local_derivatives, topological_order
from autograd.functions import dot
from autograd.stepping import Stepper, step_through
from autograd.stepping.presenting import page_data


def test_the_texts_example() -> None:
    stepper = step_through(text_example()[0])
    assert [step.sentence for step in stepper] == [
        "Forward: d = 2 × b = 2 × 1 = 2.",
        "Forward: e = a + d = 3 + 2 = 5.",
        "Forward: L = c × e = (−2) × 5 = −10.",
        "Backward: ∂L/∂L = 1, the derivative of the output with respect to itself.",
        "Backward: ∂L/∂c = ∂L/∂L · ∂L/∂c = 1 · 5 = 5.",
        "Backward: ∂L/∂e = ∂L/∂L · ∂L/∂e = 1 · (−2) = −2.",
        "Backward: ∂L/∂a = ∂L/∂e · ∂e/∂a = (−2) · 1 = −2.",
        "Backward: ∂L/∂d = ∂L/∂e · ∂e/∂d = (−2) · 1 = −2.",
        "Backward: ∂L/∂b = ∂L/∂d · ∂d/∂b = (−2) · 2 = −4.",
    ]
    assert stepper[8].latex == (
        r"\frac{\partial L}{\partial b} = \frac{\partial L}{\partial d} \cdot \frac{\partial d}{\partial b} \qquad "
        r"\frac{\partial L}{\partial b} = \left( -2 \right) \cdot 2 = -4"
    )
    assert stepper[8].mathml.count("<math>") == 2


def test_the_derivative_is_read_off_the_table() -> None:
    z = Value(0.5, "z")
    h = tanh(z)
    h.label = "h"
    assert r"\mathrm{sech}^2\left( z \right)" in step_through(h)[-1].latex


@pytest.mark.parametrize("seed", range(8))
def test_gradients_are_those_of_grad_to_the_bit(seed: int) -> None:
    output = random_graph(seed, 70)
    order = [node for node in topological_order(output) if node.primitive.name != "constant"]
    stepper = step_through(output)
    stepper.goto(-1)
    assert [stepper.gradient_of(node) for node in order] == grad(output, order)
    for step in stepper:
        if step.edge is not None:
            assert step.edge.node.operands[step.edge.position] is step.node
            assert step.local_derivative == local_derivatives(step.edge.node)[step.edge.position]
            assert step.product == step.upstream * step.local_derivative  # type: ignore[operator]
            assert step.after == (step.product if step.before is None else step.before + step.product)
            assert step.upstream == grad(output, step.edge.node), "complete before it is passed on"
    forward = [step.node for step in stepper if step.phase == "forward"]
    assert forward == [node for node in topological_order(output) if node.operands]
    n_edges = sum(v.primitive.name != "constant" for node in forward for v in node.operands)
    assert len(stepper) == len(forward) + 1 + n_edges


def test_terms_of_a_dot_product_come_as_the_backward_pass_takes_them() -> None:
    x = Value(0.1, "x")
    y = dot((x, x, Value(0.3)), (Value(0.7), x, x))
    stepper = step_through(y)
    stepper.goto("x")
    assert stepper.gradient_of("x") == grad(y, x)
    places = [step.edge.position for step in stepper if step.edge]
    assert places == [0, 3, 1, 4, 2, 5]


@settings(max_examples=30, derandomize=True, deadline=None)
@given(st.integers(0, 2**32), st.lists(st.integers(0, 200), min_size=1, max_size=12))
def test_wherever_it_goes_it_shows_the_same(seed: int, places: list[int]) -> None:
    stepper, other = step_through(random_graph(seed, 25)), None
    nodes = [node for node in stepper.order if node.primitive.name != "constant"]
    for place in places:
        index = place % len(stepper)
        stepper.goto(index)
        other = Stepper(stepper.output)
        while other.position < index:
            other.next()
        assert [stepper.gradient_of(node) for node in nodes] == [other.gradient_of(node) for node in nodes]
        assert [stepper.is_computed(node) for node in nodes] == [other.is_computed(node) for node in nodes]


def test_the_cursor() -> None:
    output, nodes = text_example()
    stepper = step_through(output)
    assert stepper.current is None and stepper.position == -1
    assert stepper.back() is None
    assert not stepper.is_computed("e") and stepper.is_computed("a")
    first = stepper.next()
    assert first is stepper[0] is stepper.current
    assert stepper.goto("e").after == -2.0
    assert stepper.gradient_of("a") is None and stepper.gradient_of(nodes["e"]) == -2.0
    assert stepper.goto(nodes["b"]) is stepper[8]
    assert stepper.next() is None and stepper.position == 8, "it stays at the end"
    assert stepper.back() is stepper[7] and stepper.gradient_of("b") is None
    assert stepper.goto(-1) is stepper[8]
    stepper.reset()
    assert stepper.current is None and stepper.gradient_of("L") is None
    assert list(stepper) == list(stepper.steps) and stepper[2:4] == stepper.steps[2:4]
    steps = 0
    while stepper.next():
        steps += 1
    assert steps == len(stepper) == 9
    assert "9 steps to the gradients of L, at step 8" in repr(stepper)


def test_breakpoints() -> None:
    stepper = step_through(text_example()[0])
    stepper.add_breakpoint("d")
    assert [step.index for step in iter(stepper.run, None)] == [0, 7]
    assert stepper.position == 8
    stepper.reset()
    stepper.remove_breakpoint("d")
    assert stepper.run() is None and stepper.position == 8


def test_wrong_places() -> None:
    output, _ = text_example()
    stepper = step_through(output)
    for index in (9, -10):
        with pytest.raises(IndexError, match=f"there are 9 steps, from 0 to 8; there is no step {index}"):
            stepper.goto(index)
    with pytest.raises(KeyError, match="no node is called 'q'; there are L, a, b, c, d, e"):
        stepper.goto("q")
    with pytest.raises(KeyError, match="'stranger' is not a node of this graph"):
        stepper.goto(Value(1.0, "stranger"))
    with pytest.raises(KeyError, match="no step changes 2: it is a constant"):
        stepper.goto(next(v for v in stepper.order if v.primitive.name == "constant"))
    assert stepper.position == -1, "nothing has moved"
    with pytest.raises(TypeError, match="step_through takes a Value, not 3"):
        step_through(3)  # type: ignore[arg-type]


def test_unlabelled_nodes_go_by_their_numbers() -> None:
    x = Value(2.0)
    stepper = step_through(tanh(x * x))
    assert stepper.goto("v₁") is stepper.goto("v1")
    assert stepper.goto("L").phase == "seed"


def test_a_leaf_has_one_step() -> None:
    stepper = step_through(Value(3.0, "a"))
    assert [step.phase for step in stepper] == ["seed"]


def test_nothing_of_the_graph_changes() -> None:
    output, _ = text_example()
    stepper = step_through(output)
    stepper.goto(-1)
    stepper.html()
    assert all(node.gradient is None for node in topological_order(output))


def test_stale_graphs_are_refused() -> None:
    output, nodes = text_example()
    nodes["a"].data = 4.0
    with pytest.raises(StaleGraphError):
        step_through(output)


def test_infinite_slopes_and_choices_left_out() -> None:
    x = Value(0.0, "x")
    output = maximum(2.0 * x, 1.0) + sqrt(x)
    stepper = step_through(output)
    stepper.goto("x")
    assert stepper.gradient_of("x") == grad(output, x) == float("inf")
    assert all(step.sentence and step.latex and step.mathml for step in stepper)
    json.loads(re.search(r'application/json">(.*?)</script>', stepper.html(), re.DOTALL)[1])  # type: ignore[index]


def test_a_page_is_small(tmp_path: Path) -> None:
    a, b, c = Value(3, "a"), Value(1, "b"), Value(-2, "c")
    assert step_through(c * (a + 2 * b)).save(tmp_path / "steps.html").stat().st_size < 30_000
    path = step_through(text_example()[0]).save(tmp_path / "steps.html")
    assert path.stat().st_size < 30_000
    assert "http" not in path.read_text(encoding="utf-8").replace("http://www.w3.org/2000/svg", "")


def test_pages_grow_with_the_number_of_steps() -> None:
    def size(n: int) -> float:
        x = Value(0.5, "x")
        y = x
        for _ in range(n):
            y = tanh(y * 0.9)
        stepper = step_through(y)
        return len(stepper.html()) / len(stepper)

    assert size(800) < 1.3 * size(200)


def test_pages_are_saved_as_html_only(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"the name must end in \.html"):
        step_through(text_example()[0]).save(tmp_path / "steps.pdf")


@pytest.mark.parametrize("seed", range(2))
def test_no_text_and_no_picture_tells_a_number_of_a_later_step(seed: int) -> None:
    stepper = step_through(recognisable_graph(seed, 9))
    stepper.output.backward()
    for position in range(-1, len(stepper), 3):
        if position >= 0:
            stepper.goto(position)
        later = later_than(stepper, position)
        step = stepper.current
        texts = [repr(stepper), *([step.sentence, step.latex, step.mathml, repr(step)] if step else [])]
        bundle = [re.sub(r"<script.*?</script>", "", text, flags=re.DOTALL) for text in stepper._repr_mimebundle_().values()]
        data = page_data(stepper.presented())
        told = " ".join(
            [
                *texts,
                *map(with_images, bundle),
                data.svg,
                data.styled_svg,
                *(form for name in data.names for form in name),
                data.title,
            ]
        )
        assert told_in(told, later) == []


def test_the_picture_is_that_of_the_cursor() -> None:
    stepper = step_through(text_example()[0])
    pictures = []
    for target in (None, "e", -1):
        if target is not None:
            stepper.goto(target)
        data = page_data(stepper.presented())
        pictures.append([re.findall(rf'class="{kind}"[^>]*>([^<]*)<', data.svg) for kind in ("value", "gradient", "derivative")])
    assert pictures[0] == [["3", "1", "−2", "", "", ""], ["–"] * 6, [""] * 5]
    assert pictures[1] == [["3", "1", "−2", "2", "5", "−10"], ["–", "–", "5", "–", "−2", "1"], ["", "", "", "5", "−2"]]
    assert pictures[2][1:] == [["−2", "−4", "5", "−2", "−2", "1"], ["2", "1", "1", "5", "−2"]]


def test_a_label_cannot_leave_the_data() -> None:
    html = step_through(log(Value(2.0, "</script><!--<script>")) + 1).html()
    data = re.search(r'application/json">(.*?)</script>', html, re.DOTALL)[1]  # type: ignore[index]
    names, *_ = json.loads(data)
    assert "</script><!--<script>" in [name[0] for name in names]
    assert html.count("</script>") == 2


def test_zero_times_infinity_of_what_a_choice_left_out_is_explained() -> None:
    x = Value(0.0, "x")
    taken, root = x + 2.0, sqrt(x)
    root.label = "r"
    y = where(1.0, taken, root)
    y.label = "y"
    said = [step.sentence for step in step_through(y).steps if step.phase == "backward" and step.node is x]
    assert said[0] == "Backward: ∂y/∂x = ∂y/∂r · ∂r/∂x = 0 · ∞ = 0. A choice left r out, so that it takes no part."
    assert said[1:] == ["Backward: another use of x adds ∂y/∂v₁ · ∂v₁/∂x = 1 · 1 = 1: ∂y/∂x = 0 + 1 = 1."]
    assert step_through(y).steps[-1].after == 1.0


def test_a_sum_that_is_left_out_names_each_of_its_operands() -> None:
    a, b, c, d = (Value(float(k), name) for k, name in enumerate("abcd", 1))
    stepper = step_through(where(0.0, dot([a, b], [c, d]), 1.0))
    walked = [step for step in stepper if step.edge is not None and step.edge.node.primitive.name == "dot"]
    assert [stepper.wording.name(step.node) for step in walked] == ["a", "c", "b", "d"]
    assert all(step.edge and step.edge.node.operands[step.edge.position] is step.node for step in walked)


def test_a_kink_says_so() -> None:
    z = Value(0.0, "z")
    y = relu(z)
    y.label = "y"
    said = step_through(y).steps[-1].sentence
    assert said == (
        "Backward: ∂y/∂z = ∂y/∂y · ∂y/∂z = 1 · 1 = 1. "
        "y has a kink at z = 0, with slope 0 on the left and 1 on the right, so the local derivative ∂y/∂z does not exist there: "
        "the convention takes 1."
    )
    said = step_through(abs(z)).steps[-1].sentence
    assert "slope −1 on the left and 1 on the right" in said and said.endswith("the convention takes 0.")
    a, b = Value(2.0, "a"), Value(2.0, "b")
    tie = [step.sentence for step in step_through(maximum(a, b)).steps[-2:]]
    assert "a kink at a = 2" in tie[0] and tie[0].endswith("the convention takes 1.")
    assert "a kink at b = 2" in tie[1] and tie[1].endswith("the convention takes 0.")
    clipped = step_through(minimum(maximum(Value(1.0, "x"), 0.0), 1.0))
    assert ["kink" in step.sentence for step in clipped if step.phase == "backward"] == [True, False]
    chosen = step_through(where(Value(1.0, "x") < 1.0, a, b))
    assert [step.sentence for step in chosen if "jumps at x = 1" in step.sentence], "a condition on its boundary"
    assert "has a kink at z = 0" in str(step_through(y).explain("z"))
    assert not any("kink" in step.sentence or "jumps" in step.sentence for step in step_through(tanh(z) + z * z + a * b))


def test_a_kink_of_one_use_of_several_says_which() -> None:
    a = Value(2.0, "a")
    output = maximum(a, a, 1.0, a)
    said = [step.sentence for step in step_through(output) if step.phase == "backward"]
    assert step_through(output).steps[-1].after == grad(output, a) == 1.0, "of L = a, which is smooth"
    for which, sentence in zip(("first", "second", "third"), said, strict=True):
        assert f"As a function of the {which} a alone, L has a kink at a = 2" in sentence
        assert f"the local derivative with respect to the {which} a does not exist" in sentence
        assert "∂L/∂a does not exist" not in sentence
    assert str(step_through(output).explain("a")).count("a alone, L has a kink") == 3


def test_exports_without_html_have_the_picture() -> None:
    stepper = step_through(text_example()[0])
    bundle = stepper._repr_mimebundle_()
    assert set(bundle) == {"text/html", "text/plain", "image/png"}
    assert bundle["text/html"] == stepper.html()
    width, height = struct.unpack(">II", base64.b64decode(bundle["image/png"])[16:24])
    assert width > height > 200, "a PNG says its size in its first chunk"
    assert stepper.goto(-1) and stepper._repr_mimebundle_()["image/png"] != bundle["image/png"], "it shows where the cursor is"


def test_directions() -> None:
    output, _ = text_example()
    boxes = {direction: step_through(output, direction=direction).html() for direction in ("right", "left", "down", "up")}
    assert len(set(boxes.values())) == 4
    with pytest.raises(ValueError, match="direction is one of 'right', 'left', 'down', 'up', not 'sideways'"):
        step_through(output, direction="sideways")  # type: ignore[arg-type]


def test_names_that_are_shortened_are_nobody_elses() -> None:
    page = files("autograd.stepping").joinpath("page.js").read_text(encoding="utf-8")
    texts = page + read_file("picture.js") + shared_script(has_kinks=True, has_leaves=True)
    code = re.sub(r"^\s*//.*|(?<=;) //.*", "", texts, flags=re.MULTILINE)
    strings = r'"[^"\n]*"|`[^`]*`'
    words = " ".join(re.findall(strings, re.sub(r"\$\{[^}]*\}", "", code)))
    without = re.sub(strings, "", code)
    for place, name in enumerate(SHORTENED_NAMES):
        assert re.search(rf"\b{name}\b", code)
        assert not re.search(rf"\.{name}\b|\b{name}:", code), "no attribute"
        assert not re.search(rf"\b{name}\b", words), "no word in a text"
        assert not re.search(rf"(?<![\w\\]){chr(ord('A') + place)}(?!\w)", without), "its short form is free"
