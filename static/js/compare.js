// Two takes at the same moment: one clock for both, one of them heard.

const page = document.querySelector("[data-compare]");
const [first, second] = page.querySelectorAll("video");
const desk = page.querySelector("[data-desk]");
const scrub = page.querySelector("[data-scrub]");
const toggle = page.querySelector("[data-toggle]");
const DRIFT_S = 0.08;
const FRAME_S = 1 / 24;

const length = () => Math.min(first.duration || Infinity, second.duration || Infinity);

function seek(seconds) {
  const at = Math.max(0, Math.min(seconds, length() - FRAME_S));
  first.currentTime = second.currentTime = at;
}

function hear(side) {
  for (const figure of page.querySelectorAll("[data-side]")) {
    const isHeard = figure.dataset.side === side;
    figure.classList.toggle("heard", isHeard);
    figure.querySelector("video").muted = !isHeard;
  }
  for (const button of page.querySelectorAll("[data-hear]")) button.setAttribute("aria-pressed", String(button.dataset.hear === side));
}

async function play() {
  seek(first.currentTime);
  try { await Promise.all([first.play(), second.play()]); } catch (error) { console.warn("not played", error); }
}

function stop() { first.pause(); second.pause(); }

function show() {
  scrub.value = first.currentTime / (length() || 1);
  page.querySelector("[data-at]").textContent = first.currentTime.toFixed(1);
}

function tick() {
  show();
  if (first.paused) return;
  if (Math.abs(first.currentTime - second.currentTime) > DRIFT_S) second.currentTime = first.currentTime;
  requestAnimationFrame(tick);
}

const KEYS = {
  a: () => hear("a"),
  b: () => hear("b"),
  " ": () => (first.paused ? play() : stop()),
  ArrowLeft: () => { stop(); seek(first.currentTime - FRAME_S); },
  ArrowRight: () => { stop(); seek(first.currentTime + FRAME_S); },
};

desk.hidden = false;
for (const video of [first, second]) video.controls = false;
toggle.addEventListener("click", KEYS[" "]);
desk.addEventListener("click", (event) => { const side = event.target.closest("[data-hear]")?.dataset.hear; if (side) hear(side); });
scrub.addEventListener("input", () => { stop(); seek(Number(scrub.value) * length()); });
first.addEventListener("play", () => { toggle.querySelector("span").textContent = "Stop"; tick(); });
first.addEventListener("pause", () => { toggle.querySelector("span").textContent = "Play both"; show(); });
first.addEventListener("seeked", show);
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.matches("input, textarea, a, button")) {
    if (!["a", "b"].includes(event.key) || event.ctrlKey || event.metaKey || event.target.matches("textarea, input[type=text]")) return;
  }
  const act = KEYS[event.key];
  if (!act) return;
  event.preventDefault();
  act();
});
