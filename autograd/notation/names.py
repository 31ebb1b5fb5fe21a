"""How names and numbers are written: subscripts, superscripts, Greek letters, digits.

A `Name` is a sequence of runs of text, each on the base line, below it or above it. Pictures, LaTeX, MathML and plain text each
write it in their own way.
"""

from __future__ import annotations

import re
import unicodedata
from itertools import groupby
from typing import NamedTuple, TypeAlias


class Run(NamedTuple):
    """A run of text in one style.

    Attributes:
        text: the text.
        script: -1 for a subscript, 1 for a superscript, 0 for the base line.
        italic: whether it is a variable, which mathematics sets in italics.
    """

    text: str
    script: int = 0
    italic: bool = False


Name: TypeAlias = tuple[Run, ...]

GREEK = {
    name: unicodedata.lookup(f"GREEK SMALL LETTER {'LAMDA' if name == 'lambda' else name.upper()}")
    for name in (
        "alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta", "iota", "kappa", "lambda", "mu", "nu", "xi", "pi",
        "rho", "sigma", "tau", "upsilon", "phi", "chi", "psi", "omega",
    )
}  # fmt: skip
GREEK |= {
    name.capitalize(): unicodedata.lookup(f"GREEK CAPITAL LETTER {name.upper()}")
    for name in ("gamma", "delta", "theta", "xi", "pi", "sigma", "phi", "psi", "omega")
}
GREEK["Lambda"] = "Λ"

_SUBSCRIPTS = str.maketrans("0123456789+−=()aehijklmnoprstuvx", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ")
_SUPERSCRIPTS = str.maketrans("0123456789+−=()abcdefghijklmnoprstuvwxyz", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻ")
_SCRIPTED = {
    chr(raised): (chr(base), script)
    for script, table in ((-1, _SUBSCRIPTS), (1, _SUPERSCRIPTS))
    for base, raised in table.items()
}
_HAS_SUBSCRIPT = set(map(chr, _SUBSCRIPTS)) | {","}
_HAS_SUPERSCRIPT = set(map(chr, _SUPERSCRIPTS)) | {","}

_WORD = r"[^\W\d_]+"
_UNWRITABLE = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_OPEN_SCRIPT = re.compile(r"[_^]\w+$")
_BASE = re.compile(rf"({_WORD})(['′]*)")
# What may follow a base: 12, _12, _{ij}, _word, ^2, ^{12}, ^[2], [3], [i][j]; indices may have commas.
_SCRIPTS = re.compile(
    r"(?P<digits>\d+)|_\{(?P<sub>[^{}]+)\}|_(?P<index>[\w,]+?)(?=$|\^|_|\[)|\^\{(?P<sup>[^{}]+)\}|\^(?P<power>[\w,]+?)(?=$|\^|_|\[)"
    r"|\^(?P<layer>\[[^\[\]{}]+\])|\[(?P<item>[^\[\]]+)\]"
)


def name_of_label(label: str) -> Name:
    """Read a label as a mathematical name. A label that isn't formed like one is kept as it stands.

    ``w1``, ``w_1`` and ``w[1]`` are w with the subscript 1, and ``alpha`` is the Greek letter. ``w^{[2]}_{31}``, or ``w^[2]_31``,
    has both scripts; the brackets say that the 2 is a layer rather than a power.

    >>> plain(name_of_label("w^{[2]}_{31}")), plain(name_of_label("alpha_i")), plain(name_of_label("train loss"))
    ('w^[2]₃₁', 'αᵢ', 'train loss')
    """
    base = _BASE.match(label)
    if base is None:
        # Italic, unlike numbers: a Value with the label 1 is a variable.
        return (Run(label, italic=_is_number(label)),) if label else ()
    word = GREEK.get(base[1], base[1])
    runs = [Run(word + base[2], italic=len(word) == 1 or _is_number(label))]
    position = base.end()
    scripts: list[tuple[int, str]] = []
    while position < len(label):
        found = _SCRIPTS.match(label, position)
        if found is None:
            return (Run(label),)
        kind = str(found.lastgroup)
        if kind == "digits" and len(word) > 1 and position == base.end():
            # `conv2` is a word; `x2` is x with an index.
            runs[0] = Run(word + base[2] + found[kind])
        else:
            script = 1 if kind in ("sup", "power", "layer") else -1
            text = GREEK.get(found[kind], found[kind])
            if scripts and scripts[-1][0] == script:
                before = scripts[-1][1]
                # Indices of one digit stand side by side; longer ones need a comma between them.
                text = before + ("" if len(before) == len(text) == 1 else ",") + text
                scripts.pop()
            scripts.append((script, text))
        position = found.end()
    return (*runs, *(Run(text, script) for script, text in scripts))


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def plain(name: Name) -> str:
    """Write a name as plain text, with Unicode's subscripts and superscripts.

    >>> plain((Run("w", italic=True), Run("2", 1), Run("31", -1))), plain((Run("L", italic=True), Run("CE", -1)))
    ('w²₃₁', 'L_CE')
    """
    rows = groupby(name, key=lambda run: run.script)
    return "".join(_plain_row("".join(run.text for run in row), script) for script, row in rows)


def with_scripts(text: str) -> Name:
    """A text whose subscripts and superscripts are characters of Unicode, as a name with scripts of its own.

    >>> with_scripts("log₁₀")
    (Run(text='log', script=0, italic=False), Run(text='10', script=-1, italic=False))
    """
    pairs = [_SCRIPTED.get(character, (character, 0)) for character in text]
    rows = groupby(pairs, key=lambda pair: pair[1])
    return tuple(Run("".join(character for character, _ in row), script) for script, row in rows)


def is_layer(script: str) -> bool:
    """Whether a superscript is the number of a layer, in square brackets as in the textbook."""
    return script.startswith("[") and script.find("]") == len(script) - 1


def legible(text: str) -> str:
    """A text on one line, without control characters, which terminals would obey and XML forbids.

    >>> legible("a\\nb")
    'a b'
    """
    if _UNWRITABLE.search(text):
        return _UNWRITABLE.sub(lambda found: " " if found[0] in "\t\n\r" else "\N{REPLACEMENT CHARACTER}", text)
    return text


def _plain_row(text: str, script: int) -> str:
    text = legible(text)
    if script == 0:
        return text
    alphabet, table = (_HAS_SUBSCRIPT, _SUBSCRIPTS) if script < 0 else (_HAS_SUPERSCRIPT, _SUPERSCRIPTS)
    if set(text) <= alphabet:
        return text.translate(table)
    mark = "_" if script < 0 else "^"
    return f"{mark}{text}" if text.isalnum() or (script > 0 and is_layer(text)) else f"{mark}{{{text}}}"


def ends_in_plain_word(name: Name) -> bool:
    """Whether a name in plain text ends in a script that Unicode lacks, so that what follows would be read as part of it.

    >>> ends_in_plain_word(name_of_label("L_CE")), ends_in_plain_word(name_of_label("w_max"))
    (True, False)
    """
    return _OPEN_SCRIPT.search(plain(name)) is not None
