(() => {
  "use strict";
  // What a step writes into: a box's value, its gradient, an edge's local derivative.
  const KINDS = [["node", ".value", ""], ["node", ".gradient", "–"], ["edge", ".derivative", ""]], PLAY_EVERY = 1100;
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
<label class="predict"><input type="checkbox"> Predict</label></div>`;

  function decode(address) {
    return new TextDecoder().decode(Uint8Array.from(atob(address.split(",")[1]), character => character.charCodeAt(0)));
  }

  /* picture.js */

  function start(host) {
    const [names, steps, fractions, opened] = JSON.parse(host.querySelector("script[type='application/json']").textContent);
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
    const write = (key, text) => {
      const [where, what] = KINDS[key % 3], element = groups[where][Math.floor(key / 3)].querySelector(what);
      if (element) element.textContent = text;
    };

    // Each step knows what stood there before, so any step can be taken back.
    const latest = new Map();
    for (const step of steps)
      for (const show of step[6]) {
        const key = show[0] * 3 + show[1];
        show.push(latest.get(key) ?? KINDS[show[1]][2]);
        latest.set(key, show[2]);
      }
    for (const key of latest.keys()) write(key, KINDS[key % 3][2]);

    const slider = find("[type=range]"), count = find("output"), form = find("form"), verdict = find(".verdict");
    const predict = find("[type=checkbox]"), play = find("[name=play]");
    let at = -1, timer = 0, asked = -1, right = 0, answered = 0;
    slider.max = steps.length - 1;
    host.dataset.count = steps.length;

    function go(to) {
      to = Math.max(0, Math.min(steps.length - 1, to));
      const texts = new Map();
      for (let k = at + 1; k <= to; k++) for (const [place, kind, text] of steps[k][6]) texts.set(place * 3 + kind, text);
      for (let k = at; k > to; k--) for (const [place, kind, , before] of steps[k][6]) texts.set(place * 3 + kind, before);
      for (const [key, text] of texts) write(key, text);
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
      close();
      if (at === steps.length - 1) pause();
    }

    // A verdict and an answer tell the number of a step, so they go when another comes.
    function close() {
      asked = -1;
      form.hidden = true;
      form.answer.value = form.firstElementChild.textContent = verdict.textContent = "";
    }

    function next() {
      const question = at + 1 < steps.length && steps[at + 1][7];
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

    // A number, or a product or quotient of numbers, such as -(1/9) or 1 × 5; null for anything else.
    function read(said) {
      const text = said.toLowerCase().replace(/\s/g, "").replace(/[−–—]/g, "-").replaceAll("∞", "inf").replaceAll(",", ".")
        .replace(/[·×]/g, "*").replace(/[÷:]/g, "/");
      if (text === "nan") return NaN;
      if (/^[-+]?inf(inity)?$/.test(text)) return text[0] === "-" ? -Infinity : Infinity;
      const inner = /(^|[*/(])([-+]?)\(([^()]*)\)(?=$|[*/)])/.exec(text);
      if (inner) {
        const found = read(inner[3]);
        return found === null ? null : read(text.replace(inner[0], inner[1] + (inner[2] === "-" ? -found : found)));
      }
      if (/[/].*[/]/.test(text)) return null;
      let found = 1;
      for (const part of `*${text}`.split(/(?=[*/])/)) {
        const number = part.slice(1), divides = part[0] === "/";
        if (!/^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/.test(number) || (divides && !Number(number))) return null;
        found = divides ? found / number : found * number;
      }
      return found;
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
      const [, what, shown, truth] = steps[asked][7], guess = said === null || read(said);
      const found = said === null ? "shown" : guess === null ? "none"
        : judge(said, guess, shown, Number(`${truth}`.replace("inf", "Infinity")));
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

    function formula(text) {
      const whole = text.replace(/<p(\d+)>/g, (_, k) => fractions[k]).replace(/<([ino])>([^<]*)/g, "<m$1>$2</m$1>")
        .replace(/<(\/?)r>/g, "<$1mrow>");
      return text && `<math displaystyle="true">${whole}</math>`;
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
      if (name) actions[name]();
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
      if (event.target.closest("form")) return;
      const name = {ArrowRight: "next", ArrowLeft: "back", Home: "first", End: "last", " ": "play", "+": "larger",
        "-": "smaller"}[event.key];
      if (!name || (event.key === " " && event.target !== panel)) return;
      event.preventDefault();
      actions[name]();
    });
    // What is typed stays here. Notebooks also listen before it arrives, and heed the attribute.
    host.dataset.lmSuppressShortcuts = "";
    for (const kind of ["keydown", "keypress", "keyup", "beforeinput", "input", "copy", "cut", "paste"])
      panel.addEventListener(kind, event => event.stopPropagation());
    go(opened);
  }

  for (const host of document.querySelectorAll(".chalkgrad-steps")) if (!host.shadowRoot) start(host);
})();
