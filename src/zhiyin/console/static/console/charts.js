// Draws what the server has put beside each [data-chart]; colours come from the style sheet.
(() => {
  const drawn = new Map();
  const resolve = (value, style) => {
    if (typeof value === "string" && value.startsWith("@")) return style.getPropertyValue(`--z-${value.slice(1)}`).trim() || value;
    if (Array.isArray(value)) return value.map((one) => resolve(one, style));
    if (value && typeof value === "object") return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, resolve(one, style)]));
    return value;
  };
  const axis = (own, style) => [].concat(own ?? []).map((one) => ({
    ...one,
    axisLabel: { color: style.getPropertyValue("--z-grey").trim(), hideOverlap: true, ...one.axisLabel },
    axisLine: { lineStyle: { color: style.getPropertyValue("--z-line").trim() }, ...one.axisLine },
    splitLine: { lineStyle: { color: style.getPropertyValue("--z-line").trim() }, ...one.splitLine },
    nameTextStyle: { color: style.getPropertyValue("--z-grey").trim(), ...one.nameTextStyle },
  }));

  const draw = (place) => {
    const source = document.getElementById(place.dataset.chart);
    if (!window.echarts || !source) return;
    const style = getComputedStyle(document.documentElement);
    const option = resolve(JSON.parse(source.textContent), style);
    const text = style.getPropertyValue("--z-text").trim();
    option.textStyle = { fontFamily: getComputedStyle(document.body).fontFamily, color: text, ...option.textStyle };
    // Tooltips made of HTML would need inline styles, which our pages do not allow.
    option.tooltip = { trigger: "axis", confine: true, renderMode: "richText", ...option.tooltip };
    option.legend = option.legend && { textStyle: { color: text }, ...option.legend };
    if (option.xAxis) option.xAxis = axis(option.xAxis, style);
    if (option.yAxis) option.yAxis = axis(option.yAxis, style);
    option.animation = option.animation ?? !window.matchMedia("(prefers-reduced-motion: reduce)").matches;
    drawn.get(place)?.dispose();
    const chart = window.echarts.init(place, null, { renderer: "canvas" });
    chart.setOption(option);
    chart.on("click", (event) => { if (event.data?.href) location.href = event.data.href; });
    drawn.set(place, chart);
    resizes.observe(place);
  };

  const resizes = new ResizeObserver((entries) => entries.forEach((entry) => drawn.get(entry.target)?.resize()));
  const drawAll = (root) => {
    for (const [place, chart] of drawn) if (!place.isConnected) { chart.dispose(); resizes.unobserve(place); drawn.delete(place); }
    root.querySelectorAll("[data-chart]").forEach(draw);
  };
  document.addEventListener("DOMContentLoaded", () => drawAll(document));
  document.addEventListener("htmx:afterSettle", (event) => drawAll(event.target.parentElement ?? document));
  document.addEventListener("zhiyin:theme", () => drawAll(document));
})();
