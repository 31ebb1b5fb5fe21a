(() => {
  "use strict";
  /* operations */
  /* shared */

  function decode(address) {
    return new TextDecoder().decode(Uint8Array.from(atob(address.split(",")[1]), character => character.charCodeAt(0)));
  }

  function start(host) {
    // Nodes as in model.js, and what is differentiated; captions are lines of words under the picture.
    const [names, nodes, outputs, digits, still] = JSON.parse(host.querySelector("script[type='application/json']").textContent);
    const show = x => format(x, digits), root = host.attachShadow({mode: "open"});
    const model = modelled(nodes, outputs, k => names[k] === show(values[k]) ? names[k] : `${names[k]} = ${show(values[k])}`);
    const {values, locals, gradients, uses} = model;
    root.appendChild(host.querySelector("style + style").cloneNode(true)).media = "";
    const panel = root.appendChild(document.createElement("section"));
    panel.innerHTML = `<div class="picture"></div><p class="kinks" aria-live="polite"></p><div class="leaves"></div>`;
    const find = selector => panel.querySelector(selector), template = document.createElement("template");
    template.innerHTML = host.querySelector("img") ? decode(host.querySelector("img").src) : "";
    template.content.querySelector("style")?.remove();
    const svg = find(".picture").appendChild(template.content.querySelector("svg") ?? host.querySelector("svg"));
    const groups = {node: [], edge: []};
    for (const kind of ["node", "edge"])
      for (const group of svg.querySelectorAll("." + kind)) groups[kind][group.dataset[kind]] = group;

    // Each text of the picture that is a number, with what gives the number.
    const texts = [];
    const note = (element, number) => element && texts.push([element, number]);
    nodes.forEach(([box, , , edges], k) => {
      const group = groups.node[box];
      note(group?.querySelector(".value"), () => values[k]);
      if (outputs.length) note(group?.querySelector(".gradient"), () => gradients[k] === undefined ? undefined : Number(gradients[k]));
      edges?.forEach((edge, place) =>
        note(groups.edge[edge]?.querySelector(".derivative"), () => model.trouble ? undefined : locals[k][place]));
      if (group) group.querySelector("title").textContent = names[k];
    });

    function changed() {
      for (const text of texts) {
        const [element, number, latest] = text, x = number();
        if (text.length > 2 && Object.is(latest, x)) continue;
        text[2] = x;
        put(element, show(x));
      }
      /* kinks of drawings */
    }

    host.dataset.lmSuppressShortcuts = "";
    for (const kind of ["keydown", "keypress", "keyup", "beforeinput", "input", "copy", "cut", "paste"])
      panel.addEventListener(kind, event => event.stopPropagation());
    if (still) find(".leaves").textContent = still;
    else leafControls(find(".leaves"), model, names, changed);
    changed();
  }

  for (const host of document.querySelectorAll(".chalkgrad-live[data-key='KEY']")) if (!host.shadowRoot) start(host);
})();
