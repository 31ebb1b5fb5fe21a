"""The table read in JavaScript, in a real browser: all primitives at all their points, and numbers as Python writes them."""

from __future__ import annotations

import math
import random
import struct
from pathlib import Path
from typing import Any

import pytest

from autograd.drawing.live.script import compact, shared_script
from autograd.notation.numbers import format_number
from autograd.number_systems.javascript.functions import definitions
from autograd.number_systems.javascript.rules import WrittenPrimitive
from autograd.table.primitives import BUILT_IN, TABLE
from autograd.table.rules import MANY

pytestmark = pytest.mark.browser

MOST_ULPS = 2


def groups_at(name: str, point: Any) -> list[Any]:
    if TABLE[name].arity == 1:
        return [point]
    return [point] if TABLE[name].arity == MANY and not isinstance(point[0], tuple) else list(point)


def cases() -> list[tuple[str, list[Any], float | None, list[float]]]:
    """Each built-in primitive at each of its points: its operands, what Python's floats give (None if they raise), the slopes."""
    found: list[tuple[str, list[Any], float | None, list[float]]] = []
    for name in BUILT_IN:
        primitive = TABLE[name]
        if primitive.arity == 0:
            continue
        for point in (*primitive.points, *primitive.outside):
            groups = groups_at(name, point)
            try:
                value = primitive.calculate(*groups)
            except (ArithmeticError, ValueError):
                found.append((name, groups, None, []))
            else:
                found.append((name, groups, value, primitive.quiet_local_derivatives(groups, value)))
    return found


def script_of(number: float) -> str:
    return {"inf": "1/0", "-inf": "-1/0", "nan": "NaN"}.get(repr(number), repr(number))


def of_script(text: str | None) -> float | None:
    return None if text is None else float(text.replace("Infinity", "inf"))


def ulps(one: float, other: float) -> float:
    """How many floats lie between two numbers; zeros of both signs are one."""
    if one == other or (math.isnan(one) and math.isnan(other)):
        return 0
    if not (math.isfinite(one) and math.isfinite(other)):
        return math.inf

    def place(x: float) -> int:
        bits = int(struct.unpack(">q", struct.pack(">d", x))[0])
        return bits if bits >= 0 else -(bits & (2**63 - 1))

    return abs(place(one) - place(other))


def test_every_primitive_at_every_point_gives_what_floats_give(browser: Any, tmp_path: Path) -> None:
    told = cases()
    assert len(told) > 6_000 and sum(value is None for *_, value, _ in told) > 60
    written: dict[Any, tuple[int, WrittenPrimitive]] = {}
    rows = []
    for name, groups, value, _ in told:
        shape = tuple(len(group) if isinstance(group, tuple) else None for group in groups)
        if (name, shape) not in written:
            written[name, shape] = len(written), WrittenPrimitive(TABLE[name], shape)
        flat = [x for group in groups for x in (group if isinstance(group, tuple) else (group,))]
        # The local derivatives get the result that Python has.
        numbers = ",".join(map(script_of, map(float, flat)))
        rows.append(f"[{written[name, shape][0]},[{numbers}],{'null' if value is None else script_of(value)}]")
    needs = set().union(*(primitive.needs for _, primitive in written.values()))
    functions = ",".join(f"[{primitive.forward},{primitive.derivatives}]" for _, primitive in written.values())
    script = (
        f"const fail=said=>{{throw {{said}}}};{definitions(needs)}const functions=[{functions}],rows=[{','.join(rows)}];"
        "const text=x=>typeof x=='number'?Object.is(x,-0)?'-0':String(x):'no number: '+typeof x;"
        "window.found=rows.map(([f,a,y])=>{const [forward,derivatives]=functions[f];try{return [text(forward(a)),"
        "derivatives(a,y).map(text)]}catch(e){return [null,String(e.said)]}})"
    )
    (tmp_path / "rules.html").write_text(f"<!doctype html><meta charset='utf-8'><script>{script}</script>", encoding="utf-8")
    browser.get((tmp_path / "rules.html").as_uri())
    answers = browser.execute_script("return window.found")
    exact = set()
    for (name, groups, value, slopes), (said, said_slopes) in zip(told, answers, strict=True):
        got = of_script(said)
        if value is None or got is None:
            assert value is got is None, f"{name} of {groups}: Python {value}, JavaScript {got} {said_slopes}"
            assert said_slopes in (
                "math domain error", "math range error", "float division by zero", "the result is complex, infinite or too large"
            ), said_slopes  # fmt: skip
            continue
        shape = tuple(len(group) if isinstance(group, tuple) else None for group in groups)
        is_exact = written[name, shape][1].is_exact
        exact |= {name} if is_exact else set()
        for expected, found in zip([value, *slopes], [got, *map(of_script, said_slopes)], strict=True):
            assert found is not None and ulps(expected, found) <= (0 if is_exact else MOST_ULPS), (
                f"{name} of {groups}: Python {expected!r}, JavaScript {found!r}"
            )
    assert {"add", "multiply", "divide", "dot", "sqrt", "relu", "maximum", "where", "pick", "modulo", "floor_divide"} <= exact


def test_numbers_are_written_as_python_writes_them(browser: Any) -> None:
    draw = random.Random(4)
    numbers = [0.0, -0.0, 1e6, 999_999.5, 999_999.0, 1e-5, 9.9995, 9.99949, 5e-324, 1.7e308, math.inf, -math.inf, math.nan, 0.5]
    numbers += [k / 64 for k in range(-200, 200)] + [k / 8 + 1234.0 for k in range(100)] + [k + 0.5 for k in range(9_990, 10_010)]
    numbers += [draw.uniform(-10, 10) for _ in range(3_000)] + [
        draw.gauss(0, 1) * 10 ** draw.randint(-320, 300) for _ in range(3_000)
    ]
    numbers += [round(draw.uniform(-3, 3), draw.randint(0, 5)) for _ in range(3_000)]
    for digits in (1, 2, 3, 4, 6, 12, 17):
        script = f"{compact(shared_script(True, False))};return arguments[0].map(x => format(Number(x), {digits}))"
        texts = [str(x).replace("inf", "Infinity").replace("nan", "NaN") for x in numbers]
        written = browser.execute_script(script, texts)
        for x, text in zip(numbers, written, strict=True):
            assert text == format_number(x, digits), f"{x!r} to {digits} digits"
