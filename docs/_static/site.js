// A page of steps keeps its style beside itself as well as inside, where rules such as "section" would reach the whole page of the site.
// What it says of its own colours has to stay, because a theme can be seen only from outside.
//
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
addEventListener("DOMContentLoaded", () => {
  for (const style of document.querySelectorAll(".chalkgrad-steps > style")) {
    const rules = [...style.sheet.cssRules];
    // The last first, so that places stay.
    for (let place = rules.length - 1; place >= 0; place--)
      if (!rules[place].cssText.includes(".chalkgrad-steps")) style.sheet.deleteRule(place);
  }
  letScroll();
});
