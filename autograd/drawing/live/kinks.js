// Where an operation has no derivative along one operand: [left slope, right slope, whether it jumps], or nothing.
function kinkAt(nodes, values, from, place) {
  const [, operation, operands] = nodes[from], [forward, derivatives, ties, , , , first, end] = OPERATIONS[operation];
  const numbers = operands.map(one => values[one]), x = numbers[place];
  if (!ties || place < first || place >= end || !Number.isFinite(x) || !ties(numbers)) return;
  const near = (a, b) => Math.abs(a - b) <= 1e-9 * Math.max(Math.abs(a), Math.abs(b));
  const beside = at => {
    const moved = numbers.map((one, k) => k === place ? at : one), y = forward(moved);
    return [y, Number(derivatives(moved, y)[place])];
  };
  try {
    const sides = [below(x), x, -below(-x)].map(beside), [[a, left], [y, here], [b, right]] = sides;
    if (![a, left, y, b, right].every(Number.isFinite)) return;
    // What is smooth changes no more than its slope says.
    const reach = 4 * Math.max(Math.abs(left), Math.abs(right), Math.abs(here || 0)) * (-below(-x) - below(x));
    const jumps = !(near(a, y) && near(y, b)) && Math.max(Math.abs(y - a), Math.abs(b - y)) > reach;
    if (jumps || !near(left, right)) return [left, right, jumps];
  } catch (error) {
    if (!error.said) throw error;
  }
}

// The next number below another one.
function below(x) {
  const view = new DataView(new ArrayBuffer(8));
  if (x === 0) return -5e-324;
  view.setFloat64(0, x);
  view.setBigInt64(0, view.getBigInt64(0) + (x > 0 ? -1n : 1n));
  return view.getFloat64(0);
}

function sayKink([left, right, jumps], use, names, derivative, shown, taken, withSlopes) {
  const at = names[1] === shown ? shown : `${names[1]} = ${shown}`, local = use ? `with respect to ${use}` : derivative;
  let what = `${names[0]} ${jumps ? "jumps" : "has a kink"} at ${at}`;
  if (use) what = `As a function of ${use} alone, ${what}`;
  if (!withSlopes) return `${what}: the local derivative ${local} does not exist there, and the convention takes ${taken}.`;
  if (!jumps) what += `, with slope ${left} on the left and ${right} on the right`;
  return `${what}, so the local derivative ${local} does not exist there: the convention takes ${taken}.`;
}
