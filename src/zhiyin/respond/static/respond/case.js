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
