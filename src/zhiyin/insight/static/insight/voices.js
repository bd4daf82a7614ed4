// Voices: new ones appear by themselves, selected words become an opinion, J and K leaf through.
(() => {
  let nNews = 0, timer = null;

  // Whoever has chosen or opened something must not lose it: then a button tells of the new ones.
  const isBusy = (list) => list.querySelector("input:checked, details[open]") || list.contains(document.activeElement);
  const refresh = () => {
    const list = document.getElementById("voice-list");
    if (!list || !list.hasAttribute("data-live-list")) return;
    if (!isBusy(list)) {
      nNews = 0;
      htmx.trigger(list, "refresh-voices");
      return;
    }
    const button = list.querySelector("[data-news]");
    button.querySelector("[data-n-news]").textContent = nNews;
    button.hidden = false;
  };
  document.body.addEventListener("zhiyin:voices", (event) => {
    nNews += event.detail?.n || 1;
    clearTimeout(timer);
    timer = setTimeout(refresh, 400);
  });

  // Offsets count code points, as everywhere: an emoji is one.
  const codePoints = (text) => [...text].length;
  document.addEventListener("selectionchange", () => {
    const selection = document.getSelection();
    const form = document.getElementById("add-opinion");
    if (!form || selection.isCollapsed || !selection.rangeCount) return;
    const range = selection.getRangeAt(0);
    const start = range.startContainer.parentElement?.closest("[data-words-start]");
    if (!start || start !== range.endContainer.parentElement?.closest("[data-words-start]")) return;
    const words = selection.toString();
    const trimmed = words.trim();
    if (!trimmed || codePoints(trimmed) > 200) return;
    const before = document.createRange();
    before.selectNodeContents(start);
    before.setEnd(range.startContainer, range.startOffset);
    const lead = words.length - words.trimStart().length;
    form.open = true;
    form.querySelector("[data-words]").value = trimmed;
    form.querySelector("[data-words-place]").value = Number(start.dataset.wordsStart) + codePoints(before.toString()) + lead;
  });
  document.addEventListener("input", (event) => {
    if (event.target.matches("[data-words]")) event.target.form.querySelector("[data-words-place]").value = "";
  });

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    if (event.target.closest("input, textarea, select, [contenteditable]") || document.querySelector("[data-rows], dialog[open]")) return;
    const key = event.key.toLowerCase();
    if (key === "j" || key === "k") document.querySelector(`[data-key="${key}"]`)?.click();
  });
})();
