"""The report of a rolled program says what its loops repeat."""

from __future__ import annotations

from looping_programs import PROGRAMS, Drawn

from autograd import Value, exp
from autograd.vectorizing.example.tracing import record
from autograd.vectorizing.printed_loops.report import report_of_rolled
from autograd.vectorizing.rolled.rolling import roll


def report_of(name: str, steps: int) -> str:
    f, batch = PROGRAMS[name](Drawn(1, 1), steps)
    return report_of_rolled(roll(record(f, tuple([part[0].tolist() for part in batch]), None)))


def test_loops_inside_of_loops() -> None:
    report = report_of("recurrent_network", 30)
    # 6 units, and a step of each: two dot products, two additions and the function; three operations behind the last step.
    assert report.startswith(f"{30 * 6 * 5 + 3} operations on single numbers became ")
    assert "  30 × (1 loop)\n    6 × (2 × dot, 2 × add, tanh)\n" in report
    assert report.endswith("Captured constants: 1 different number: 0.0.\n")


def test_the_report_does_not_grow_with_the_number_of_steps() -> None:
    short, long = report_of("kalman_filter", 20), report_of("kalman_filter", 40)
    assert len(short.splitlines()) == len(long.splitlines())
    assert "multiply" in short.split("Computed once for all examples: ")[1].splitlines()[0]


def test_nothing_that_repeats_and_what_was_captured() -> None:
    w, scale = Value(0.5, "w"), Value(2.0, "scale")
    recorded = record(lambda x: exp(w) * x * scale + 3.0, (1.0,), [w])
    assert report_of_rolled(roll(recorded)).splitlines() == [
        "4 operations on single numbers are 4 in the program, none of which repeats in a loop.",
        "Computed once for all examples: exp.",
        "Captured constants: 2 different numbers: 2.0, 3.0.",
        "  1 leaf is a Value other than parameters: scale.",
    ]
