// A graph: its nodes, operands before results. A leaf is [box, number], a constant [box, number, 1], and a computed node
// [box, operation, operands, edges, recorded]; `recorded` is its number and its local derivatives, where Python's last bits may differ
// from those computed here, and 0 elsewhere. An operation is [forward, derivatives, ties, kind, name, domain, first, end].
// Which use of an operand is meant, if there are several.
function useOf(nodes, from, place, name) {
  const operands = nodes[from][2], places = operands.flatMap((one, k) => one === operands[place] ? [k] : []);
  const number = places.indexOf(place);
  if (places.length < 2) return "";
  return number < 3 ? `the ${["first", "second", "third"][number]} ${name}` : `use ${number + 1} of ${name}`;
}

function fail(said) {
  throw {said};
}

function modelled(nodes, outputs, naming) {
  const OFF = false, SELECTS = 1, CHOOSES = 2, BY_TERMS = 4, QUIET = 8;
  // JSON has no infinity and no nan.
  const given = x => Number(x ?? NaN), values = nodes.map(node => given(node[1])), locals = [], gradients = [], uses = [];
  const isLeaf = k => nodes[k].length === 2, leaves = [...nodes.keys()].filter(isLeaf);
  const model = {values, locals, gradients, uses, leaves, pass, reset, trouble: "", broken: -1};

  // The uses of operands in the order in which the backward pass takes them: a dot product's term by term.
  for (let from = nodes.length - 1; from >= 0; from--) {
    const operands = nodes[from][3] ? nodes[from][2] : [], n = operands.length;
    const byTerms = n && OPERATIONS[nodes[from][1]][3] & BY_TERMS;
    for (let k = 0; k < n; k++) {
      const place = byTerms ? (k >> 1) + (k & 1) * n / 2 : k, node = operands[place];
      if (nodes[node].length !== 3) uses.push({node, from, place});
    }
  }

  function reset() {
    for (const leaf of leaves) values[leaf] = given(nodes[leaf][1]);
  }

  function pass() {
    const untouched = leaves.every(leaf => Object.is(values[leaf], given(nodes[leaf][1])));
    model.trouble = "";
    model.broken = -1;
    nodes.forEach(([, operation, operands, edges, recorded], k) => {
      if (!edges) return;
      values[k] = locals[k] = undefined;
      if (model.trouble) return;
      if (recorded && untouched) {
        values[k] = given(recorded[0]);
        locals[k] = recorded[1].map(given);
        return;
      }
      const [forward, derivatives, , kind, name, domain] = OPERATIONS[operation], numbers = operands.map(one => values[one]);
      try {
        const y = forward(numbers);
        if (y !== y && !(kind & QUIET) && numbers.every(Number.isFinite))
          fail("the partial sums overflow to both inf and -inf; scale the operands down");
        values[k] = y;
        locals[k] = derivatives(numbers, y);
      } catch (error) {
        if (!error.said) throw error;
        model.trouble = `${name} of ${operands.map(naming).join(", ")}: ${error.said}.` +
          (domain && ` It is defined for ${domain}.`);
        model.broken = k;
      }
    });
    goBack();
  }

  function goBack() {
    gradients.length = 0;
    if (!model.trouble) for (const output of outputs) gradients[output] = 1;
    let latest = -1, chosen;
    for (const use of uses) {
      const {node, from, place} = use, upstream = gradients[from], local = model.trouble ? undefined : locals[from][place];
      const [, operation, operands] = nodes[from], kind = OPERATIONS[operation][3];
      if (from !== latest) {
        latest = from;
        chosen = kind & CHOOSES && !model.trouble ? operands[locals[from].indexOf(1)] : -1;
      }
      let product = upstream;
      if (upstream === undefined || upstream === OFF) product = upstream;
      else if (kind & CHOOSES) {
        product = node === chosen ? upstream : OFF;
        if (node === chosen) chosen = -1;
      } else product = kind & SELECTS && !local && values[from] === values[from] ? OFF : upstream * local;
      const before = gradients[node];
      if (product !== undefined) gradients[node] = before === undefined || (before === OFF && product === OFF) ? product : before + product;
      // What is left out is 0 where it is shown.
      const shown = x => x === undefined ? x : Number(x);
      Object.assign(use, {upstream: shown(upstream), isOff: upstream === OFF, local, product: shown(product), before: shown(before),
        after: shown(gradients[node])});
    }
  }

  pass();
  return model;
}
