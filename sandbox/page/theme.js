// Light, dark, or as the system wishes: read before anything is drawn, so it is no module. Other windows follow.

const THEME = "sandbox-theme";

function wearTheme(theme) {
  if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
  else delete document.documentElement.dataset.theme;
}

wearTheme(localStorage.getItem(THEME));
window.addEventListener("storage", (event) => event.key === THEME && wearTheme(event.newValue));

document.addEventListener("DOMContentLoaded", () => {
  const chosen = document.getElementById("theme");
  if (!chosen) return;
  chosen.value = localStorage.getItem(THEME) || "";
  chosen.addEventListener("change", () => (localStorage.setItem(THEME, chosen.value), wearTheme(chosen.value)));
});
