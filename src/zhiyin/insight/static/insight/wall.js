// The wall display: screens in turn, a clock, the age of the last voice; keys pause, turn and leave.
(() => {
  const body = document.body;
  const screens = [...document.querySelectorAll("[data-screen]")];
  const dots = [...document.querySelectorAll("[data-dot]")];
  const every = Number(body.dataset.every || 20) * 1_000;
  let here = 0, isPaused = false, turnedAt = Date.now();

  const show = (place) => {
    if (!screens.length) return;
    here = (place + screens.length) % screens.length;
    screens.forEach((screen, at) => { screen.hidden = at !== here; });
    dots.forEach((dot, at) => dot.classList.toggle("is-here", at === here));
    document.querySelector("[data-wall-name]").textContent = screens[here].dataset.name;
    turnedAt = Date.now();
    // A picture that was hidden did not know its size.
    window.dispatchEvent(new Event("resize"));
  };
  const pause = (wanted) => {
    isPaused = wanted;
    turnedAt = Date.now();
    document.querySelector("[data-wall-paused]").hidden = !isPaused;
  };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const keys = { ArrowRight: () => show(here + 1), ArrowDown: () => show(here + 1), PageDown: () => show(here + 1), ArrowLeft: () => show(here - 1), ArrowUp: () => show(here - 1), PageUp: () => show(here - 1), " ": () => pause(!isPaused), Escape: () => location.assign(body.dataset.back) };
    if (!keys[event.key]) return;
    event.preventDefault();
    keys[event.key]();
  });

  // Pictures are drawn for a desk: here their letters and lines grow with the screen, before they are drawn.
  document.addEventListener("htmx:afterSwap", (event) => {
    const size = Math.round(parseFloat(getComputedStyle(document.documentElement).fontSize) * 1.1);
    for (const place of event.target.querySelectorAll?.("[data-chart]") ?? []) {
      const source = document.getElementById(place.dataset.chart);
      const option = JSON.parse(source.textContent);
      for (const axis of [option.xAxis, option.yAxis].flat().filter(Boolean)) axis.axisLabel = { ...axis.axisLabel, fontSize: size };
      for (const one of option.series ?? []) {
        if (one.lineStyle?.width) one.lineStyle.width = size / 6;
        if (one.symbolSize) one.symbolSize = size / 2;
        if (one.barMaxWidth) one.barMaxWidth = size * 2;
      }
      source.textContent = JSON.stringify(option);
    }
  });

  const last = document.querySelector("[data-wall-last]");
  const words = document.querySelector("[data-wall-age]");
  let newest = last.dataset.newest ? Date.parse(last.dataset.newest) : null;
  body.addEventListener("zhiyin:voices", () => { newest = Date.now(); });
  const age = () => {
    if (newest === null) return last.dataset.none;
    const seconds = Math.max(0, Math.round((Date.now() - newest) / 1_000));
    if (seconds < 2) return last.dataset.just;
    if (seconds < 100) return `${seconds} ${last.dataset.seconds}`;
    if (seconds < 6_000) return `${Math.round(seconds / 60)} ${last.dataset.minutes}`;
    return seconds < 172_800 ? `${Math.round(seconds / 3_600)} ${last.dataset.hours}` : `${Math.round(seconds / 86_400)} ${last.dataset.days}`;
  };

  const clock = document.querySelector("[data-wall-clock]");
  const format = new Intl.DateTimeFormat(document.documentElement.lang, { timeZone: clock.dataset.zone, hour: "2-digit", minute: "2-digit", second: "2-digit", hour12: false });
  const light = document.getElementById("live-light");
  let wasOn = false;
  const tick = () => {
    clock.textContent = format.format(new Date());
    words.textContent = `${last.dataset.words}: ${age()}`;
    if (!isPaused && screens.length > 1 && Date.now() - turnedAt >= every) show(here + 1);
    // The server was away and is back: what stands here is older than it looks.
    const isOn = light.classList.contains("live-on");
    if (isOn && !wasOn) body.dispatchEvent(new CustomEvent("zhiyin:refresh"));
    wasOn = isOn;
  };
  tick();
  setInterval(tick, 1_000);
  show(0);
  navigator.wakeLock?.request("screen").catch(() => {});
})();
