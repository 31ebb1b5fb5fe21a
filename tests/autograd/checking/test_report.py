"""Reports: truth, JSON, tables in a terminal and in a notebook; everything shown is escaped."""

from __future__ import annotations

import json
from html.parser import HTMLParser

import pytest

from autograd import Value, relu, sin, sqrt
from autograd.checking import InputReport, Report, Verdict, gradcheck
from autograd.checking.messages import digits_text, number_text
from autograd.checking.self_test.planting import BREAKS, broken
from autograd.checking.verdicts import worst
from autograd.table.primitives import TABLE


def test_truth_is_that_of_all_derivatives() -> None:
    right = InputReport(output="L", input="a", at=1.0, backward=1.0, verdict=Verdict.RIGHT)
    kink = InputReport(output="L", input="b", at=1.0, backward=1.0, verdict=Verdict.KINK)
    assert Report((right,))
    assert not Report((right, kink))
    assert Report((right, kink)).verdict is Verdict.KINK
    assert Report((right, kink)).wrong == (kink,)
    assert worst([]) is Verdict.RIGHT


def test_json_holds_all_of_it() -> None:
    with broken(TABLE["sin"], BREAKS[0]):
        content = json.loads(gradcheck(lambda a: sin(a) * a, 0.5).to_json())
    assert content["verdict"] == "wrong rule"
    assert content["right"] is False
    assert content["inputs"][0]["faults"] == [1]
    sine, product = content["nodes"]
    assert (sine["operation"], sine["verdict"], product["verdict"]) == ("sin", "wrong rule", "right")
    assert sine["line"][0].endswith("test_report.py")
    assert sine["derivatives"][0]["exact"] == pytest.approx(0.8775825618903728)


def test_json_has_no_bare_infinity() -> None:
    text = gradcheck(sqrt, 0.0).to_json()
    assert json.loads(text, parse_constant=lambda name: pytest.fail(name))["inputs"][0]["backward"] == "inf"


class Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.tags.append(tag)

    def handle_data(self, data: str) -> None:
        self.text += data


def test_labels_are_plain_text_in_a_notebook() -> None:
    a = Value(0.0, '<script>alert("&")</script>')
    L = relu(a)
    L.label = "</td><b>"
    page = Tags()
    page.feed(gradcheck(L)._repr_html_())
    assert set(page.tags) == {"div", "table", "thead", "tbody", "tr", "th", "td", "pre"}
    assert '∂</td><b>/∂<script>alert("&")</script>' in page.text
    assert "kink" in page.text


def test_a_label_of_two_lines_stays_in_its_row() -> None:
    a = Value(1.0, "one\ntwo")
    assert len(str(gradcheck(a * a)).splitlines()) == 3


def test_many_wrong_inputs_are_counted() -> None:
    with broken(TABLE["sin"], BREAKS[0]):
        text = str(gradcheck(lambda x: [sin(each) for each in x], [0.1 * k + 0.1 for k in range(12)]))
    assert "… and" in text


def test_numbers_and_digits_in_words() -> None:
    assert number_text(None) == "–"
    assert number_text(1 / 3, 5) == "0.33333"
    assert digits_text(16.0) == "all digits agree"
    assert digits_text(5.66) == "5.7 digits agree"
    assert digits_text(0.3) == "no digits agree"
    assert digits_text(None) == ""
