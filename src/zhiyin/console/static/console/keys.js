// Keys: J and K walk a list, / searches, ? shows help; data-key="e" gives a button its key.
(() => {
  const isTyping = (target) => target.closest("input, textarea, select, [contenteditable]");
  const rows = () => [...document.querySelectorAll("[data-rows] [data-row]")].filter((row) => row.offsetParent);
  const linkOf = (row) => (row.matches("a, button") ? row : row.querySelector("a, button"));

  const walk = (step) => {
    const all = rows();
    if (!all.length) return false;
    const here = all.findIndex((row) => row.contains(document.activeElement));
    const next = all[Math.min(all.length - 1, Math.max(0, here + step))] || all[0];
    all.forEach((row) => row.classList.toggle("row-here", row === next));
    linkOf(next).focus();
    next.scrollIntoView({ block: "nearest" });
    return true;
  };

  const showHelp = () => {
    const help = document.getElementById("keys-help");
    const list = help.querySelector("[data-page-keys]");
    list.replaceChildren(...[...document.querySelectorAll("[data-key]")].filter((one) => one.dataset.key !== "z").flatMap((one) => {
      const term = document.createElement("dt"), words = document.createElement("dd"), key = document.createElement("kbd");
      key.textContent = one.dataset.key.toUpperCase();
      term.append(key);
      words.textContent = (one.getAttribute("aria-label") || one.textContent).trim();
      return [term, words];
    }));
    help.showModal();
  };

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target) || document.querySelector("dialog[open]")) return;
    const key = event.key.toLowerCase();
    let isDone = true;
    if (key === "/") document.getElementById("search")?.focus();
    else if (event.key === "?") showHelp();
    else if ((key === "j" || key === "k") && walk(key === "j" ? 1 : -1)) isDone = true;
    else {
      const button = /^[a-z0-9]$/.test(key) && document.querySelector(`[data-key="${key}"]`);
      if (button) { button.matches("textarea, input") ? button.focus() : button.click(); } else isDone = false;
    }
    if (isDone) event.preventDefault();
  });
})();
