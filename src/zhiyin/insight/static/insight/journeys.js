// The editor of maps: Alt with an arrow moves what holds the focus, Ctrl Z undoes.
(() => {
  const isTyping = (target) => target.closest("input, textarea, select");
  const press = (button) => { if (button && !button.disabled) button.click(); };
  document.addEventListener("keydown", (event) => {
    const step = { ArrowUp: "earlier", ArrowDown: "later" }[event.key];
    const place = event.target.closest("[data-move]");
    if (event.altKey && step && place) {
      event.preventDefault();
      press(place.querySelector(`button[name="to"][value="${step}"]`));
    } else if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "z" && !isTyping(event.target)) {
      event.preventDefault();
      press(document.querySelector(`button[name="do"][value="${event.shiftKey ? "redo" : "undo"}"]`));
    }
  });
  // What was moved keeps the focus, so that it can be moved on.
  const moved = document.getElementById(location.hash.slice(1));
  moved?.querySelector("a, input:not([type=hidden])")?.focus({ preventScroll: true });
})();
