"""An order for the members of groups in which operands are slices, reshapes and products of matrices."""
