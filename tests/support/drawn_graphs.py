"""Graphs to draw in tests, and reading pictures back."""

from __future__ import annotations

import random
import xml.etree.ElementTree as ElementTree
from typing import Any

from autograd import Value, exp, maximum, sin, tanh, total
from autograd.functions import dot

SVG = "{http://www.w3.org/2000/svg}"


def text_example() -> tuple[Value, dict[str, Value]]:
    """The textbook's L = c(a + 2b), with its names."""
    a, b, c = Value(3, "a"), Value(1, "b"), Value(-2, "c")
    d = 2 * b
    e = a + d
    output = c * e
    d.label, e.label, output.label = "d", "e", "L"
    return output, {"a": a, "b": b, "c": c, "d": d, "e": e, "L": output}


def random_graph(seed: int, n: int) -> Value:
    """A graph of about n nodes, with shared nodes, repeated operands and n-ary ones."""
    generator = random.Random(seed)
    pool = [Value(generator.uniform(-1, 1), f"x{i}") for i in range(max(2, n // 8))]
    while len(pool) < n:
        near = pool[-30:]
        a, b, c = generator.choice(near), generator.choice(near), generator.choice(near)
        kind = generator.randrange(7)
        made = (
            lambda a=a, b=b: a + b, lambda a=a, b=b: a * b, lambda a=a: tanh(a), lambda a=a: a * a, lambda a=a: 0.5 * a - 1,
            lambda a=a, b=b: maximum(a, b), lambda a=a, b=b, c=c: dot((a, b), (c, a)),
        )[kind]()  # fmt: skip
        pool.append(made)
    used = {operand for node in pool for operand in node.operands}
    return total([node for node in pool if node not in used])


def recognisable_graph(seed: int, n: int) -> Value:
    """A graph of about n nodes whose numbers and slopes are told apart by their digits."""
    generator = random.Random(seed)
    pool = [Value(generator.uniform(0.3, 1.2), f"x{i}") for i in range(3)]
    while len(pool) < n:
        a, b = generator.choice(pool[-6:]), generator.choice(pool[-6:])
        kind = generator.randrange(6)
        made = (
            lambda a=a, b=b: a * b, lambda a=a: tanh(a), lambda a=a: exp(-a), lambda a=a, b=b: sin(a) / (b * b + 0.37),
            lambda a=a: a * a, lambda a=a, b=b: dot((a, b), (b, a)),
        )[kind]()  # fmt: skip
        pool.append(made)
    used = {operand for node in pool for operand in node.operands}
    return total([node for node in pool if node not in used])


def parse(svg: str) -> ElementTree.Element:
    """SVG as a tree; raises if it isn't well-formed."""
    return ElementTree.fromstring(svg)


def nodes_of(tree: ElementTree.Element) -> dict[int, dict[str, Any]]:
    """What the picture shows of each node: its kind, its rectangle, and its texts by class."""
    found = {}
    for group in tree.iter(f"{SVG}g"):
        if "data-node" not in group.attrib:
            continue
        x, y = map(float, group.attrib["transform"].removeprefix("translate(").removesuffix(")").split(","))
        rectangle = list(group.iter(f"{SVG}rect"))[-1]
        found[int(group.attrib["data-node"])] = {
            "classes": group.attrib["class"].split(),
            "box": (x, y, float(rectangle.attrib["width"]), float(rectangle.attrib["height"])),
            **{text.attrib["class"]: "".join(text.itertext()) for text in group.iter(f"{SVG}text")},
        }
    return found


def edges_of(tree: ElementTree.Element) -> dict[int, dict[str, Any]]:
    """What the picture shows of each edge: where it starts, the points it passes, the tip of its arrow, its label."""
    found = {}
    for group in tree.iter(f"{SVG}g"):
        if "data-edge" not in group.attrib:
            continue
        path = next(group.iter(f"{SVG}path")).attrib["d"]
        pairs = path.replace("M", " ").replace("L", " ").replace("C", " ").split()
        points = [tuple(map(float, pair.split(","))) for pair in pairs]
        arrow = next(group.iter(f"{SVG}polygon")).attrib["points"].split()
        labels = ["".join(text.itertext()) for text in group.iter(f"{SVG}text")]
        found[int(group.attrib["data-edge"])] = {
            "points": points, "tip": tuple(map(float, arrow[0].split(","))), "label": labels[0] if labels else "", "path": path,
        }  # fmt: skip
    return found
