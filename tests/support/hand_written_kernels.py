"""Kernels written by hand, of the form that all kernels have, and what they compute in plain Python."""

from __future__ import annotations

from collections.abc import Sequence

# The mean over the examples of (w · x + b - y)², for x of shape (m, 2) and y of shape (m,), and its gradient by (w₁, w₂, b).
# The status is 1 if a y is above 1000. Partial sums are kept in the memory that kernels compute in.
REGRESSION = """
define i64 @regression(ptr %theta, ptr %out, ptr %inputs, i64 %m, ptr %scratch, ptr %results) {
entry:
  %y_pointer_place = getelementptr ptr, ptr %inputs, i64 1
  %x_pointer = load ptr, ptr %inputs
  %y_pointer = load ptr, ptr %y_pointer_place
  %w2_place = getelementptr double, ptr %theta, i64 1
  %b_place = getelementptr double, ptr %theta, i64 2
  %w1 = load double, ptr %theta
  %w2 = load double, ptr %w2_place
  %b = load double, ptr %b_place
  %s1 = getelementptr double, ptr %scratch, i64 1
  %s2 = getelementptr double, ptr %scratch, i64 2
  %s3 = getelementptr double, ptr %scratch, i64 3
  store <4 x double> zeroinitializer, ptr %scratch, align 32
  br label %loop
loop:
  %i = phi i64 [ 0, %entry ], [ %next, %loop ]
  %status = phi i64 [ 0, %entry ], [ %status_next, %loop ]
  %pair = mul i64 %i, 2
  %pair_2 = add i64 %pair, 1
  %x1_place = getelementptr double, ptr %x_pointer, i64 %pair
  %x2_place = getelementptr double, ptr %x_pointer, i64 %pair_2
  %y_place = getelementptr double, ptr %y_pointer, i64 %i
  %x1 = load double, ptr %x1_place
  %x2 = load double, ptr %x2_place
  %y = load double, ptr %y_place
  %is_large = fcmp ogt double %y, 1.0e3
  %status_next = select i1 %is_large, i64 1, i64 %status
  %p1 = fmul double %w1, %x1
  %p2 = fmul double %w2, %x2
  %p = fadd double %p1, %p2
  %q = fadd double %p, %b
  %e = fsub double %q, %y
  %square = fmul double %e, %e
  %g1 = fmul double %e, %x1
  %g2 = fmul double %e, %x2
  %a0 = load double, ptr %scratch
  %a1 = load double, ptr %s1
  %a2 = load double, ptr %s2
  %a3 = load double, ptr %s3
  %b0 = fadd double %a0, %square
  %b1 = fadd double %a1, %g1
  %b2 = fadd double %a2, %g2
  %b3 = fadd double %a3, %e
  store double %b0, ptr %scratch
  store double %b1, ptr %s1
  store double %b2, ptr %s2
  store double %b3, ptr %s3
  %next = add i64 %i, 1
  %goes_on = icmp slt i64 %next, %m
  br i1 %goes_on, label %loop, label %done
done:
  %count = sitofp i64 %m to double
  %loss = fdiv double %b0, %count
  %twice = fdiv double 2.0, %count
  %o1 = fmul double %b1, %twice
  %o2 = fmul double %b2, %twice
  %o3 = fmul double %b3, %twice
  %out_2 = getelementptr double, ptr %out, i64 1
  %out_3 = getelementptr double, ptr %out, i64 2
  store double %o1, ptr %out
  store double %o2, ptr %out_2
  store double %o3, ptr %out_3
  %q1 = fmul double %o1, %o1
  %q2 = fmul double %o2, %o2
  %q3 = fmul double %o3, %o3
  %q12 = fadd double %q1, %q2
  %squares = fadd double %q12, %q3
  %squares_place = getelementptr double, ptr %results, i64 1
  store double %loss, ptr %results
  store double %squares, ptr %squares_place
  ret i64 %status
}
"""

# For each example, the product of a number from a table of three parameters, chosen by an index, and of each of two numbers: an
# array of shape (m, 2). The status is 4 if an index is out of range.
CHOICE = """
define i64 @choice(ptr %theta, ptr %out, ptr %inputs, i64 %m, ptr %scratch, ptr %results) {
entry:
  %x_pointer_place = getelementptr ptr, ptr %inputs, i64 1
  %index_pointer = load ptr, ptr %inputs
  %x_pointer = load ptr, ptr %x_pointer_place
  br label %loop
loop:
  %i = phi i64 [ 0, %entry ], [ %next, %loop ]
  %status = phi i64 [ 0, %entry ], [ %status_next, %loop ]
  %index_place = getelementptr i64, ptr %index_pointer, i64 %i
  %index = load i64, ptr %index_place
  %is_inside = icmp ult i64 %index, 3
  %status_next = select i1 %is_inside, i64 %status, i64 4
  %safe = select i1 %is_inside, i64 %index, i64 0
  %w_place = getelementptr double, ptr %theta, i64 %safe
  %w = load double, ptr %w_place
  %pair = mul i64 %i, 2
  %x_place = getelementptr double, ptr %x_pointer, i64 %pair
  %x = load <2 x double>, ptr %x_place, align 8
  %w_1 = insertelement <2 x double> poison, double %w, i32 0
  %w_2 = insertelement <2 x double> %w_1, double %w, i32 1
  %products = fmul <2 x double> %x, %w_2
  %out_place = getelementptr double, ptr %out, i64 %pair
  store <2 x double> %products, ptr %out_place, align 8
  %next = add i64 %i, 1
  %goes_on = icmp slt i64 %next, %m
  br i1 %goes_on, label %loop, label %done
done:
  ret i64 %status_next
}
"""

# A single parameter squared, for a function without arguments, in single precision.
SQUARE = """
define i64 @square(ptr %theta, ptr %out, ptr %inputs, i64 %m, ptr %scratch, ptr %results) {
  %w = load float, ptr %theta
  %square = fmul float %w, %w
  %twice = fadd float %w, %w
  store float %twice, ptr %out
  %loss = fpext float %square to double
  %gradient = fpext float %twice to double
  %squares = fmul double %gradient, %gradient
  %squares_place = getelementptr double, ptr %results, i64 1
  store double %loss, ptr %results
  store double %squares, ptr %squares_place
  ret i64 0
}
"""


def regression(theta: Sequence[float], x: Sequence[Sequence[float]], y: Sequence[float]) -> tuple[float, list[float]]:
    """The loss and the gradient that `REGRESSION` computes, in its order of additions."""
    w1, w2, b = theta
    sums = [0.0, 0.0, 0.0, 0.0]
    for (x1, x2), wanted in zip(x, y, strict=True):
        error = w1 * x1 + w2 * x2 + b - wanted
        for place, term in enumerate((error * error, error * x1, error * x2, error)):
            sums[place] += term
    return sums[0] / len(y), [total * (2.0 / len(y)) for total in sums[1:]]
