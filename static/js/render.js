// Live progress of one render: by socket, and by asking the API while the socket is silent.

import { api, live } from "./app.js";

const page = document.querySelector("[data-render]");
const id = page.dataset.render;
const stages = page.querySelector("[data-stages]");
const SILENCE_MS = 3000;
let seen = -1;
let heardAt = performance.now();
let place = 0;
let dueAt = null; // when it should be there, as the server last foresaw it

const part = (name) => page.querySelector(`[data-${name}]`);
const stageOf = (state) => stages.querySelector(`[data-code="${state}"]`);

function showStage(state) {
  for (const stage of stages.children) stage.removeAttribute("aria-current");
  stageOf(state).setAttribute("aria-current", "step");
  part("stage").textContent = stageOf(state).textContent;
}

function showWait({ eta_s: eta, position, state, status }) {
  // Events carry the state alone; the whole present carries what is waited for.
  if (status || state !== "queued") part("slot").hidden = status !== "waiting_slot";
  if (position !== undefined) place = position;
  if (eta !== undefined && eta !== null) dueAt = performance.now() + eta * 1000;
  showLeft();
}

function showLeft() {
  const words = place > 1 ? [`number ${place} in line`] : [];
  const left = dueAt === null ? null : Math.round((dueAt - performance.now()) / 1000);
  if (left !== null) words.push(left > 0 ? `about ${left} s` : "any moment now");
  if (words.length) part("eta").textContent = words.join(" · ");
}

function showPicture({ picture }) {
  if (!picture) return; // events bring one a second, not each
  const shown = part("picture");
  shown.src = picture;
  shown.hidden = false;
  shown.alt = "What is being made";
}

function ask() {
  api(`renders/${id}`).then(show, (problem) => console.warn("no answer", problem));
}

function show(state) {
  if (state.seq < seen) return;
  seen = state.seq;
  // Anything that is not a stage is an end, and the page for an end is drawn by the server.
  if (!stageOf(state.state)) { location.reload(); return; }
  const percent = `${Math.round(state.progress * 100)}%`;
  part("percent").textContent = percent;
  part("progress").value = state.progress;
  document.title = document.title.replace(/^\d+%/, percent);
  const isNew = !stageOf(state.state).hasAttribute("aria-current");
  if (isNew) showStage(state.state);
  showPicture(state);
  showWait(state);
  if (isNew && !state.status) ask(); // the wait is foreseen anew at each stage
}

live(`/ws/renders/${id}/`, (event) => { heardAt = performance.now(); show(event); });
setInterval(() => {
  if (performance.now() - heardAt >= SILENCE_MS) ask();
}, SILENCE_MS);
setInterval(showLeft, 1000);
