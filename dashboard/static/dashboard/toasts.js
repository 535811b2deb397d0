// What a page has to say about what was just done becomes a toast: good news fades, the rest stays until it is closed.
(() => {
  "use strict";
  const LIFE = 6000; // milliseconds
  const close = document.getElementById("toast-close");

  function fade(toast) {
    let timer = 0;
    const hold = () => clearTimeout(timer);
    const begin = () => {
      hold();
      timer = setTimeout(() => toast.remove(), LIFE);
    };
    for (const name of ["pointerenter", "focusin"]) toast.addEventListener(name, hold);
    for (const name of ["pointerleave", "focusout"]) toast.addEventListener(name, begin);
    begin();
  }

  for (const notice of document.querySelectorAll("[data-toasts] .notice")) {
    const isGood = notice.classList.contains("good");
    const button = close.content.cloneNode(true).firstElementChild;
    button.addEventListener("click", () => notice.remove());
    notice.append(button);
    notice.classList.add("toast");
    document.querySelector(isGood ? "[data-fade]" : "[data-stay]").append(notice);
    if (isGood) fade(notice);
  }
  for (const empty of document.querySelectorAll("[data-toasts]")) empty.remove();
})();
