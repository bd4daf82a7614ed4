// Hears of new voices while the page is seen, and tells it: `zhiyin:voices` on <body>.
// Keeps the bell up to date, and tells that it rang: `zhiyin:notices`.
(() => {
  const FIRST_PAUSE = 1_000, LONGEST_PAUSE = 60_000;
  const url = document.body.dataset.live;
  const light = document.getElementById("live-light");
  let source = null, timer = null, pause = FIRST_PAUSE, last = "", count = 0;

  const show = (isOn) => {
    if (!light || light.classList.contains(isOn ? "live-on" : "live-off")) return;
    light.classList.toggle("live-on", isOn);
    light.classList.toggle("live-off", !isOn);
    const words = isOn ? light.dataset.on : light.dataset.off;
    light.title = words;
    const text = light.querySelector("[data-live-text]");
    if (text) text.textContent = words;
  };

  const close = () => {
    clearTimeout(timer);
    source?.close();
    source = null;
  };

  const open = () => {
    close();
    source = new EventSource(last ? `${url}?after=${last}` : url);
    source.addEventListener("ready", (event) => {
      last = event.lastEventId;
      pause = FIRST_PAUSE;
      show(true);
    });
    source.addEventListener("voices", (event) => {
      last = event.lastEventId;
      hear(JSON.parse(event.data));
    });
    source.addEventListener("notices", (event) => ring(JSON.parse(event.data).n));
    source.addEventListener("error", () => {
      show(false);
      // We reconnect ourselves: a browser gives up for good after one refusal.
      close();
      timer = setTimeout(open, pause * (0.75 + Math.random() / 2));
      pause = Math.min(pause * 2, LONGEST_PAUSE);
    });
  };

  const ring = (n) => {
    let isNew = false;
    for (const badge of document.querySelectorAll("[data-notices]")) {
      const bell = badge.closest("a"), words = n > 99 ? "99+" : String(n);
      isNew ||= badge.textContent !== words;
      badge.textContent = words;
      badge.hidden = n === 0;
      if (bell) bell.title = bell.ariaLabel = n ? `${bell.dataset.words}: ${badge.textContent}` : bell.dataset.none;
    }
    if (isNew) document.body.dispatchEvent(new CustomEvent("zhiyin:notices", { detail: { n }, bubbles: true }));
  };

  const hear = (news) => {
    count += news.n;
    for (const badge of document.querySelectorAll("[data-live-count]")) {
      badge.textContent = count > 999 ? "999+" : String(count);
      badge.setAttribute("aria-hidden", "true"); // a screen reader need not hear every figure
      badge.hidden = false;
    }
    document.body.dispatchEvent(new CustomEvent("zhiyin:voices", { detail: news, bubbles: true }));
  };

  if (!url || !("EventSource" in window)) return;
  // A browser keeps six connections to a server; hidden pages must not hold them.
  document.addEventListener("visibilitychange", () => (document.hidden ? close() : open()));
  window.addEventListener("pagehide", close);
  window.addEventListener("pageshow", (event) => event.persisted && open());
  if (!document.hidden) open();
})();
