// What there is to choose from; the first one is what a new visitor sees.
"use strict";

const EXAMPLES = [
  {
    title: "The textbook's L = c(a + 2b)",
    state: {mode: "step", text: "L = c * (a + 2 * b)", numbers: [["a", "3"], ["b", "1"], ["c", "-2"]]},
  },
  {
    title: "A sigmoid unit: y = σ(w₁x₁ + w₂x₂ + b)",
    state: {
      mode: "step", text: "z = w1 * x1 + w2 * x2 + b; y = sigmoid(z)",
      numbers: [["w1", "0.2"], ["x1", "0.5"], ["w2", "0.3"], ["x2", "0.6"], ["b", "0.5"]],
    },
  },
  {
    title: "The backward pass of the XOR network",
    state: {
      mode: "code", numbers: [], text: `# Two ReLU units compute XOR; the weights are those of the textbook's figure.
w = [[Value(1, "w11"), Value(1, "w12")], [Value(1, "w21"), Value(1, "w22")]]
b = [Value(0, "b1"), Value(-1, "b2")]
u = [Value(1, "u1"), Value(-2, "u2")]

def network(x):
    h = [relu(row[0] * x[0] + row[1] * x[1] + b_i) for row, b_i in zip(w, b)]
    return u[0] * h[0] + u[1] * h[1]

for x in [(0, 0), (0, 1), (1, 0), (1, 1)]:
    print(x, network(x).data)

y = network((Value(1, "x1"), Value(1, "x2")))
y.label = "y"
step_through(y)
`,
    },
  },
  {
    title: "A network that learns XOR",
    state: {
      mode: "code", numbers: [], text: `network = MLP(2, [4, 1], activation="tanh", seed=3)
examples = [((0, 0), 0), ((0, 1), 1), ((1, 0), 1), ((1, 1), 0)]

history = train(
    network,
    lambda x, y: binary_cross_entropy_from_logit(network(x), y),
    examples,
    epochs=300,
    optimizer=SGD(network.parameters(), learning_rate=0.5, momentum=0.9),
    engine="eager",
)
for epoch in (0, 10, 100, 299):
    print(f"epoch {epoch}: loss {history.train_loss[epoch]:.4f}")

[int(network(x).data > 0) for x, y in examples]
`,
    },
  },
  {
    title: "Why the gradient of a logit is a − y",
    state: {
      mode: "code", numbers: [], text: `# The loss of logistic regression, and its derivative with respect to the logit z.
w, x, b, y = Value(0.8, "w"), Value(1.5, "x"), Value(-0.4, "b"), 1

z = w * x + b
a = sigmoid(z)
loss = -(y * log(a) + (1 - y) * log(1 - a))
label_values(locals())
loss.backward()

print("∂loss/∂z =", z.gradient)
print("   a − y =", a.data - y)
print(paths(z, loss).text())
step_through(loss)
`,
    },
  },
  {
    title: "A primitive of your own",
    state: {
      mode: "code", numbers: [], text: `# A smooth form of max(0, x): its rule, and the derivative that you state.
square_plus = primitive(
    "square_plus", "sq⁺",
    lambda m, x: 0.5 * (x + m.sqrt(x * x + 4.0)),
    lambda m, x, y: y / m.sqrt(x * x + 4.0),
)

print(gradcheck(square_plus, 1.5))

x = Value(1.5, "x")
step_through(3 * square_plus(x))
`,
    },
  },
  {
    title: "A planted bug, found by gradcheck",
    state: {
      mode: "code", numbers: [], text: `# The derivative of x eˣ is (1 + x) eˣ; this rule forgets a part of it.
wrong = primitive("wrong", "wrong", lambda m, x: x * m.exp(x), lambda m, x, y: m.exp(x))

def f(x, w):
    return tanh(w * wrong(x)) + x

gradcheck(f, 0.5, 0.3)
`,
    },
  },
];
