// Before anything is drawn: the chosen theme, or the one that the device prefers.
(() => {
  const root = document.documentElement;
  root.classList.add("has-script");
  const chosen = () => (document.cookie.match(/(?:^|; )theme=(light|dark)/) || [])[1];
  const device = window.matchMedia("(prefers-color-scheme: dark)");
  const apply = () => root.setAttribute("data-bs-theme", chosen() || (device.matches ? "dark" : "light"));
  apply();
  device.addEventListener("change", () => { apply(); document.dispatchEvent(new Event("zhiyin:theme")); });
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-theme-toggle]");
    if (!button) return;
    event.preventDefault();
    const theme = root.getAttribute("data-bs-theme") === "dark" ? "light" : "dark";
    document.cookie = `theme=${theme}; path=/; max-age=31536000; samesite=lax`;
    apply();
    document.dispatchEvent(new Event("zhiyin:theme"));
  });
})();
