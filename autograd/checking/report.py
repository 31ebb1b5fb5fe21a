"""What a check of derivatives found, as a table with what there is to say below it."""

from __future__ import annotations

import html
import json
import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from functools import cached_property
from typing import Any

from autograd.checking.messages import explain_all, number_text
from autograd.checking.verdicts import InputReport, NodeReport, Verdict, worst
from autograd.text_tables import html_table, text_table

_COLUMNS = ("derivative", "backward pass", "by the rules", "difference", "digits", "verdict")


@dataclass(frozen=True)
class Report:
    """What `gradcheck` found. It is true when every derivative is right.

    Attributes:
        inputs: the check of each derivative.
        value: of the function (of the first output).
        notes: sentences about the function as a whole.

    >>> from autograd.checking import gradcheck
    >>> report = gradcheck(lambda a, b: a * b, 2.0, 3.0)
    >>> bool(report), report.verdict.value, [checked.backward for checked in report.inputs]
    (True, 'right', [3.0, 2.0])
    """

    inputs: tuple[InputReport, ...]
    value: float | None = None
    notes: tuple[str, ...] = ()
    _check_nodes: Callable[[], Sequence[NodeReport]] = field(default=tuple, repr=False, compare=False)

    @cached_property
    def nodes(self) -> tuple[NodeReport, ...]:
        """The check of each computed node alone, made when it is first asked for; none where nothing could be replayed."""
        return tuple(self._check_nodes())

    @property
    def verdict(self) -> Verdict:
        """The most serious verdict of all inputs."""
        return worst(checked.verdict for checked in self.inputs)

    def __bool__(self) -> bool:
        return all(self.inputs)

    @property
    def wrong(self) -> tuple[InputReport, ...]:
        """The derivatives that are not right."""
        return tuple(checked for checked in self.inputs if not checked)

    @property
    def faults(self) -> tuple[NodeReport, ...]:
        """The nodes at fault for a wrong derivative."""
        numbers = {number for checked in self.inputs for number in checked.faults}
        return tuple(node for node in self.nodes if node.number in numbers) if numbers else ()

    def to_json(self) -> str:
        """All of it as JSON: the verdict, the inputs, the nodes. Numbers that are not finite are strings.

        >>> from autograd.checking import gradcheck
        >>> json.loads(gradcheck(lambda a: a * a, 3.0).to_json())["inputs"][0]["backward"]
        6.0
        """
        content = {
            "verdict": self.verdict.value,
            "right": bool(self),
            "value": self.value,
            "notes": list(self.notes),
            "inputs": [asdict(checked) for checked in self.inputs],
            "nodes": [{**asdict(node), "verdict": node.verdict.value} for node in self.nodes],
        }
        return json.dumps(_plain(content), ensure_ascii=False)

    def _rows(self) -> Iterator[tuple[str, ...]]:
        yield _COLUMNS
        for checked in self.inputs:
            yield (
                checked.name,
                number_text(checked.backward),
                number_text(checked.rules),
                number_text(checked.difference),
                "" if checked.digits is None else f"{checked.digits:.1f}",
                checked.verdict.value,
            )

    @property
    def explanations(self) -> list[str]:
        """What is wrong with each derivative that is not right: its numbers, and the operation at fault with its line."""
        return explain_all(self.wrong, self.nodes if any(checked.faults for checked in self.inputs) else ())

    def __str__(self) -> str:
        rows = [[" ".join(cell.split()) for cell in row] for row in self._rows()]
        return "\n".join([text_table(rows), *self.notes, *self.explanations])

    def _repr_html_(self) -> str:
        remarks = html.escape("\n".join([*self.notes, *self.explanations]))
        below = f"<pre>{remarks}</pre>" if remarks else ""
        return f"<div>{html_table(list(self._rows()))}{below}</div>"


def _plain(content: Any) -> Any:
    """Content that JSON can hold."""
    if isinstance(content, Verdict):
        return content.value
    if isinstance(content, float) and not math.isfinite(content):
        return str(content)
    if isinstance(content, dict):
        return {key: _plain(element) for key, element in content.items()}
    return [_plain(element) for element in content] if isinstance(content, list | tuple) else content
