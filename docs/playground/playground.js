// The page: what is typed goes to Python in a worker, and what Python tells is shown.
"use strict";

(() => {
  const find = id => document.getElementById(id);
  const form = find("form"), output = find("output"), status = find("status");
  const SERVE = "This page needs a server, also on your own computer: type “python -m http.server -d out/site” in the project’s " +
    "folder, and open http://localhost:8000/playground/";

  // ------------------------------------------------------------------------------------------------ light and dark

  // The site's choice, if there is one; else the reader's preference.
  function follow() {
    let theme = "auto";
    try { theme = localStorage.getItem("theme") ?? "auto"; } catch { /* not allowed here */ }
    if (theme === "auto") delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = theme;
    for (const frame of output.querySelectorAll("iframe")) dress(frame);
  }

  function dress(frame) {
    frame.contentWindow?.postMessage({theme: document.documentElement.dataset.theme ?? ""}, "*");
  }

  addEventListener("storage", follow);
  follow();

  // ------------------------------------------------------------------------------------------------ what is typed

  const mode = () => form.elements.mode.value;

  function typed() {
    const numbers = [...find("numbers").querySelectorAll("input")].map(field => [field.name, field.value]);
    return mode() === "code" ? {mode: "code", text: find("code").value, numbers: []}
      : {mode: mode(), text: find("expression").value, numbers};
  }

  function fill({mode, text, numbers}) {
    form.elements.mode.value = mode;
    find(mode === "code" ? "code" : "expression").value = text;
    if (mode === "code") find("code").rows = Math.min(24, Math.max(8, text.split("\n").length));
    if (mode !== "code") showNumbers(new Map(numbers));
    showFields();
  }

  function showFields() {
    const isCode = mode() === "code";
    find("code-fields").hidden = !isCode;
    find("expression-fields").hidden = isCode;
    document.querySelector("main").classList.toggle("program", isCode);
  }

  const remembered = new Map();

  // A field for each name; a new name stands for 1 until it is given another number.
  function showNumbers(given = new Map()) {
    for (const field of find("numbers").querySelectorAll("input")) remembered.set(field.name, field.value);
    const fields = namesIn(find("expression").value).map(name => {
      const label = document.createElement("label"), field = document.createElement("input");
      Object.assign(field, {name, value: given.get(name) ?? remembered.get(name) ?? "1", autocomplete: "off"});
      label.append(`${name} = `, field);
      return label;
    });
    find("numbers").replaceChildren(...fields);
  }

  // ------------------------------------------------------------------------------------------------ what is shown

  function show(kind, text) {
    const last = output.lastElementChild;
    if (kind === "printed" && last?.className === "printed") {
      last.append(text);
      return;
    }
    const element = document.createElement(kind === "note" ? "p" : "pre");
    element.className = kind;
    element.textContent = text;
    if (kind === "html") output.append(framed(text));
    else if (kind === "trace") {
      const details = document.createElement("details"), summary = document.createElement("summary");
      summary.textContent = "all lines of the traceback";
      details.append(summary, element);
      output.append(details);
    } else {
      if (kind === "error") element.setAttribute("role", "alert");
      output.append(element);
    }
  }

  // A result's scripts run in a frame of their own, away from this page. It says how high it is, and is told the theme.
  const IN_FRAME = `<script>
addEventListener("message", ({data}) => {
  if (data.theme) document.documentElement.dataset.theme = data.theme; else delete document.documentElement.dataset.theme;
});
new ResizeObserver(() => {
  const {offsetHeight, clientHeight, scrollWidth, clientWidth} = document.documentElement;
  parent.postMessage({height: offsetHeight + innerHeight - clientHeight}, "*");
  // What is wider than the frame is scrolled by keyboard too.
  if (scrollWidth > clientWidth) document.body.tabIndex = 0; else document.body.removeAttribute("tabindex");
}).observe(document.body);
</${"script"}>`;

  function framed(html) {
    const frame = document.createElement("iframe"), tallest = Math.max(240, innerHeight - 320);
    frame.setAttribute("sandbox", "allow-scripts allow-popups allow-popups-to-escape-sandbox");
    frame.title = "Result";
    frame.srcdoc = `<!doctype html><html lang="en"><meta charset="utf-8"><title>Result</title>` +
      `<link rel="stylesheet" href="colours.css"><link rel="stylesheet" href="playground.css">` +
      `<style>html { overflow: auto hidden; } .chalkgrad-steps { --tallest: ${tallest}px; }</style>` +
      `<body class="result">${html}${IN_FRAME}</body></html>`;
    frame.addEventListener("load", () => dress(frame));
    return frame;
  }

  addEventListener("message", ({source, data}) => {
    const frame = [...output.querySelectorAll("iframe")].find(frame => frame.contentWindow === source);
    if (frame && data.height) frame.style.height = `${Math.ceil(data.height)}px`;
  });

  // ------------------------------------------------------------------------------------------------ Python

  const RUNNING = "Running …";
  let worker = null, isReady = false, running = null, waiting = null, count = 0;

  function say(text) {
    status.textContent = text;
    find("stop").disabled = running === null;
    find("script").disabled = !isReady || running !== null;
    document.body.dataset.state = running !== null ? "running" : isReady ? "ready" : worker === null ? "failed" : "loading";
  }

  // A worker from this page's own text is under this page's policy: it reaches no other host.
  function start() {
    const address = JSON.stringify(new URL("worker.js", location.href).href);
    const source = URL.createObjectURL(new Blob([`import ${address};`], {type: "text/javascript"}));
    isReady = false;
    running = null;
    worker = new Worker(source, {type: "module"});
    worker.onmessage = ({data}) => hear(data);
    worker.onerror = event => hear({kind: "failed", text: event.message ?? "the worker did not start"});
    say("Loading Python …");
  }

  function hear({id, kind, text}) {
    if (kind === "ready") {
      isReady = true;
      say("");
      next();
    } else if (kind === "failed") {
      const wasReady = isReady;
      worker.terminate();
      worker = null;
      isReady = false;
      running = null;
      show("error", wasReady ? `Python itself has failed, and starts anew: ${text}` : `Python can't be loaded: ${text}`);
      if (wasReady) start();
      else say("");
    } else if (id === running?.id) {
      if (kind === "done") {
        running = null;
        // What has been said meanwhile, of copying, stays.
        say(status.textContent === RUNNING ? "" : status.textContent);
        next();
      } else if (kind === "script") give("program", text);
      else if (kind === "unreadable") {
        show("error", text);
        running = null;
        say("");
      } else show(kind, text);
    }
  }

  function ask(wanted, note = "") {
    if (worker === null) {
      output.replaceChildren();
      start();
    }
    waiting = {...typed(), wanted, note, id: ++count};
    next();
  }

  function next() {
    if (!isReady || running !== null || waiting === null) return;
    running = waiting;
    waiting = null;
    if (running.wanted === "run") output.replaceChildren();
    if (running.note) show("note", running.note);
    say(RUNNING);
    worker.postMessage(running);
  }

  function stop() {
    worker.terminate();
    waiting = null;
    show("note", "Stopped. Python starts anew.");
    start();
  }

  let latest = "";

  async function run(note) {
    ask("run", note);
    latest = await addressOf(typed());
    history.replaceState(null, "", latest);
  }

  // ------------------------------------------------------------------------------------------------ copying

  async function give(what, text) {
    find("given")?.remove();
    try {
      await navigator.clipboard.writeText(text);
      say(`The ${what} is copied.`);
    } catch {
      const field = document.createElement("textarea");
      Object.assign(field, {id: "given", value: text, readOnly: true, rows: Math.min(12, text.split("\n").length + 1)});
      field.setAttribute("aria-label", `The ${what}, to copy`);
      form.append(field);
      field.select();
    }
  }

  // ------------------------------------------------------------------------------------------------ what a person does

  form.addEventListener("submit", event => { event.preventDefault(); run(); });
  form.addEventListener("change", event => {
    if (event.target.name === "mode") {
      showFields();
      if (mode() !== "code") run();
    } else if (event.target.id === "examples" && event.target.value) {
      fill(EXAMPLES[event.target.value].state);
      event.target.value = "";
      run();
    } else if (find("numbers").contains(event.target)) run();
  });
  find("expression").addEventListener("input", () => showNumbers());
  find("code").addEventListener("keydown", event => {
    if (event.key !== "Enter") return;
    if (event.ctrlKey || event.metaKey) {
      event.preventDefault();
      run();
    } else if (!event.shiftKey && !event.isComposing) {
      // A new line begins where the one before does, or further in after a colon.
      const field = event.target, line = field.value.slice(0, field.selectionStart).split("\n").pop();
      event.preventDefault();
      document.execCommand("insertText", false, "\n" + line.match(/^ */)[0] + (/:\s*$/.test(line) ? "    " : ""));
    }
  });
  find("stop").addEventListener("click", stop);
  find("script").addEventListener("click", () => ask("script"));
  find("link").addEventListener("click", async () => {
    latest = await addressOf(typed());
    history.replaceState(null, "", latest);
    give("link", location.href);
  });

  async function open() {
    let state = null, note = "";
    try {
      state = await stateOf(location.hash);
    } catch {
      note = "The address holds nothing that can be read; here is an example.";
    }
    fill(state ?? EXAMPLES[0].state);
    run(note);
  }

  addEventListener("hashchange", () => { if (location.hash !== latest) open(); });

  find("examples").append(...EXAMPLES.map(({title}, place) => new Option(title, place)));
  if (location.protocol === "file:") {
    show("note", SERVE);
    fill(EXAMPLES[0].state);
  } else open();
})();
