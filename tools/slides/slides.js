// Turns the slides over. What is longer than a slide is scrolled through first, then the next slide comes.
"use strict";
{
  const WIDGETS = ".chalkgrad-steps, .chalkgrad-live, .chalkgrad-training, iframe";

  function turn(forward, part) {
    const slide = Reveal.getCurrentSlide();
    const rest = forward ? slide.scrollHeight - slide.clientHeight - slide.scrollTop : slide.scrollTop;
    if (rest > 2) slide.scrollBy(0, (forward ? 1 : -1) * part * slide.clientHeight);
    else if (forward) Reveal.next();
    else Reveal.prev();
  }

  // What scrolls has to be reached by keyboard, and a finger scrolls there instead of turning over.
  function letScroll() {
    const slide = Reveal.getCurrentSlide();
    slide.toggleAttribute("data-prevent-swipe", slide.scrollHeight > slide.clientHeight + 2);
    for (const box of [slide, ...slide.querySelectorAll("pre, .jp-OutputArea-output")]) {
      if (box.scrollWidth > box.clientWidth || box.scrollHeight > box.clientHeight + 2) box.tabIndex = 0;
      else box.removeAttribute("tabindex");
    }
  }

  for (const widget of document.querySelectorAll(WIDGETS)) widget.setAttribute("data-prevent-swipe", "");
  Reveal.on("slidechanged", event => {
    event.currentSlide.scrollTop = 0;
    dispatchEvent(new Event("resize")); // a page of steps that was hidden measures itself anew
    letScroll();
  });
  Reveal.on("ready", letScroll);
  addEventListener("load", () => Reveal.isReady() && letScroll()); // when pictures have their size
  addEventListener("resize", () => Reveal.isReady() && letScroll());

  // The keys of a presenter's remote turn over also from within a page of steps, which keeps all other keys to itself.
  const pages = {PageDown: true, PageUp: false};
  addEventListener("keydown", event => {
    if (!(event.key in pages) || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    event.stopPropagation();
    turn(pages[event.key], .85);
  }, {capture: true});

  Reveal.initialize({
    disableLayout: true, center: false, hash: true, transition: "none", navigationMode: "linear", slideNumber: "c/t",
    scrollActivationWidth: null,
    keyboard: {32: () => turn(true, .85), 38: () => turn(false, .3), 40: () => turn(true, .3)},
  });
}
