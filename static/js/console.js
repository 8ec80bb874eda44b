// Keys of the moderators' console. They sleep while somebody types, and never act without showing what they do.

const page = document.querySelector("[data-console]");
const evidence = page.querySelector("[data-evidence]");
const form = page.querySelector("[data-decide]");
const video = page.querySelector("video");
let here = -1;

// Asked anew each time: the list refreshes itself.
const allRows = () => [...page.querySelectorAll("[data-row]")];

function go(step) {
  const rows = allRows();
  if (!rows.length) return;
  rows[here]?.classList.remove("here");
  here = Math.min(rows.length - 1, Math.max(0, here + step));
  rows[here].classList.add("here");
  rows[here].scrollIntoView({ block: "nearest" });
}

function unveil() {
  if (!evidence) return;
  const shown = evidence.classList.toggle("shown");
  const button = evidence.querySelector("[data-unblur]");
  button.setAttribute("aria-pressed", String(shown));
  button.firstChild.textContent = shown ? "Blur again " : "Show unblurred ";
}

function play() {
  if (video) video.paused ? video.play() : video.pause();
}

function choose(outcome) {
  const radio = form?.querySelector(`[name="outcome"][value="${outcome}"]`);
  if (!radio) return;
  radio.checked = true;
  form.querySelector("#reason").focus();
}

const keys = {
  j: () => go(1),
  k: () => go(-1),
  Enter: () => allRows()[here]?.querySelector("a").click(),
  b: unveil,
  v: play,
  m: () => { if (video) video.muted = !video.muted; },
  a: () => choose("allow"),
  r: () => choose("refuse"),
  e: () => choose("escalate"),
  "?": () => { const help = page.querySelector("[data-help]"); help.open = !help.open; },
};

evidence?.querySelector("[data-unblur]").addEventListener("click", unveil);

document.addEventListener("keydown", (event) => {
  const isTyping = event.target.closest("textarea, select, input:not([type=radio])");
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && form) {
    form.requestSubmit();
    return;
  }
  if (event.key === "Escape" && isTyping) event.target.blur();
  if (isTyping || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "Enter" && event.target.closest("a, button, summary")) return;
  const button = page.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
  const act = keys[event.key] ?? (button && (() => button.click()));
  if (!act) return;
  event.preventDefault();
  act();
});
