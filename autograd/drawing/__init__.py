"""Drawing computation graphs: `draw` and `paths` make pictures, `draw_dot` makes a graph for Graphviz."""

from autograd.drawing.drawing import Drawing, draw, draw_dot
from autograd.drawing.path_products import GraphPath, Paths, paths

__all__ = ["Drawing", "GraphPath", "Paths", "draw", "draw_dot", "paths"]
