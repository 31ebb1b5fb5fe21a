// A page of steps keeps its style beside itself as well as inside, where rules such as "section" would reach the whole page of the site.
// What it says of its own colours has to stay, because a theme can be seen only from outside.
"use strict";
addEventListener("DOMContentLoaded", () => {
  for (const style of document.querySelectorAll(".chalkgrad-steps > style")) {
    const rules = [...style.sheet.cssRules];
    for (let place = rules.length - 1; place >= 0; place--)
      if (!rules[place].cssText.includes(".chalkgrad-steps")) style.sheet.deleteRule(place);
  }
});
