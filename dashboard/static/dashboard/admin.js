// For Django's admin: the signs beside its two lists of choices have a name but no role, so nobody would hear it.
(() => {
  "use strict";
  // Django makes the lists in a listener that was there first.
  addEventListener("load", () => {
    for (const sign of document.querySelectorAll(".help-tooltip[aria-label]")) sign.setAttribute("role", "img");
  });
})();
