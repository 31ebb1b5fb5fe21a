"""Array programs as ONNX models, which other runtimes compute.

A program's arrays are translated (`operations.py`) into nodes (`nodes.py`), where elementwise functions are rules read on tensors
(`numbers.py`); what ONNX or its runtimes have no operator for is composed of others (`functions.py`). `model.py` makes a file of
the nodes, `checking.py` runs it, `program_model.py` puts all that together, and `exporting.py` is the door for `Program.to_onnx`.
"""
