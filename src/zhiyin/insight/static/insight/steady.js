// Parts that follow the voices without flicker: asked for again as voices come, changed only where they differ.
// [data-steady] with hx-trigger="refresh-part"; data-every: least pause in ms, data-after: wait after a voice.
(() => {
  const TICK = 30_000;
  const shown = new Map(), waiting = new Map(), asked = new Map(), taken = new Map();
  let lastVoice = 0, isPaused = false;

  const parts = () => document.querySelectorAll("[data-steady]");
  // A part that takes long to make is asked for less often, however many look at it.
  const every = (part) => Math.max(Number(part.dataset.every || 3_000), 2 * (taken.get(part) || 0));
  const after = (part) => Number(part.dataset.after || 0);

  const ask = (part) => {
    waiting.delete(part);
    if (isPaused || document.hidden || !part.isConnected) return;
    asked.set(part, Date.now());
    htmx.trigger(part, "refresh-part");
    // A voice that came a moment ago may have effects that are not there yet.
    if (Date.now() - lastVoice < after(part)) plan(part);
  };
  const plan = (part) => {
    if (waiting.has(part) || (part.dataset.lazy !== undefined && !shown.has(part))) return;
    const due = Math.max(Date.now() + after(part), (asked.get(part) || 0) + every(part));
    waiting.set(part, setTimeout(() => ask(part), Math.max(0, due - Date.now())));
  };
  const refreshAll = () => parts().forEach(plan);

  document.body.addEventListener("zhiyin:voices", () => { lastVoice = Date.now(); refreshAll(); });
  document.body.addEventListener("zhiyin:refresh", refreshAll);
  setInterval(() => parts().forEach((part) => {
    if (!isPaused && Date.now() - (asked.get(part) || 0) > TICK) plan(part);
  }), TICK / 3);

  // Whoever has opened or marked something in a part must not lose it.
  const isBusy = (part) => {
    if (part.querySelector("details[open]")) return true;
    const selection = document.getSelection();
    return Boolean(selection && !selection.isCollapsed && part.contains(selection.anchorNode));
  };
  document.addEventListener("htmx:afterRequest", (event) => {
    const part = event.detail.target;
    if (part?.matches?.("[data-steady]") && asked.has(part)) taken.set(part, Date.now() - asked.get(part));
  });
  let focused = "";
  document.addEventListener("htmx:beforeSwap", (event) => {
    const part = event.detail.target;
    if (!part.matches?.("[data-steady]")) return;
    const words = event.detail.serverResponse;
    // Whoever was signed out meanwhile is asked to sign in, by the whole page.
    if (event.detail.xhr.responseURL.includes("/sign-in/")) { location.reload(); return; }
    if (event.detail.xhr.status !== 200 || shown.get(part) === words || isBusy(part)) {
      event.detail.shouldSwap = false;
      return;
    }
    shown.set(part, words);
    const here = part.contains(document.activeElement) ? document.activeElement : null;
    focused = here ? here.id || here.getAttribute("href") || "" : "";
  });
  document.addEventListener("htmx:afterSwap", (event) => {
    const part = event.detail.target;
    if (!focused || !part.matches?.("[data-steady]")) return;
    const all = [...part.querySelectorAll("a[href], button")];
    const path = focused.split("?")[0];
    const found = all.find((one) => one.id === focused || one.getAttribute("href") === focused)
      || all.find((one) => one.getAttribute("href")?.split("?")[0] === path);
    focused = "";
    found?.focus({ preventScroll: true });
  });

  // Pause: the page stands still until it is let go on.
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-pause]");
    if (!button) return;
    isPaused = button.getAttribute("aria-pressed") !== "true";
    button.setAttribute("aria-pressed", String(isPaused));
    for (const note of document.querySelectorAll("[data-paused-note]")) {
      note.hidden = !isPaused;
      const time = note.querySelector("[data-time]");
      if (time) time.textContent = new Date().toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", second: "2-digit" });
    }
    if (!isPaused) refreshAll();
  });
})();
