"""One form for letters that can be written in several ways, and what counts as a letter, a mark or an emoji.

Texts, lexicons and published sets come from many keyboards: an é is one character or two, an apostrophe is one of a dozen, and
invisible characters stand between the others. All words that are read go through `fold`, so that equal words are equal strings.

Sources: Unicode Standard Annexes 15 (normalization forms) and 29 (what readers take for one letter), and Unicode
Technical Standard 51 (what an emoji consists of).
"""

import re
import unicodedata

APOSTROPHES = "\N{RIGHT SINGLE QUOTATION MARK}\N{LEFT SINGLE QUOTATION MARK}\N{SINGLE HIGH-REVERSED-9 QUOTATION MARK}`´ʼʻʹ′＇ꞌ"
"""What is written for an apostrophe besides the apostrophe itself."""

# Soft hyphens, marks of direction, word joiners, byte order marks, and the selectors that only say how to draw a character.
_INVISIBLE = "\u00ad\u034f\u061c\u180e\u200e\u200f\ufeff" + "".join(
    chr(code) for first, last in ((0x202A, 0x202E), (0x2060, 0x2069), (0xFE00, 0xFE0F)) for code in range(first, last + 1)
)
_ONE_FORM = str.maketrans({**dict.fromkeys(APOSTROPHES, "'"), **dict.fromkeys(_INVISIBLE, ""), "\N{ZERO WIDTH SPACE}": " "})


def fold(text: str) -> str:
    """Return `text` in lower case and in one form.

    Letters and their accents are composed (NFC), all apostrophes are ', and characters that are not seen are left out; a
    zero-width space is a space. The joiners stay, which join emoji and belong to words of some scripts.

    >>> fold("Nai\\u0308vete\\u0301 isn’t co\\u00adoperative ❤\\ufe0f")
    "naïveté isn't cooperative ❤"
    """
    visible = unicodedata.normalize("NFC", text).translate(_ONE_FORM)
    # Lower case may bring a letter for which there is an accented one (J̌ has none, ǰ is one).
    return unicodedata.normalize("NFC", visible.lower())


_KEYCAP = "\N{COMBINING ENCLOSING KEYCAP}"


def _marks() -> str:
    """Return the characters that are written onto the one before them, as ranges of a regular expression."""
    codes = [code for code in range(0x300, 0x1F000) if unicodedata.category(chr(code)).startswith("M") and chr(code) != _KEYCAP]
    starts = [code for code, before in zip(codes, [0, *codes], strict=False) if code != before + 1]
    ends = [code for code, after in zip(codes, [*codes[1:], 0], strict=True) if after != code + 1]
    return "".join(f"{chr(first)}-{chr(last)}" for first, last in zip(starts, ends, strict=True))


_MARKS = _marks()

# Some scripts need them inside words, and the second one joins emoji.
_JOINER = "\N{ZERO WIDTH JOINER}"
_JOINERS = f"\N{ZERO WIDTH NON-JOINER}{_JOINER}"

LETTER = rf"(?:[\w{_MARKS}]|[{_JOINERS}]+(?=\w))"
"""A regular expression of what a word goes on with: a letter, a digit, or a mark on one, as a vowel is in many scripts."""

_SYMBOL = rf"[^\w\s{_MARKS}{_JOINERS}{_KEYCAP}]"
# Skin tones, marks, the frame of a keycap, and the letters that name the flag of a region.
_MODIFIERS = f"\U0001f3fb-\U0001f3ff{_MARKS}{_KEYCAP}\U000e0020-\U000e007f"
_MODIFIER = f"[{_MODIFIERS}]"

SYMBOL = (
    rf"(?:[0-9]{_KEYCAP}"
    "|[\U0001f1e6-\U0001f1ff]{2}"
    f"|{_SYMBOL}{_MODIFIER}*(?:{_JOINER}{_SYMBOL}{_MODIFIER}*)*)"
)
"""A regular expression of a punctuation mark or a symbol: with all its parts, where it is an emoji."""

SYMBOL_ENDS = f"(?!{_MODIFIER}|{_JOINER}{_SYMBOL})"
"""A regular expression that holds where no further part of a symbol follows."""

# Blocks of pictures, without the ornaments for quotes and brackets, and the few pictures that stand outside of these blocks.
_PICTURE = (
    "[\u2600-\u275a\u2761-\u2767\u2776-\u27bf\U0001f000-\U0001f1e5\U0001f200-\U0001faff"
    "\u231a\u231b\u23cf\u23e9-\u23fa\u2b05-\u2b07\u2b1b\u2b1c\u2b50\u2b55]"
)

EMOJI = rf"(?:[0-9#*]{_KEYCAP}|[\U0001f1e6-\U0001f1ff]{{2}}|(?={_PICTURE}){SYMBOL})"
"""A regular expression of an emoji with all its parts; of a symbol that is a picture, not a mark of punctuation."""

_FURTHER = f"[{_MODIFIERS}{_JOINERS}\U000e0100-\U000e01ef]"
_GRAPHEME = re.compile(
    "\r\n|[\r\n]"
    f"|[\U0001f1e6-\U0001f1ff]{{2}}{_FURTHER}*"
    f"|{_PICTURE}{_FURTHER}*(?:(?<={_JOINER}){_PICTURE}{_FURTHER}*)*"
    f"|(?s:.){_FURTHER}*"
)


def graphemes(text: str) -> list[str]:
    """Return the letters of `text` as readers count them: a character with its accents, vowel marks and joiners is one.

    So is an emoji with its skin tones and all that is joined to it, a flag, and a line end of two characters.

    >>> len("x\u0308n👍🏽"), len(graphemes("x\u0308n👍🏽"))
    (5, 3)
    """
    return _GRAPHEME.findall(text)
