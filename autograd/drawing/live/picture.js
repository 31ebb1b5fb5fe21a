// The picture in its frame: whole where that leaves it legible or where it is asked for, and moved to what a step is about.
function framed(frame, svg) {
  const LEGIBLE = 0.6, SMALLEST = 0.05, LARGEST = 4, AROUND = 8, SCROLL_BAR = 16;
  const width = svg.width.baseVal.value, height = svg.height.baseVal.value;
  let chosen = 0, smallest = LEGIBLE, scale = 0, shown = [];

  function place(at, room, from, to) {
    return from >= at && to <= at + room ? at : (from + to - room) / 2;
  }

  // Brings these parts into view, smaller if need be; the first alone where all of them would be dots.
  function follow(parts) {
    shown = parts;
    const tall = parseFloat(getComputedStyle(frame).maxHeight) - SCROLL_BAR;
    let wide = frame.offsetWidth;
    if (!wide) return;
    const preferred = chosen || Math.min(1, Math.max(smallest, Math.min(wide / width, tall / height)));
    if (height * preferred > tall + 1) wide -= SCROLL_BAR;
    const sheet = svg.getBoundingClientRect(), unit = sheet.width / width;
    let areas = parts.map(part => part.getBoundingClientRect());
    const least = side => (Math.min(...areas.map(area => area[side])) - sheet[side]) / unit - AROUND;
    const most = (side, start) => (Math.max(...areas.map(area => area[side])) - sheet[start]) / unit + AROUND;
    let left, right, top, bottom;
    function measure() {
      left = Math.max(0, least("left")), right = Math.min(width, most("right", "left"));
      top = Math.max(0, least("top")), bottom = Math.min(height, most("bottom", "top"));
      return Math.min(preferred, wide / (right - left), tall / (bottom - top));
    }
    let to = measure();
    if (to < Math.min(SMALLEST, preferred)) {
      areas = areas.slice(0, 1);
      to = measure();
    }
    if (to !== scale) {
      scale = to;
      // A transform, for a new size would have all its text laid out anew; its parent takes the room that it then needs.
      svg.style.transform = `scale(${scale})`;
      svg.parentNode.style = `width: ${width * scale}px; height: ${height * scale}px`;
    }
    // Marks stay as thick on the screen in a small picture.
    for (const part of parts) part.style.setProperty("--thick", 4 * Math.max(1, LEGIBLE / scale) + "px");
    frame.scrollLeft = place(frame.scrollLeft, frame.clientWidth, left * scale, right * scale);
    frame.scrollTop = place(frame.scrollTop, frame.clientHeight, top * scale, bottom * scale);
  }

  function zoom(factor) {
    if (!factor) smallest = SMALLEST;
    chosen = factor && Math.max(SMALLEST, Math.min(LARGEST, scale * factor));
    follow(shown);
  }

  new ResizeObserver(() => follow(shown)).observe(frame);
  frame.addEventListener("wheel", event => {
    if (!event.ctrlKey) return;
    event.preventDefault();
    zoom(2 ** (-event.deltaY / 200));
  }, {passive: false});
  return {follow, zoom};
}
