"""The scripts of live pages, put together from what a page needs, without comments and superfluous spaces."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files

# Strings and templates stay as they are, comments go, signs need no spaces around them, and last statements no semicolon.
_SPACES = re.compile(
    r'("(?:[^"\\\n]|\\.)*"|`[^`]*`)|//[^\n]*|;\s*(?=})|\s*([=*?:<>&|,;{}()\[!])\s*| ?([-+/%]) (?=[\w("`[])|\s*(\n)\s*'
)


# One constant right after another, with nothing in between that could contain statements.
_CONSTANTS = re.compile(r"(?<![\w(.])(const\b[^;{}`]*);const\b ?")
# Names in the scripts that are neither attributes nor words in a text, and can be shortened to a letter.
SHORTENED_NAMES = (
    "event", "groups", "panel", "frame", "truth", "guess", "preferred", "slider", "answered", "smallest", "recorded", "latest",
    "chosen", "untouched", "exponent", "mantissa", "trimmed", "inPlain", "inMathml", "inNumbers", "changes", "goBack",
    "enclosed", "questionBefore", "leafControls", "modelled",
)  # fmt: skip


@cache
def shared_script(has_kinks: bool, has_leaves: bool) -> str:
    """The functions that all live pages share."""
    return "\n".join(
        read_file(name)
        for name, is_needed in (
            ("numbers.js", True), ("model.js", True), ("kinks.js", has_kinks), ("leaves.js", has_leaves),
        )
        if is_needed
    )  # fmt: skip


def compact(script: str) -> str:
    """A script that does the same in fewer bytes."""
    for number, name in enumerate(SHORTENED_NAMES):
        script = re.sub(rf"\b{name}\b", chr(ord("A") + number), script)
    short = _SPACES.sub(lambda found: "".join(part or "" for part in found.groups()), script)
    while short != (short := _CONSTANTS.sub(r"\1,", short)):
        pass
    # HTML needs no quotes around a word.
    return re.sub("`<[^`]*`", lambda found: re.sub(r'="([\w-]+)"(?=[ >])', r"=\1", found[0].replace(">\n<", "><")), short)


# An attribute of style rules that apply nowhere, until the script of a page puts a copy of them where it draws.
OUT_OF_USE = " media='not all'"


def styles(colours: str, rules: str, of_rules: str) -> str:
    """The colours of a widget, and the rules for what its script draws.

    In a notebook or on somebody's page these rules must not apply around the widget: `of_rules` is `OUT_OF_USE` there, and the
    script copies them into its own part of the page.
    """
    return f"<style>{colours}</style><style{of_rules}>{rules}</style>"


def compact_style(rules: str) -> str:
    """A style sheet that does the same in fewer bytes."""
    return re.sub(r"\s*([{}:;,!])\s*", r"\1", rules.replace("\n", "")).replace(";}", "}")


@cache
def read_file(name: str) -> str:
    """The text of a file beside this one."""
    return files("autograd.drawing.live").joinpath(name).read_text(encoding="utf-8")
