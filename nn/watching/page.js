(() => {
  "use strict";
  const PLAY_EVERY = 90, PANEL = `<div class="pictures"></div>
<p class="sentence" aria-live="polite"></p>
<div class="controls" role="toolbar" aria-label="Epochs"><button name="first" aria-label="First epoch">|◀</button>
<button name="back" aria-label="Earlier epoch">◀</button><button name="play" aria-pressed="false">Play</button>
<button name="next" aria-label="Later epoch">▶</button><button name="last" aria-label="Last epoch">▶|</button>
<input type="range" min="0" aria-label="Epoch"><output></output>
<label><input type="checkbox"> Gradients</label></div>
<details hidden><summary>All weights and gradients in numbers</summary><div class="table" tabindex="0" role="region"
aria-label="Weights and gradients"><table><thead><tr><th scope="col">name</th><th scope="col">weight</th>
<th scope="col">gradient</th></tr></thead><tbody></tbody></table></div></details>`;

  function bytes(text) {
    return Uint8Array.from(atob(text), character => character.charCodeAt(0));
  }

  function written(number) {
    if (!Number.isFinite(number)) return Number.isNaN(number) ? "–" : number > 0 ? "∞" : "−∞";
    const short = Math.abs(number) >= 1e6 || (number && Math.abs(number) < 1e-5) ? number.toExponential(3) : number.toPrecision(4);
    return String(Number(short)).replaceAll("-", "−");
  }

  function start(host) {
    const data = JSON.parse(host.querySelector("script[type='application/json']").textContent), count = data.epochs.length;
    const root = host.attachShadow({mode: "open"}), style = host.querySelector("style + style").cloneNode(true);
    style.removeAttribute("media");
    root.append(style);
    const panel = root.appendChild(document.createElement("section"));
    panel.tabIndex = 0;
    panel.setAttribute("aria-label", "A training, epoch by epoch. Arrow keys step, Home and End go to the ends, the space bar plays.");
    panel.innerHTML = PANEL;
    const find = selector => panel.querySelector(selector), pictures = find(".pictures");
    for (const image of host.querySelectorAll("img, svg.picture")) {
      let svg = image;
      if (image.matches("img")) {
        const template = document.createElement("template");
        template.innerHTML = new TextDecoder().decode(bytes(image.src.split(",")[1]));
        svg = template.content.querySelector("svg");
        svg.querySelector("style")?.remove();
      }
      pictures.append(svg);
    }
    const slider = find("[type=range]"), output = find("output"), sentence = find(".sentence"), play = find("[name=play]");
    const gradients = find("[type=checkbox]"), shows = [];
    let at = count - 1, timer = 0;
    slider.max = count - 1;
    host.dataset.count = count;

    for (const [number, space] of data.spaces.entries()) {
      const svg = pictures.querySelectorAll(".space")[number], regions = svg.querySelectorAll(".region");
      const points = svg.querySelectorAll(".point"), places = space.places && new Int16Array(bytes(space.places).buffer);
      const right = bytes(data.right), labels = svg.querySelectorAll(".label");
      shows.push(() => {
        space.regions[at].forEach((path, k) => regions[k].setAttribute("d", path));
        const names = space.labels[space.label[at]];
        points.forEach((point, k) => {
          const place = at * points.length + k;
          point.classList.toggle("wrong", !right[place]);
          if (places)
            for (const one of [point, labels[k]])
              one?.setAttribute("transform", `translate(${places[2 * place]},${places[2 * place + 1]})`);
          if (!labels[k]) return;
          const text = labels[k].firstChild, [x, y, end] = data.sides[names[k][1]];
          text.textContent = names[k][0];
          for (const [name, value] of Object.entries({x, y, "class": end})) text.setAttribute(name, value);
        });
      });
    }

    const marker = pictures.querySelector(".marker");
    shows.push(() => marker.setAttribute("transform", `translate(${data.markers[at] || "-99,-99"})`));

    if (data.network) {
      const {names, largest} = data.network, kinds = [data.network.weights, data.network.gradients].map(
        text => new Float32Array(bytes(text).buffer));
      const lines = [...pictures.querySelectorAll(".line")], widest = pictures.querySelector(".widest");
      const title = pictures.querySelector(".network .title"), body = find("tbody");
      find("details").hidden = false;
      const cells = names.map(name => {
        const row = body.insertRow(), head = row.appendChild(document.createElement("th"));
        head.scope = "row";
        head.textContent = name;
        return [row.insertCell(), row.insertCell()];
      });
      shows.push(() => {
        const kind = Number(gradients.checked), numbers = place => kinds.map(one => one[at * names.length + place]);
        title.textContent = kind ? "network: gradients of the loss" : "network: weights";
        widest.textContent = `${kind ? "|∂L/∂w|" : "|w|"} = ${written(largest[kind])}`;
        for (const line of lines) {
          const place = Number(line.dataset.place), both = numbers(place), weight = line.querySelector(".weight");
          const number = both[kind];
          weight.setAttribute("stroke-width", Number.isFinite(number) ? Math.max(0.4, 9 * Math.abs(number) / largest[kind]) : 0.4);
          weight.setAttribute("class", `weight ${number < 0 ? "negative" : "positive"}`);
          line.querySelector("title").textContent = `${names[place]} = ${written(both[0])}, gradient ${written(both[1])}`;
        }
        cells.forEach((pair, place) => numbers(place).forEach((number, k) => { pair[k].textContent = written(number); }));
      });
    }

    if (data.arrays) {
      const kinds = [data.arrays.weights, data.arrays.gradients].map(bytes), size = kinds[0].length / count;
      const shown = [...pictures.querySelectorAll(".cells, .bars")], title = pictures.querySelector(".arrays .title");
      const titles = data.arrays.titles, canvas = document.createElement("canvas");
      shows.push(() => {
        const kind = Number(gradients.checked);
        let from = at * size;
        title.textContent = titles[kind];
        shown.forEach((element, k) => {
          const [width, height] = data.arrays.shapes[k];
          if (element.matches(".bars")) {
            const path = [...kinds[kind].subarray(from, from += width)].map((high, x) => high ? `M${x} 255v-${high}h1v${high}` : "");
            return element.setAttribute("d", path.join(""));
          }
          Object.assign(canvas, {width, height});
          const context = canvas.getContext("2d"), image = context.createImageData(width, height);
          const numbers = new Int8Array(kinds[kind].buffer, from, width * height);
          from += width * height;
          numbers.forEach((number, cell) => image.data.set([...data.arrays.colours[Number(number <= 0)], 2 * Math.abs(number)], 4 * cell));
          context.putImageData(image, 0, 0);
          element.setAttribute("href", canvas.toDataURL());
        });
      });
    }

    function show() {
      for (const one of shows) one();
      sentence.textContent = data.sentences[at];
      slider.value = at;
      slider.setAttribute("aria-valuetext", data.sentences[at]);
      output.textContent = `epoch ${data.epochs[at]} / ${data.epochs[count - 1]}`;
      host.dataset.frame = at;
      host.dataset.epoch = data.epochs[at];
    }

    function go(to) {
      at = Math.max(0, Math.min(count - 1, to));
      if (at === count - 1) pause();
      show();
    }

    function pause() {
      clearInterval(timer);
      timer = 0;
      play.setAttribute("aria-pressed", "false");
      play.textContent = "Play";
      sentence.setAttribute("aria-live", "polite");
    }

    function toggle() {
      if (timer) return pause();
      if (at === count - 1) go(0);
      timer = setInterval(() => go(at + 1), PLAY_EVERY);
      play.setAttribute("aria-pressed", "true");
      play.textContent = "Pause";
      // Nobody can listen to ten sentences a second.
      sentence.setAttribute("aria-live", "off");
    }

    const actions = {first: () => go(0), back: () => go(at - 1), next: () => go(at + 1), last: () => go(count - 1), play: toggle};
    panel.addEventListener("click", event => {
      const name = event.target.closest("button[name]")?.name;
      if (name) actions[name]();
    });
    slider.addEventListener("input", () => go(Number(slider.value)));
    gradients.addEventListener("change", show);
    panel.addEventListener("keydown", event => {
      if (event.altKey || event.ctrlKey || event.metaKey || event.target.closest(".table")) return;
      const name = {ArrowRight: "next", ArrowLeft: "back", Home: "first", End: "last", " ": "play"}[event.key];
      if (!name || (event.key === " " && event.target !== panel)) return;
      event.preventDefault();
      actions[name]();
    });
    // What is typed stays here. Notebooks also listen before it arrives, and heed the attribute.
    host.dataset.lmSuppressShortcuts = "";
    for (const kind of ["keydown", "keypress", "keyup", "beforeinput", "input", "copy", "cut", "paste"])
      panel.addEventListener(kind, event => event.stopPropagation());
    go(at);
  }

  for (const host of document.querySelectorAll(".chalkgrad-training")) if (!host.shadowRoot) start(host);
})();
