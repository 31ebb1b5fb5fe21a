(() => {
  "use strict";
  // What a step writes into: a box's value, its gradient, an edge's local derivative.
  const KINDS = [["node", ".value"], ["node", ".gradient"], ["edge", ".derivative"]], PLAY_EVERY = 1100;
  const LONGEST = 60, RAISED = "0123456789−ena⁰¹²³⁴⁵⁶⁷⁸⁹⁻ᵉⁿᵃ";
  const PANEL = `<div class="picture"><div></div></div>
<div class="chain"><div class="letters"></div><div class="numbers"></div></div>
<p class="sentence" aria-live="polite"></p>
<form hidden><label for="answer"></label> <input id="answer" name="answer" autocomplete="off" size="9" aria-describedby="verdict">
<button>Check</button> <button type="button" name="skip">Show me</button></form>
<p class="verdict" id="verdict" aria-live="polite"></p>
<div class="controls" role="toolbar" aria-label="Steps"><button name="first" aria-label="First step">|◀</button>
<button name="back" aria-label="Step back">◀</button><button name="play" aria-pressed="false">Play</button>
<button name="next" aria-label="Next step">▶</button><button name="last" aria-label="Last step">▶|</button>
<span class="zoom"><button name="smaller" aria-label="Smaller picture">−</button>
<button name="fit" aria-label="Fit the picture">⤢</button>
<button name="larger" aria-label="Larger picture">+</button></span>
<input type="range" min="0" value="0" aria-label="Step"><output></output>
<label class="predict"><input type="checkbox"> Predict</label></div>
<div class="leaves"></div>`;

  function decode(address) {
    return new TextDecoder().decode(Uint8Array.from(atob(address.split(",")[1]), character => character.charCodeAt(0)));
  }

  /* operations */
  /* shared */
  /* picture.js */

  function start(host) {
    // Names: a plain one, or [plain, plain in a derivative, MathML, MathML in a derivative]. Nodes as in model.js; computed ones go on
    // with their formula, plain and in MathML, both again with places for numbers, and the local derivatives in MathML.
    const [names, nodes, output, digits, opened, still] = JSON.parse(host.querySelector("script[type='application/json']").textContent);
    const name = (k, form = 0) => Array.isArray(names[k]) ? names[k][form] : form < 2 ? names[k] : `<mi>${names[k]}</mi>`;
    const show = x => format(x, digits);
    const model = modelled(nodes, [output], k => name(k) === show(values[k]) ? name(k) : `${name(k)} = ${show(values[k])}`);
    const {values, locals, uses} = model;
    const steps = [...[...nodes.keys()].filter(k => nodes[k][3]).map(node => ({phase: 0, node})), {phase: 1, node: output},
      ...uses.map(use => Object.assign(use, {phase: 2}))];

    const root = host.attachShadow({mode: "open"});
    root.appendChild(host.querySelector("style + style").cloneNode(true)).media = "";
    const panel = root.appendChild(document.createElement("section"));
    panel.tabIndex = 0;
    panel.setAttribute("aria-label", "Steps of the forward and the backward pass. Arrow keys step, Home and End go to the ends.");
    panel.innerHTML = PANEL;
    const find = selector => panel.querySelector(selector);
    const template = document.createElement("template");
    template.innerHTML = host.querySelector("img") ? decode(host.querySelector("img").src) : "";
    template.content.querySelector("style")?.remove();
    const svg = find(".picture div").appendChild(template.content.querySelector("svg") ?? host.querySelector("svg"));
    const picture = framed(find(".picture"), svg), groups = {node: [], edge: []};
    for (const kind of ["node", "edge"])
      for (const group of svg.querySelectorAll("." + kind)) groups[kind][group.dataset[kind]] = group;

    // What a step writes, by the number of the box or edge times 3 plus what it is; or what stands there before the step.
    function written(step, isBefore) {
      const box = nodes[step.node][0] * 3;
      if (!step.phase) return [[box, isBefore ? "" : values[step.node]]];
      if (step.phase < 2) return [[box + 1, isBefore || model.trouble ? undefined : 1]];
      return [[box + 1, !isBefore ? step.after : step.isFirst ? undefined : step.before],
        [nodes[step.from][3][step.place] * 3 + 2, isBefore ? "" : step.local]];
    }

    const shown = new Map(), elements = new Map();
    function write(changes) {
      for (const [key, x] of changes) {
        if (shown.has(key) && Object.is(shown.get(key), x)) continue;
        shown.set(key, x);
        const [where, what] = KINDS[key % 3];
        if (!elements.has(key)) elements.set(key, groups[where][Math.floor(key / 3)]?.querySelector(what));
        put(elements.get(key), x === "" ? x : show(x));
      }
    }

    const reached = new Set([output]), counts = new Map();
    for (const use of uses) {
      use.isFirst = !reached.has(use.node);
      reached.add(use.node);
      counts.set(use.node, (counts.get(use.node) ?? 0) + 1);
    }
    write(steps.flatMap(step => written(step)).map(([key]) => [key, key % 3 === 1 ? undefined : ""]));

    const slider = find("[type=range]"), count = find("output"), form = find("form"), verdict = find(".verdict");
    const predict = find("[type=checkbox]"), play = find("[name=play]");
    let at = -1, timer = 0, asked = -1, right = 0, answered = 0;
    slider.max = steps.length - 1;
    host.dataset.count = steps.length;

    function go(to) {
      to = Math.max(0, Math.min(steps.length - 1, to));
      const changes = new Map();
      for (let k = at + 1; k <= to; k++) for (const [key, x] of written(steps[k])) changes.set(key, x);
      for (let k = at; k > to; k--) for (const [key, x] of written(steps[k], true)) changes.set(key, x);
      write(changes);
      for (const marked of svg.querySelectorAll(".current,.from")) marked.classList.remove("current", "from");
      at = to;
      const {phase, node, from, place} = steps[at], edge = groups.edge[nodes[from]?.[3][place]];
      const parts = [groups.node[nodes[node][0]], edge, groups.node[nodes[from]?.[0]]];
      parts[0].classList.add("current");
      edge?.classList.add("current");
      parts[2]?.classList.add("from");
      picture.follow(parts.filter(Boolean));
      say();
      slider.value = at;
      slider.setAttribute("aria-valuetext", `${at + 1} of ${steps.length}: ${name(node)}`);
      count.textContent = `${at + 1} / ${steps.length}`;
      host.dataset.step = at;
      host.dataset.phase = phase;
      close();
      if (at === steps.length - 1) pause();
    }

    function say() {
      const [sentence, letters, numbers] = told(steps[at]);
      find(".letters").innerHTML = letters && `<math displaystyle="true">${letters}</math>`;
      find(".numbers").innerHTML = numbers && numbers !== letters ? `<math displaystyle="true">${numbers}</math>` : "";
      find(".sentence").textContent = sentence;
    }

    // After a leaf was moved: what is shown stays as far as it had come.
    function changed() {
      const changes = new Map(model.leaves.map(leaf => [nodes[leaf][0] * 3, values[leaf]]));
      for (let k = 0; k <= at; k++) for (const [key, x] of written(steps[k])) changes.set(key, x);
      write(changes);
      say();
      close();
    }

    // ------------------------------------------------------------------------------------------------ words and formulas

    // A number as plain text, and as MathML; `enclosed` as templates.py counts it.
    function plain(x, enclosed = 0) {
      const text = show(x);
      if (enclosed > 3) return [...text].every(one => RAISED.includes(one))
        ? [...text].map(one => RAISED[RAISED.indexOf(one) + RAISED.length / 2]).join("") : /^[\w]+$/.test(text) ? "^" + text : `^{${text}}`;
      const isBare = enclosed > 2 ? /^[\d.]+$/.test(text) : !(enclosed && text[0] === "−") && !(enclosed > 1 && text.includes("e"));
      return isBare ? text : `(${text})`;
    }

    function mathml(x, enclosed = 0) {
      const set = text => {
        if (text[0] === "−") return `<mrow><mo form="prefix">−</mo>${set(text.slice(1))}</mrow>`;
        const [mantissa, exponent] = text.split("e");
        return exponent ? `<mrow><mn>${mantissa}</mn><mo>·</mo><msup><mn>10</mn>${set(exponent)}</msup></mrow>` : `<mn>${text}</mn>`;
      };
      return plain(x, enclosed)[0] === "(" && enclosed < 3 ? `<mrow><mo>(</mo>${set(show(x))}<mo>)</mo></mrow>` : set(show(x));
    }

    const filled = (parts, node, write) => parts.map(part => typeof part === "string" ? part
      : write(values[nodes[node][2][part >> 3]], part & 7)).join("");
    const long = text => text.replace(/<([ino])>([^<]*)/g, "<m$1>$2</m$1>").replace(/<(\/?)r>/g, "<$1mrow>");
    const fraction = (k, j) => `<mfrac><mrow><mo>∂</mo>${name(k, 3)}</mrow><mrow><mo>∂</mo>${name(j, 3)}</mrow></mfrac>`;
    const derivative = (k, j) => `∂${name(k, 1)}/∂${name(j, 1)}`, gradient = k => derivative(output, k);
    const equation = (...sides) => sides.join("<mo>=</mo>");

    // The sentence of a step, and its formula with letters and with numbers.
    function told({phase, node, from, place, upstream, isOff, local, product, before, isFirst, after}) {
      if (!phase) {
        const [, , , , , formula, letters, inPlain, inMathml] = nodes[node], shown = show(values[node]);
        const inNumbers = filled(inPlain, node, plain), isSame = inNumbers === shown;
        const middle = isSame ? "" : " = " + inNumbers, start = `Forward: ${name(node)} = ${formula}`;
        return [start + (node === model.broken ? `: ${model.trouble}` : `${middle} = ${shown}.`), equation(name(node, 2), long(letters)),
          equation(name(node, 2), ...isSame ? [] : [long(filled(inMathml, node, mathml))], mathml(values[node]))];
      }
      if (phase < 2) {
        const seed = equation(fraction(node, node), mathml(model.trouble ? undefined : 1));
        return [model.trouble ? `Backward: there is no ${gradient(node)}.`
          : `Backward: ${gradient(node)} = 1, the derivative of the output with respect to itself.`, seed, seed];
      }
      const letters = `${gradient(from)} · ${derivative(from, node)}`, last = long(nodes[from][9][place]);
      const numbers = `${letters} = ${plain(upstream, 1)} · ${plain(local, 1)} = ${show(product)}`;
      let why = isOff && !Number.isFinite(local) ? ` A choice left ${name(from)} out, so that it takes no part.` : "";
      /* kinks of steps */
      const dots = isFirst ? "" : "<mo>…</mo><mo>+</mo>", up = fraction(output, from);
      const chain = [`${dots}${up}<mo>·</mo>${fraction(from, node)}`, ...last ? [`${dots}${up}<mo>·</mo>${last}`] : []];
      const times = `${mathml(upstream, 1)}<mo>·</mo>${mathml(local, 1)}`, of = fraction(output, node);
      return [
        isFirst ? `Backward: ${gradient(node)} = ${numbers}.${why}` : `Backward: another use of ${name(node)} adds ${numbers}: ${
          gradient(node)} = ${show(before)} + ${plain(product, 1)} = ${show(after)}.${why}`,
        equation(of, ...chain),
        equation(of, isFirst ? times : `${mathml(before)}<mo>+</mo>${times}`, mathml(isFirst ? product : after))];
    }

    // What is asked before a step of the backward pass: the downstream gradient, or the local derivative if the upstream gradient alone
    // decides, as 0 does. [context, asked, answer]
    function questionBefore({phase, node, from, place, upstream, local, product}) {
      if (phase < 2 || model.trouble) return;
      const formula = `${name(from)} = ${nodes[from][5]}`, where = formula.length <= LONGEST ? formula : name(from);
      const use = useOf(nodes, from, place, name(node)), through = use && `${use} in ${where}`;
      if (!upstream || !Number.isFinite(upstream))
        return [through && `The local derivative for ${through}`, derivative(from, node), local];
      const asked = `${gradient(from)} · ${derivative(from, node)}`;
      return counts.get(node) === 1 ? ["", `${gradient(node)} = ${asked}`, product]
        : [`What ${gradient(node)} gets from ${through || where}`, asked, product];
    }


    // A verdict and an answer tell the number of a step, so they go when another comes.
    function close() {
      asked = -1;
      form.hidden = true;
      form.answer.value = form.firstElementChild.textContent = verdict.textContent = "";
    }

    function next() {
      const question = at + 1 < steps.length && questionBefore(steps[at + 1]);
      if (!predict.checked || !question) return go(at + 1);
      pause();
      if (asked === at + 1) return;
      close();
      asked = at + 1;
      const [context, what] = question;
      form.firstElementChild.textContent = `${context && context + ": "}${what} =`;
      form.hidden = false;
      form.answer.focus();
    }

    // "right", "wrong", or "coarse": rounded as it should be, but typed with one digit, where more are shown; 0.10 has two.
    function judge(said, guess, shown, truth) {
      if (Object.is(guess, truth) || guess === truth || guess === read(shown)) return "right";
      if (!truth || !Number.isFinite(truth)) return "wrong";
      const off = Math.abs(guess - truth), power = truth.toExponential().split("e")[1];
      const digits = guess.toExponential().replace(/e.*|\D/g, "").length, rounded = n => off <= 0.5000001 * 10 ** (power - n + 1);
      // What the rounded numbers in the picture multiply to is right, too.
      if (off <= 0.001 * Math.abs(truth) || rounded(Math.max(2, digits))) return "right";
      return digits === 1 && rounded(1) && !/[*/÷:·×]|[.,]\d*0(e|$)/i.test(said.trim()) ? "coarse" : "wrong";
    }

    function answer(said) {
      const [, what, truth] = questionBefore(steps[asked]), shown = show(truth), guess = said === null || read(said);
      const found = said === null ? "shown" : guess === null ? "none"
        : judge(said, guess, shown, truth);
      host.dataset.verdict = found;
      if (found === "none" || found === "coarse") {
        verdict.textContent = found === "coarse" ? "Give two digits."
          : (said.trim() && `“${said.trim()}” is not a number. `) + "Type one such as −0.5, 1/3 or inf.";
        return form.answer.focus();
      }
      answered += found !== "shown";
      right += found === "right";
      go(asked);
      verdict.textContent = `${{right: "Right: ", wrong: "Not quite: "}[found] ?? ""}${what} = ${shown}.` +
        (answered ? ` ${right} of ${answered} right.` : "");
      panel.focus({preventScroll: true});
    }

    function pause() {
      clearInterval(timer);
      timer = 0;
      play.setAttribute("aria-pressed", "false");
      play.textContent = "Play";
    }

    function toggle() {
      if (timer) return pause();
      if (at === steps.length - 1) go(0);
      timer = setInterval(next, PLAY_EVERY);
      play.setAttribute("aria-pressed", "true");
      play.textContent = "Pause";
    }

    const actions = {first: () => go(0), back: () => go(at - 1), next, last: () => go(steps.length - 1), play: toggle,
      skip: () => answer(null), larger: () => picture.zoom(1.25), smaller: () => picture.zoom(0.8), fit: () => picture.zoom(0)};
    panel.addEventListener("click", event => {
      const name = event.target.closest("button[name]")?.name;
      if (name) actions[name]?.();
    });
    form.addEventListener("submit", event => {
      event.preventDefault();
      answer(form.answer.value);
    });
    slider.addEventListener("input", () => go(Number(slider.value)));
    predict.addEventListener("change", close);
    panel.addEventListener("keydown", event => {
      if (event.altKey || event.ctrlKey || event.metaKey) return;
      if (event.key === "Escape" && !form.hidden) {
        close();
        panel.focus({preventScroll: true});
      }
      if (event.target.closest("form, .leaves")) return;
      const name = {ArrowRight: "next", ArrowLeft: "back", Home: "first", End: "last", " ": "play", "+": "larger",
        "-": "smaller"}[event.key];
      if (!name || (event.key === " " && event.target !== panel)) return;
      event.preventDefault();
      actions[name]();
    });
    // On paper, all steps are done.
    let kept = -1;
    addEventListener("beforeprint", () => {
      kept = at;
      go(steps.length - 1);
    });
    addEventListener("afterprint", () => go(kept));
    // What is typed stays here. Notebooks also listen before it arrives, and heed the attribute.
    host.dataset.lmSuppressShortcuts = "";
    for (const kind of ["keydown", "keypress", "keyup", "beforeinput", "input", "copy", "cut", "paste"])
      panel.addEventListener(kind, event => event.stopPropagation());
    if (still) find(".leaves").textContent = still;
    else leafControls(find(".leaves"), model, names.map((_, k) => name(k)), changed);
    go(opened);
  }

  for (const host of document.querySelectorAll(".chalkgrad-steps[data-key='KEY']")) if (!host.shadowRoot) start(host);
})();
