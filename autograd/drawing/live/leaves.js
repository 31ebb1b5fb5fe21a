// A slider and a field for each leaf; `changed` is called when one was moved.
function leafControls(place, model, names, changed) {
  const {leaves, values} = model, rows = [], few = 6;
  place.innerHTML = `<details><summary>Change the leaves</summary><div class="rows"></div>
<button type="button" class="reset">Reset</button></details><p role="alert"></p>`;
  const [details, , list, reset, alert] = place.querySelectorAll("*");
  details.open = leaves.length <= few;
  reset.hidden = true;
  for (const leaf of leaves) {
    const row = list.appendChild(document.createElement("div")), name = names[leaf];
    row.innerHTML = `<span></span><input type="range" step="any"><input inputmode="decimal" autocomplete="off">`;
    const [said, slider, field] = row.children;
    said.textContent = name;
    slider.setAttribute("aria-label", name);
    field.setAttribute("aria-label", `${name} as a number`);
    // From as far below 0 to as far above it, at least twice the number, in two hundred steps.
    const size = Math.abs(values[leaf]) || 1, power = 10 ** Math.floor(Math.log10(size));
    const far = Number.isFinite(size) ? Number(([2, 5, 10, 20].find(n => n * power >= 2 * size) * power).toPrecision(1)) : 10;
    Object.assign(slider, {min: -far, max: far, step: Number((far / 100).toPrecision(1))});
    const show = () => {
      if (values[leaf] < slider.min) slider.min = values[leaf];
      if (values[leaf] > slider.max) slider.max = values[leaf];
      slider.value = values[leaf];
      field.value = values[leaf];
    };
    const take = x => {
      field.setAttribute("aria-invalid", x === null);
      if (x === null) return;
      values[leaf] = x;
      reset.hidden = false;
      refresh();
    };
    slider.addEventListener("input", () => {
      take(Number(slider.value));
      field.value = slider.value;
    });
    field.addEventListener("input", () => {
      take(read(field.value));
      slider.value = values[leaf];
    });
    field.addEventListener("change", () => {
      field.setAttribute("aria-invalid", false);
      show();
    });
    rows.push(show);
    show();
  }
  function refresh() {
    model.pass();
    if (alert.textContent !== model.trouble) alert.textContent = model.trouble;
    changed();
  }
  reset.addEventListener("click", event => {
    event.preventDefault();
    model.reset();
    for (const show of rows) show();
    details.firstChild.focus();
    reset.hidden = true;
    refresh();
  });
}

// A number that is too long for its box is squeezed; that it is so is estimated, because measuring would lay the page out anew.
function squeeze(element) {
  const room = element.parentNode.querySelector("rect")?.width.baseVal.value - 8;
  if (element.textContent.length * 8 > room) {
    element.setAttribute("textLength", room);
    element.setAttribute("lengthAdjust", "spacingAndGlyphs");
  } else if (element.hasAttribute("textLength")) element.removeAttribute("textLength");
}
