"""The function that takes steps, as a module of LLVM's: gather a batch, call the kernel, look at the result, move parameters."""

from __future__ import annotations

from autograd.number_systems.llvm.instructions import Instructions
from autograd.vectorizing.native.steps_formula import UpdateFormula

# What the function is told, in this order: addresses, and numbers of 64 bits.
ADDRESSES = (
    "kernel", "kernel_of_rest", "theta", "states", "spans", "fixed", "timed", "inputs", "widths", "order", "gathered",
    "pointers", "gradient", "scratch", "results", "losses",
)  # fmt: skip
COUNTS = ("n_parameters", "n_spans", "n_inputs", "n_examples", "batch_size", "timed_stride", "first_batch", "n_steps", "n_done")


def module_of(formula: UpdateFormula, lanes: int) -> str:
    """Write ``void steps(ptr task)`` for a formula, and two functions that serve all formulas.

    They are ``void shuffle(ptr orders, ptr others, i64 n_orders, i64 n)``, and for the powers of a base with n exponents from a
    first one on ``void powers(ptr power, double base, i64 first, i64 n, ptr results)``.

    Args:
        formula: how a parameter moves.
        lanes: how many parameters move side by side; what is left of them at the end move one by one.
    """
    declarations: set[str] = set()
    moves = [_move(formula, width, declarations) for width in dict.fromkeys((lanes, 1))]
    fields = [f"  %{name} = load ptr, ptr {_at(place)}" for place, name in enumerate(ADDRESSES)]
    fields += [f"  %{name} = load i64, ptr {_at(len(ADDRESSES) + place)}" for place, name in enumerate(COUNTS)]
    addresses = [f"  %field{place} = getelementptr i64, ptr %task, i64 {place}" for place in range(len(ADDRESSES) + len(COUNTS))]
    steps = _STEPS.format(
        fields="\n".join(addresses + fields),
        n_done=_at(len(ADDRESSES) + COUNTS.index("n_done")),
        lanes=lanes,
    )
    return "\n".join([*sorted(declarations), *moves, steps, _SHUFFLE, _POWERS])


def module_of_moves(formula: UpdateFormula, lanes: int, stored: str) -> str:
    """Write a function for a formula that moves all parameters once.

    It is ``void moves(ptr theta, ptr gradient, ptr states, i64 n, ptr fixed, ptr timed)``.

    Args:
        formula: how a parameter moves.
        lanes: how many parameters move side by side.
        stored: LLVM's type of the numbers in memory, ``double`` or ``float``; it computes with doubles.
    """
    declarations: set[str] = set()
    moves = [_move(formula, width, declarations, stored) for width in dict.fromkeys((lanes, 1))]
    return "\n".join([*sorted(declarations), *moves, _MOVES.format(lanes=lanes)])


def _at(place: int) -> str:
    return f"%field{place}"


def _move(formula: UpdateFormula, lanes: int, declarations: set[str], stored: str = "double") -> str:
    """The function that moves the parameters of a span, as far as there are enough of them, and says how far it came."""
    code = Instructions(lanes)
    fixed = [code.splat(_element(code, "%fixed", str(place))) for place in range(formula.n_fixed)]
    timed = []
    for column in range(formula.n_timed):
        row = code.put(f"mul i64 %timed_stride, {column}")
        timed.append(code.splat(_element(code, "%timed", code.put(f"add i64 {row}, %step"))))
    before, code.lines = code.lines, []
    places = [code.put(f"getelementptr {stored}, ptr {array}, i64 %i") for array in ("%theta", "%gradient")]
    for state in range(formula.n_states):
        row = code.put(f"mul i64 %n_parameters, {state}")
        places.append(code.put(f"getelementptr {stored}, ptr %states, i64 {code.put(f'add i64 {row}, %i')}"))
    kind, bytes_of_one = code.wide(stored), 8 if stored == "double" else 4
    loaded = [code.put(f"load {kind}, ptr {place}, align {bytes_of_one}") for place in places]
    if stored != "double":
        loaded = [code.put(f"fpext {kind} {one} to {code.number_type}") for one in loaded]
    number, gradient, *states = loaded
    results = formula.write(code, number, gradient, states, fixed, timed)
    if stored != "double":
        results = [code.put(f"fptrunc {code.number_type} {one} to {kind}") for one in results]
    for result, written in zip(results, [places[0], *places[2:]], strict=True):
        code.lines.append(f"store {kind} {result}, ptr {written}, align {bytes_of_one}")
    declarations |= code.declarations
    return _MOVE.format(lanes=lanes, before=_indented(before), body=_indented(code.lines))


def _element(code: Instructions, array: str, index: str) -> str:
    """A number of an array."""
    place = code.put(f"getelementptr double, ptr {array}, i64 {index}")
    return code.put(f"load double, ptr {place}")


def _indented(lines: list[str]) -> str:
    return "\n".join(f"  {line}" for line in lines)


_MOVE = """
define internal i64 @move{lanes}(
    ptr %theta, ptr %gradient, ptr %states, i64 %n_parameters, ptr %fixed, ptr %timed, i64 %timed_stride, i64 %step,
    i64 %first, i64 %end
) nounwind {{
entry:
{before}
  br label %test
test:
  %i = phi i64 [%first, %entry], [%i.next, %move]
  %i.next = add i64 %i, {lanes}
  %is_inside = icmp sle i64 %i.next, %end
  br i1 %is_inside, label %move, label %done
move:
{body}
  br label %test
done:
  ret i64 %i
}}
"""

_MOVES = """
define void @moves(ptr %theta, ptr %gradient, ptr %states, i64 %n, ptr %fixed, ptr %timed) nounwind {{
  %rest = call i64 @move{lanes}(
    ptr %theta, ptr %gradient, ptr %states, i64 %n, ptr %fixed, ptr %timed, i64 1, i64 0, i64 0, i64 %n
  )
  %all = call i64 @move1(
    ptr %theta, ptr %gradient, ptr %states, i64 %n, ptr %fixed, ptr %timed, i64 1, i64 0, i64 %rest, i64 %n
  )
  ret void
}}
"""

_STEPS = """
define void @steps(ptr %task) nounwind {{
entry:
{fields}
  %is_ordered = icmp ne ptr %order, null
  %loss.at = getelementptr double, ptr %results, i64 0
  %squares.at = getelementptr double, ptr %results, i64 1
  br label %step

step:
  %s = phi i64 [0, %entry], [%s.next, %moved]
  %batch = phi i64 [%first_batch, %entry], [%batch.next, %moved]
  %epoch = phi i64 [0, %entry], [%epoch.next, %moved]
  %is_step = icmp slt i64 %s, %n_steps
  br i1 %is_step, label %batch_begins, label %stop
batch_begins:
  %start = mul i64 %batch, %batch_size
  %left = sub i64 %n_examples, %start
  %is_whole = icmp sge i64 %left, %batch_size
  %m = select i1 %is_whole, i64 %batch_size, i64 %left
  %this_kernel = select i1 %is_whole, ptr %kernel, ptr %kernel_of_rest
  br label %input

input:
  %k = phi i64 [0, %batch_begins], [%k.next, %input_known]
  %is_input = icmp slt i64 %k, %n_inputs
  br i1 %is_input, label %input_begins, label %compute
input_begins:
  %all.at = getelementptr ptr, ptr %inputs, i64 %k
  %all = load ptr, ptr %all.at
  %width.at = getelementptr i64, ptr %widths, i64 %k
  %width = load i64, ptr %width.at
  br i1 %is_ordered, label %gather, label %slice
slice:
  %offset = mul i64 %start, %width
  %sliced = getelementptr double, ptr %all, i64 %offset
  br label %input_known
gather:
  %copies.at = getelementptr ptr, ptr %gathered, i64 %k
  %copies = load ptr, ptr %copies.at
  %from_order = add i64 %epoch, %start
  br label %row
row:
  %j = phi i64 [0, %gather], [%j.next, %row_copied]
  %to = phi ptr [%copies, %gather], [%to.next, %row_copied]
  %is_row = icmp slt i64 %j, %m
  br i1 %is_row, label %row_begins, label %input_known
row_begins:
  %place = add i64 %from_order, %j
  %example.at = getelementptr i64, ptr %order, i64 %place
  %example = load i64, ptr %example.at
  %row_offset = mul i64 %example, %width
  %from = getelementptr double, ptr %all, i64 %row_offset
  br label %wide
wide:
  %c = phi i64 [0, %row_begins], [%c.next, %wide_copied]
  %c.next = add i64 %c, {lanes}
  %is_wide = icmp sle i64 %c.next, %width
  br i1 %is_wide, label %wide_copied, label %single
wide_copied:
  %wide.from = getelementptr double, ptr %from, i64 %c
  %wide.to = getelementptr double, ptr %to, i64 %c
  %wide.copy = load <{lanes} x i64>, ptr %wide.from, align 8
  store <{lanes} x i64> %wide.copy, ptr %wide.to, align 8
  br label %wide
single:
  %d = phi i64 [%c, %wide], [%d.next, %single_copied]
  %is_single = icmp slt i64 %d, %width
  br i1 %is_single, label %single_copied, label %row_copied
single_copied:
  %single.from = getelementptr double, ptr %from, i64 %d
  %single.to = getelementptr double, ptr %to, i64 %d
  %single.copy = load i64, ptr %single.from
  store i64 %single.copy, ptr %single.to
  %d.next = add i64 %d, 1
  br label %single
row_copied:
  %j.next = add i64 %j, 1
  %to.next = getelementptr double, ptr %to, i64 %width
  br label %row
input_known:
  %pointer = phi ptr [%sliced, %slice], [%copies, %row]
  %pointer.at = getelementptr ptr, ptr %pointers, i64 %k
  store ptr %pointer, ptr %pointer.at
  %k.next = add i64 %k, 1
  br label %input

compute:
  store double 0.0, ptr %loss.at
  store double 0.0, ptr %squares.at
  %status = call i64 %this_kernel(ptr %theta, ptr %gradient, ptr %pointers, i64 %m, ptr %scratch, ptr %results)
  %loss = load double, ptr %loss.at
  %squares = load double, ptr %squares.at
  %is_well = icmp eq i64 %status, 0
  %loss.zero = fsub double %loss, %loss
  %squares.zero = fsub double %squares, %squares
  %is_loss_finite = fcmp oeq double %loss.zero, 0.0
  %are_squares_finite = fcmp oeq double %squares.zero, 0.0
  %are_finite = and i1 %is_loss_finite, %are_squares_finite
  %is_fine = and i1 %is_well, %are_finite
  br i1 %is_fine, label %keep, label %stop
keep:
  %loss.kept = getelementptr double, ptr %losses, i64 %s
  store double %loss, ptr %loss.kept
  br label %span

span:
  %r = phi i64 [0, %keep], [%r.next, %span_begins]
  %is_span = icmp slt i64 %r, %n_spans
  br i1 %is_span, label %span_begins, label %moved
span_begins:
  %r2 = mul i64 %r, 2
  %first.at = getelementptr i64, ptr %spans, i64 %r2
  %end.at = getelementptr i64, ptr %first.at, i64 1
  %first = load i64, ptr %first.at
  %end = load i64, ptr %end.at
  %rest = call i64 @move{lanes}(
    ptr %theta, ptr %gradient, ptr %states, i64 %n_parameters, ptr %fixed, ptr %timed, i64 %timed_stride, i64 %s,
    i64 %first, i64 %end
  )
  %all_moved = call i64 @move1(
    ptr %theta, ptr %gradient, ptr %states, i64 %n_parameters, ptr %fixed, ptr %timed, i64 %timed_stride, i64 %s,
    i64 %rest, i64 %end
  )
  %r.next = add i64 %r, 1
  br label %span
moved:
  %s.next = add i64 %s, 1
  store i64 %s.next, ptr {n_done}
  %batch.new = add i64 %batch, 1
  %batch.end = mul i64 %batch.new, %batch_size
  %is_epoch_over = icmp sge i64 %batch.end, %n_examples
  %batch.next = select i1 %is_epoch_over, i64 0, i64 %batch.new
  %epoch.new = add i64 %epoch, %n_examples
  %epoch.next = select i1 %is_epoch_over, i64 %epoch.new, i64 %epoch
  br label %step

stop:
  ret void
}}
"""

_SHUFFLE = """
define void @shuffle(ptr %orders, ptr %others, i64 %n_orders, i64 %n) nounwind {
entry:
  %last_first = sub i64 %n, 1
  br label %order
order:
  %o = phi i64 [0, %entry], [%o.next, %shuffled]
  %row = phi ptr [%orders, %entry], [%row.next, %shuffled]
  %exchanges = phi ptr [%others, %entry], [%exchange, %shuffled]
  %is_order = icmp slt i64 %o, %n_orders
  br i1 %is_order, label %number, label %done
number:
  %k = phi i64 [0, %order], [%k.next, %numbered]
  %is_number = icmp slt i64 %k, %n
  br i1 %is_number, label %numbered, label %exchanged
numbered:
  %number.at = getelementptr i64, ptr %row, i64 %k
  store i64 %k, ptr %number.at
  %k.next = add i64 %k, 1
  br label %number
exchanged:
  %last = phi i64 [%last_first, %number], [%last.next, %exchanging]
  %exchange = phi ptr [%exchanges, %number], [%exchange.next, %exchanging]
  %is_exchange = icmp sgt i64 %last, 0
  br i1 %is_exchange, label %exchanging, label %shuffled
exchanging:
  %other = load i64, ptr %exchange
  %here.at = getelementptr i64, ptr %row, i64 %last
  %there.at = getelementptr i64, ptr %row, i64 %other
  %here = load i64, ptr %here.at
  %there = load i64, ptr %there.at
  store i64 %here, ptr %there.at
  store i64 %there, ptr %here.at
  %last.next = sub i64 %last, 1
  %exchange.next = getelementptr i64, ptr %exchange, i64 1
  br label %exchanged
shuffled:
  %o.next = add i64 %o, 1
  %row.next = getelementptr i64, ptr %row, i64 %n
  br label %order
done:
  ret void
}
"""

_POWERS = """
define void @powers(ptr %power, double %base, i64 %first, i64 %n, ptr %results) nounwind {
entry:
  br label %test
test:
  %k = phi i64 [0, %entry], [%k.next, %next]
  %is_next = icmp slt i64 %k, %n
  br i1 %is_next, label %next, label %done
next:
  %whole = add i64 %first, %k
  %exponent = sitofp i64 %whole to double
  %result = call double %power(double %base, double %exponent)
  %result.at = getelementptr double, ptr %results, i64 %k
  store double %result, ptr %result.at
  %k.next = add i64 %k, 1
  br label %test
done:
  ret void
}
"""
