(() => {
  "use strict";
  const DASH = "–", PLAY_EVERY = 1100;
  const PANEL = `<div class="picture"><div></div></div>
<div class="chain"><div class="letters"></div><div class="numbers"></div></div>
<p class="sentence" aria-live="polite"></p>
<form hidden><label></label> <input name="answer" autocomplete="off" inputmode="text" size="9" aria-describedby="verdict">
<button>Check</button> <button type="button" name="skip">Show me</button></form>
<p class="verdict" id="verdict" aria-live="polite"></p>
<div class="controls" role="toolbar" aria-label="Steps"><button name="first" aria-label="First step">|◀</button>
<button name="back" aria-label="Step back">◀</button><button name="play" aria-pressed="false">Play</button>
<button name="next" aria-label="Next step">▶</button><button name="last" aria-label="Last step">▶|</button>
<span class="zoom"><button name="smaller" aria-label="Smaller picture">−</button>
<button name="fit" aria-label="Fit the picture">⤢</button>
<button name="larger" aria-label="Larger picture">+</button></span>
<input type="range" min="0" value="0" aria-label="Step"><output></output>
<label class="predict"><input type="checkbox"> Predict</label></div>`;

  function decode(address) {
    return new TextDecoder().decode(Uint8Array.from(atob(address.split(",")[1]), character => character.charCodeAt(0)));
  }

  /* picture.js */

  function start(host) {
    const [names, steps, fractions] = JSON.parse(host.querySelector("script[type='application/json']").textContent);
    const root = host.attachShadow({mode: "open"});
    root.append(host.querySelector("style").cloneNode(true));
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
    const written = (node, kind) => groups.node[node].querySelector(kind ? ".gradient" : ".value");

    // Each step knows what stood there before, so any step can be taken back.
    const latest = new Map();
    for (const step of steps)
      for (const show of step[6]) {
        const key = show[0] * 2 + show[1];
        show.push(latest.has(key) ? latest.get(key) : show[1] ? DASH : "");
        latest.set(key, show[2]);
      }
    for (const key of latest.keys()) {
      const text = written(key >> 1, key & 1);
      if (text) text.textContent = key & 1 ? DASH : "";
    }

    const slider = find("[type=range]"), count = find("output"), form = find("form"), verdict = find(".verdict");
    const predict = find("[type=checkbox]"), play = find("[name=play]");
    let at = -1, timer = 0, asked = -1, right = 0, answered = 0;
    slider.max = steps.length - 1;
    host.dataset.count = steps.length;

    function go(to) {
      to = Math.max(0, Math.min(steps.length - 1, to));
      const texts = new Map();
      for (let k = at + 1; k <= to; k++) for (const [node, kind, text] of steps[k][6]) texts.set(node * 2 + kind, text);
      for (let k = at; k > to; k--) for (const [node, kind, , before] of steps[k][6]) texts.set(node * 2 + kind, before);
      for (const [key, text] of texts) {
        const element = written(key >> 1, key & 1);
        if (element) element.textContent = text;
      }
      for (const marked of svg.querySelectorAll(".current,.from")) marked.classList.remove("current", "from");
      at = to;
      const [phase, node, edge, sentence, letters, numbers, , , from] = steps[at];
      groups.node[node].classList.add("current");
      if (edge >= 0) groups.edge[edge].classList.add("current");
      if (from >= 0) groups.node[from].classList.add("from");
      picture.follow([groups.node[node], groups.edge[edge], groups.node[from]].filter(Boolean));
      find(".letters").innerHTML = formula(letters);
      find(".numbers").innerHTML = formula(numbers);
      find(".sentence").textContent = sentence;
      slider.value = at;
      slider.setAttribute("aria-valuetext", `${at + 1} of ${steps.length}: ${names[node]}`);
      count.textContent = `${at + 1} / ${steps.length}`;
      host.dataset.step = at;
      host.dataset.phase = phase;
      leave();
      if (at === steps.length - 1) pause();
    }

    function next() {
      const question = at + 1 < steps.length && steps[at + 1][7];
      if (!predict.checked || !question) return go(at + 1);
      pause();
      if (asked === at + 1) return;
      asked = at + 1;
      const [what, upstream, local] = question;
      form.firstElementChild.textContent = `${what}: upstream ${upstream} × local ${local} =`;
      form.answer.value = verdict.textContent = "";
      form.hidden = false;
      form.answer.focus();
    }

    function judge(said, truth) {
      const text = said.trim().replace(/[−–]/g, "-").replace(",", ".");
      const guess = {"inf": Infinity, "-inf": -Infinity, "∞": Infinity, "-∞": -Infinity}[text] ?? (text ? Number(text) : NaN);
      if (text === "nan" || Number.isNaN(guess)) return Number.isNaN(truth) && text === "nan";
      if (guess === truth) return true;
      const decimals = /\.(\d*)/.exec(text)?.[1].length ?? 0, power = Number(/e([-+]?\d+)$/i.exec(text)?.[1] ?? 0);
      const off = Math.abs(guess - truth);
      return off <= 0.01 * Math.abs(truth) || (guess !== 0 && off <= 0.5000001 * 10 ** (power - decimals));
    }

    function answer(said) {
      const [what, upstream, local, shown, truth] = steps[asked][7];
      const good = said !== null && judge(said, typeof truth === "number" ? truth : Number(truth.replace("inf", "Infinity")));
      answered += said !== null;
      right += good;
      go(asked);
      verdict.textContent = `${said === null ? "" : good ? "Right: " : "Not quite: "}${what} takes ${upstream} × ${local} = ${shown}.` +
        (answered ? ` ${right} of ${answered} right.` : "");
      host.dataset.verdict = said === null ? "shown" : good ? "right" : "wrong";
      panel.focus({preventScroll: true});
    }

    function formula(text) {
      return text && `<math displaystyle="true">${text.replace(/<p(\d+)>/g, (_, k) => fractions[k])}</math>`;
    }

    function leave() {
      asked = -1;
      form.hidden = true;
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
      if (!name) return;
      if (["first", "back", "next", "last"].includes(name)) verdict.textContent = "";
      actions[name]();
    });
    form.addEventListener("submit", event => {
      event.preventDefault();
      answer(form.answer.value);
    });
    slider.addEventListener("input", () => go(Number(slider.value)));
    predict.addEventListener("change", () => { verdict.textContent = ""; if (!predict.checked) leave(); });
    panel.addEventListener("keydown", event => {
      if (event.altKey || event.ctrlKey || event.metaKey) return;
      if (event.key === "Escape" && !form.hidden) {
        leave();
        panel.focus({preventScroll: true});
      }
      if (event.target.closest("form")) return;
      const name = {ArrowRight: "next", ArrowLeft: "back", Home: "first", End: "last", " ": "play", "+": "larger", "-": "smaller"}[event.key];
      if (!name || (event.key === " " && event.target !== panel)) return;
      event.preventDefault();
      if (/^A|^[HE]/.test(event.key)) verdict.textContent = "";
      actions[name]();
    });
    // What is typed stays here. Notebooks also listen before it arrives, and heed the attribute.
    host.dataset.lmSuppressShortcuts = "";
    for (const kind of ["keydown", "keypress", "keyup", "beforeinput", "input", "copy", "cut", "paste"])
      panel.addEventListener(kind, event => event.stopPropagation());
    go(0);
  }

  for (const host of document.querySelectorAll(".chalkgrad-steps")) if (!host.shadowRoot) start(host);
})();
