// The answer of a case: a greeting is put before what is written, without leaving the page.
(() => {
  document.documentElement.classList.add("has-case-script");
  document.addEventListener("click", (event) => {
    const chip = event.target.closest("[data-insert]");
    const field = chip && document.querySelector(chip.dataset.insert);
    if (!field) return;
    event.preventDefault();
    const rest = field.value.trim();
    field.value = rest ? `${chip.dataset.text}\n\n${rest}` : `${chip.dataset.text}\n`;
    field.focus();
    field.setSelectionRange(field.value.length, field.value.length);
    field.dispatchEvent(new Event("input", { bubbles: true }));
  });
  // A button far up leads to the field itself, not only to its place.
  document.querySelector('a[href="#answer"]')?.addEventListener("click", () => {
    setTimeout(() => document.getElementById("answer-text")?.focus());
  });
})();
// Colleagues who have the case open see that somebody writes; one who only reads is only there.
(() => {
  const fields = "#answer-text, #note-text, #question, #update";
  let wroteAt = 0;
  document.addEventListener("input", (event) => {
    if (event.target.matches(fields)) wroteAt = Date.now();
  });
  document.addEventListener("htmx:configRequest", (event) => {
    if (event.target.id !== "case-looking") return;
    event.detail.parameters.writing = Date.now() - wroteAt < 40000 ? "1" : "";
  });
})();
