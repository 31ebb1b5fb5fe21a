"""The sentences in which a report says what is wrong and where."""

from __future__ import annotations

from collections.abc import Sequence

from autograd.checking.verdicts import InputReport, NodeReport, Verdict

_WRONG = (Verdict.WRONG_RULE, Verdict.WRONG_ACCUMULATION, Verdict.WRONG_GRADIENT)
_MOST = 10


def explain_all(wrong: Sequence[InputReport], nodes: Sequence[NodeReport]) -> list[str]:
    """What is wrong with each of some derivatives; those that the same nodes are to blame for are explained together.

    Args:
        wrong: the derivatives that are not right.
        nodes: the check of each node alone; needed where one is at fault.
    """
    blamed: set[tuple[int, ...]] = set()
    texts = []
    for checked in wrong:
        if checked.faults and checked.faults in blamed:
            continue
        blamed.add(checked.faults)
        texts.append(_explanation(checked, wrong, nodes))
    rest = len(texts) - _MOST
    return texts if rest <= 0 else [*texts[:_MOST], f"… and {rest} more"]


def _explanation(checked: InputReport, wrong: Sequence[InputReport], nodes: Sequence[NodeReport]) -> str:
    """What is wrong with one derivative: its numbers, the node at fault, and what else is affected."""
    lines = [_headline(checked)]
    if checked.verdict in (*_WRONG, Verdict.UNSTABLE, Verdict.LEAVES_VALUES):
        given = "given          " if checked.verdict is Verdict.WRONG_GRADIENT else "backward pass  "
        exact = checked.exact if checked.exact and checked.precision else None
        truth = number_text(checked.difference) if exact is None else _shortened(exact)
        lines.append(f"  {given} {number_text(checked.backward)}")
        lines.append(f"  exact           {truth:<14} ({digits_text(checked.digits)})")
        if checked.verdict is Verdict.WRONG_RULE and number_text(checked.backward) == truth:
            lines.append(f"  by the rules    {number_text(checked.rules)}")
    elif checked.verdict in (Verdict.KINK, Verdict.SINGULAR):
        lines.append(f"  backward pass   {number_text(checked.backward)}")
    if checked.message:
        lines.append(f"  {checked.message}")
    if checked.faults:
        lines += _faults(checked, wrong, nodes)
    return "\n".join(lines)


def _headline(checked: InputReport) -> str:
    target = f"for input {checked.input}" if checked.at is not None else f"along {checked.input}"
    if checked.verdict in _WRONG:
        return f"gradient of {checked.output} is wrong {target}"
    says = {
        Verdict.UNSTABLE: "loses digits in float64",
        Verdict.KINK: "is taken at a kink",
        Verdict.SINGULAR: "is taken at a singular point",
        Verdict.LEAVES_VALUES: "is wrong, because the function leaves Values",
        Verdict.STALE: "can't be checked, because the graph is stale",
        Verdict.NON_DETERMINISTIC: "can't be checked, because the function is not deterministic",
        Verdict.INCONCLUSIVE: "could not be decided",
    }
    return f"gradient of {checked.output} {target} {says.get(checked.verdict, 'is right')}"


def _faults(checked: InputReport, wrong: Sequence[InputReport], nodes: Sequence[NodeReport]) -> list[str]:
    by_number = {node.number: node for node in nodes}
    at_fault = [by_number[number] for number in checked.faults]
    lines = [f"  at fault: {_fault(at_fault[0])}"]
    if len(at_fault) > 1:
        lines += [f"  and:      {_fault(node)}" for node in at_fault[1:3]]
    if len(at_fault) > 3:
        lines.append(f"  and {len(at_fault) - 3} more nodes")
    right = sum(node.verdict not in _WRONG for node in nodes)
    others = [each for each in wrong if each is not checked and set(each.faults) & set(checked.faults)]
    about = f"the other {right} nodes are right" if right != 1 else "the other node is right"
    if others:
        names = list(dict.fromkeys(each.input for each in others if each.output == checked.output))
        named = ", ".join(names[:5]) + (f" and {len(names) - 5} more inputs" if len(names) > 5 else "")
        if names:
            about += f"; {named} {'is' if len(names) == 1 else 'are'} affected through node {at_fault[0].number}"
    return [*lines, f"  {about}"]


def _fault(node: NodeReport) -> str:
    wrong = [derivative for derivative in node.derivatives if derivative.verdict in _WRONG]
    parts = []
    for derivative in wrong[:2]:
        which = f" for operand {derivative.operand + 1}" if len(node.operands) > 1 else ""
        shown = derivative.rule if derivative.verdict is Verdict.WRONG_RULE else derivative.backward
        short, exact = _told_apart(shown, derivative.exact)
        parts.append(f"local derivative{which} {short}, exact {exact}")
    operands = ", ".join(number_text(number, 6) for number in node.operands[:4]) + (", …" if len(node.operands) > 4 else "")
    return f"{node}: {'; '.join(parts)} at {operands}"


def _told_apart(shown: float, exact: float | None) -> tuple[str, str]:
    """Two numbers with five digits, or as many as it takes to see that they differ."""
    for digits in range(5, 18):
        texts = number_text(shown, digits), number_text(exact, digits)
        if texts[0] != texts[1]:
            break
    return texts


def _shortened(exact: str) -> str:
    """An exact number with as many digits as a float is shown with."""
    try:
        number = float(exact)
    except ValueError:
        return exact
    return number_text(number) if number != 0.0 and abs(number) != float("inf") else exact


def number_text(number: float | None, digits: int = 10) -> str:
    """A number for a table; a dash where there is none."""
    return "–" if number is None else f"{number:.{digits}g}"


def slopes_text(left: float | None, right: float | None) -> str:
    """The slopes on both sides of a kink, in words."""
    return f"the slope is {number_text(left)} towards smaller inputs and {number_text(right)} towards larger ones"


def digits_text(digits: float | None) -> str:
    """How many digits agree, in words."""
    if digits is None:
        return ""
    if digits >= 15.0:
        return "all digits agree"
    if digits < 0.5:
        return "no digits agree"
    return f"{digits:.1f} digits agree"
