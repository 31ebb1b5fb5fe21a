"""Numbers as a reader sees them, in pictures, formulas and reports."""

from __future__ import annotations

import math


def format_number(x: float, digits: int = 4) -> str:
    """Write a number for a reader: rounded to a number of significant digits, with a real minus sign.

    Numbers below a million keep their whole digits.

    >>> format_number(-2.0), format_number(0.0932123), format_number(1.23456e-7), format_number(123456.0)
    ('−2', '0.09321', '1.235e−7', '123456')
    """
    if math.isnan(x):
        return "nan"
    if math.isinf(x):
        return "∞" if x > 0 else "−∞"
    if x == 0.0:
        return "0"  # also for −0.0, a distinction that readers of a picture don't need
    if x == int(x) and abs(x) < 1e6:
        return str(int(x)).replace("-", "−")
    mantissa, exponent = f"{x:.{digits - 1}e}".split("e")
    if -5 < int(exponent) < max(digits, 6):
        # Whole digits are never rounded away: 1234.5 to three digits is 1235 and not 1230.
        text = f"{float(f'{x:.{digits - 1}e}') if int(exponent) < digits else x:.{max(0, digits - 1 - int(exponent))}f}"
        if "." in text:
            text = text.rstrip("0").rstrip(".")
    else:
        if "." in mantissa:
            mantissa = mantissa.rstrip("0").rstrip(".")
        text = f"{mantissa}e{int(exponent)}"
    return text.replace("-", "−")
