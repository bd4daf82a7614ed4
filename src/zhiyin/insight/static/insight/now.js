// A short tone for each voice that cannot wait; silent until somebody switches it on.
(() => {
  let audio = null;
  const button = () => document.querySelector("[data-sound]");
  const isOn = () => button()?.getAttribute("aria-pressed") === "true";

  const play = () => {
    const at = audio.currentTime, tone = audio.createOscillator(), volume = audio.createGain();
    tone.frequency.setValueAtTime(660, at);
    tone.frequency.setValueAtTime(880, at + 0.14);
    volume.gain.setValueAtTime(0.0001, at);
    volume.gain.exponentialRampToValueAtTime(0.15, at + 0.03);
    volume.gain.exponentialRampToValueAtTime(0.0001, at + 0.45);
    tone.connect(volume).connect(audio.destination);
    tone.start(at);
    tone.stop(at + 0.5);
  };

  document.addEventListener("click", (event) => {
    const pressed = event.target.closest("[data-sound]");
    if (!pressed) return;
    pressed.setAttribute("aria-pressed", String(!isOn()));
    if (!isOn()) return;
    audio ??= new AudioContext();
    audio.resume();
    play();
  });
  let played = 0;
  document.body.addEventListener("zhiyin:voices", (event) => {
    if (!isOn() || !event.detail?.n_urgent || Date.now() - played < 3_000) return;
    played = Date.now();
    play();
  });
})();
