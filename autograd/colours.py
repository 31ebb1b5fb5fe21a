"""Colours that people with any kind of colour vision tell apart, for everything that is drawn.

Source: Okabe and Ito (2008), "Color universal design".
"""

from __future__ import annotations

BLACK = "#000000"
ORANGE = "#e69f00"
SKY = "#56b4e9"
GREEN = "#009e73"
YELLOW = "#f0e442"
BLUE = "#0072b2"
VERMILION = "#d55e00"
PURPLE = "#cc79a7"
