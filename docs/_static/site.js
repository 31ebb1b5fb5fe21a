// What is wider than its place scrolls there, and has to be reached by keyboard.
"use strict";
function letScroll() {
  for (const box of document.querySelectorAll("pre, .formula, .shown, .table-wrapper, .output, .output div")) {
    if (box.scrollWidth > box.clientWidth || box.scrollHeight > box.clientHeight) box.tabIndex = 0;
    else box.removeAttribute("tabindex");
  }
}
addEventListener("load", letScroll); // when pictures have their size
addEventListener("resize", letScroll);
addEventListener("DOMContentLoaded", letScroll);
