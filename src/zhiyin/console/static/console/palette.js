// Ctrl K: go to a page, a store or an aspect by typing a part of its name.
(() => {
  document.addEventListener("DOMContentLoaded", () => {
    const dialog = document.getElementById("palette");
    const input = document.getElementById("palette-input");
    const list = document.getElementById("palette-list");
    if (!dialog) return;
    let asked = 0;

    const options = () => [...list.querySelectorAll("[role=option]")];
    const choose = (place) => {
      const all = options();
      all.forEach((option, index) => option.setAttribute("aria-selected", index === place));
      if (all[place]) { input.setAttribute("aria-activedescendant", all[place].id); all[place].scrollIntoView({ block: "nearest" }); }
      else input.removeAttribute("aria-activedescendant");
    };
    const chosen = () => options().findIndex((option) => option.getAttribute("aria-selected") === "true");

    const fill = async () => {
      const number = ++asked;
      const answer = await fetch(`${input.dataset.source}?q=${encodeURIComponent(input.value)}`, { headers: { Accept: "application/json" } });
      if (!answer.ok || number !== asked) return;
      const found = (await answer.json()).items;
      list.replaceChildren(...found.map((item, index) => {
        const option = document.createElement("li"), link = document.createElement("a"), hint = document.createElement("span");
        option.id = `palette-${index}`;
        option.setAttribute("role", "option");
        link.href = item.url;
        link.tabIndex = -1;
        link.textContent = item.name;
        hint.textContent = item.hint;
        link.append(hint);
        option.append(link);
        return option;
      }));
      if (!found.length) {
        const nothing = document.createElement("li");
        nothing.className = "palette-nothing";
        nothing.textContent = input.dataset.nothing;
        list.append(nothing);
      }
      choose(0);
    };

    const open = () => { dialog.showModal(); input.value = ""; input.focus(); fill(); };
    document.addEventListener("keydown", (event) => {
      if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") { event.preventDefault(); dialog.open ? dialog.close() : open(); }
    });
    document.addEventListener("click", (event) => {
      if (event.target.closest("[data-palette]")) open();
      if (event.target === dialog) dialog.close();
    });
    input.addEventListener("input", fill);
    input.addEventListener("keydown", (event) => {
      const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      if (step) { event.preventDefault(); choose(Math.max(0, Math.min(options().length - 1, chosen() + step))); }
      if (event.key === "Enter") {
        event.preventDefault();
        const link = options()[chosen()]?.querySelector("a");
        location.href = link ? link.href : `/voices/?q=${encodeURIComponent(input.value)}`;
      }
    });
  });
})();
