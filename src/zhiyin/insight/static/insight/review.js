// The review queue: keys belong to the card where the focus is, else to the first.
(() => {
  const giveKeys = (card) => {
    document.querySelectorAll("[data-review] [data-key]").forEach((one) => one.removeAttribute("data-key"));
    card?.querySelectorAll("[data-review-key]").forEach((one) => one.setAttribute("data-key", one.dataset.reviewKey));
  };
  document.addEventListener("focusin", (event) => {
    const card = event.target.closest("[data-review]");
    if (card) giveKeys(card);
  });
  // After an answer the next card is in the same place: whoever works by keys goes on from there.
  let place = null;
  document.body.addEventListener("htmx:beforeRequest", (event) => {
    const card = event.target.closest?.("[data-review]");
    place = card ? [...document.querySelectorAll("[data-review]")].indexOf(card) : null;
    // Undo is of what was said last.
    if (card) document.querySelectorAll("#toasts [data-toast]").forEach((one) => one.remove());
  });
  document.body.addEventListener("htmx:afterSettle", () => {
    if (place === null) return;
    const cards = [...document.querySelectorAll("[data-review]")];
    const next = cards[Math.min(place, cards.length - 1)];
    place = null;
    if (!next) return;
    next.querySelector("a")?.focus({ preventScroll: true });
    if (next.getBoundingClientRect().top < 0) next.scrollIntoView({ block: "start" });
  });
})();
