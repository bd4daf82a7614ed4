// Small comforts of every page: menus that close, messages that go, lists selected whole, words copied.
(() => {
  const closeMenus = (except) => document.querySelectorAll("details.menu[open]").forEach((menu) => {
    if (menu !== except) menu.open = false;
  });
  document.addEventListener("click", async (event) => {
    closeMenus(event.target.closest("details.menu"));
    const dismiss = event.target.closest("[data-dismiss]");
    if (dismiss) dismiss.closest("[data-toast]").remove();
    const copy = event.target.closest("[data-copy]");
    if (copy) {
      const field = document.querySelector(copy.dataset.copy);
      const text = field.value ?? field.textContent;
      try { await navigator.clipboard.writeText(text.trim()); } catch { field.select?.(); document.execCommand("copy"); }
      if (copy.dataset.done) copy.textContent = copy.dataset.done;
    }
  });
  document.addEventListener("keydown", (event) => { if (event.key === "Escape") closeMenus(); });

  // A list with a box in each row: one box for all, and actions that appear once something is chosen.
  document.addEventListener("change", (event) => {
    const form = event.target.closest("form[data-bulk]");
    if (form) {
      const boxes = [...form.querySelectorAll("input[type=checkbox][data-one]")];
      if (event.target.matches("[data-all]")) boxes.forEach((box) => { box.checked = event.target.checked; });
      const n = boxes.filter((box) => box.checked).length;
      form.classList.toggle("has-chosen", n > 0);
      form.querySelectorAll("[data-n-chosen]").forEach((place) => { place.textContent = n; });
    }
    const submitting = event.target.closest("[data-submit-on-change]");
    if (submitting) (submitting.form || submitting).requestSubmit();
  });

  // Empty fields do not belong into an address that is sent to a colleague.
  document.addEventListener("submit", (event) => {
    if (event.target.method !== "get") return;
    for (const field of event.target.elements) if (field.name && field.value === "" && !field.dataset.keep) field.disabled = true;
    setTimeout(() => { for (const field of event.target.elements) if (field.value === "") field.disabled = false; });
  });

  // What failed on the way is said, not swallowed.
  document.addEventListener("htmx:responseError", (event) => {
    if (event.detail.xhr.status === 401 || event.detail.xhr.status === 403) location.reload();
  });
  // A form that comes back with its mistakes (422) or a conflict (409) is shown in place.
  document.addEventListener("htmx:beforeSwap", (event) => {
    if ([409, 422].includes(event.detail.xhr.status)) { event.detail.shouldSwap = true; event.detail.isError = false; }
  });
})();
