// In the editor of the taxonomy: Enter adds words (Shift+Enter makes a line), the tree keeps its place.
(() => {
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || !event.target.matches("textarea[data-enter]")) return;
    event.preventDefault();
    event.target.form.requestSubmit();
  });

  // A sentence that was typed is understood anew with every change.
  document.addEventListener("zhiyin:draft", () => {
    const form = document.getElementById("try");
    if (form?.querySelector("textarea").value.trim()) form.requestSubmit();
  });

  let top = 0, closed = new Set(), field = "";
  const nameOf = (details) => details.querySelector("[data-row]")?.getAttribute("href");
  document.addEventListener("htmx:beforeSwap", (event) => {
    if (event.detail.target.id !== "editor") return;
    const list = document.getElementById("nodes");
    top = list.scrollTop;
    closed = new Set([...list.querySelectorAll("details:not([open])")].map(nameOf));
    field = event.detail.requestConfig.parameters?.key || "";
  });
  document.addEventListener("htmx:afterSettle", (event) => {
    const list = event.detail.target.id === "editor" && document.getElementById("nodes");
    if (!list) return;
    list.querySelectorAll("details").forEach((details) => { if (closed.has(nameOf(details)) && !details.querySelector(".node-here")) details.open = false; });
    list.scrollTop = top;
    // On a phone the aspect stands below the tree.
    if (event.detail.requestConfig?.verb === "get" && innerWidth < 768) document.querySelector(".editor-side")?.scrollIntoView({ block: "start" });
    // Whoever added one word goes on with the next.
    const again = field && document.querySelector(`.phrase-add input[name=key][value="${CSS.escape(field)}"]`);
    if (again) again.form.querySelector("textarea").focus({ preventScroll: true });
  });
})();
