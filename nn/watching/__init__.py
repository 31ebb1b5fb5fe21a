"""Watching a training: what it did at some epochs is recorded, and shown as a page with a slider.

The engines compute the gradients, and the compiled network the outputs; here nothing is differentiated.
"""

from nn.watching.frames import Frame
from nn.watching.recording import Recording, watch

__all__ = ["Frame", "Recording", "watch"]
