// Live progress of one render: by socket, and by asking the API while the socket is silent.

import { api, live } from "./app.js";

const page = document.querySelector("[data-render]");
const id = page.dataset.render;
const stages = page.querySelector("[data-stages]");
const SILENCE_MS = 3000;
let seen = -1;
let heardAt = performance.now();

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
  const words = [];
  if (position > 1) words.push(`number ${position} in line`);
  if (eta !== undefined && eta !== null) words.push(`about ${Math.max(1, Math.round(eta))} s`);
  if (words.length) part("eta").textContent = words.join(" · ");
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
  if (!stageOf(state.state).hasAttribute("aria-current")) showStage(state.state);
  showWait(state);
}

live(`/ws/renders/${id}/`, (event) => { heardAt = performance.now(); show(event); });
setInterval(() => {
  if (performance.now() - heardAt < SILENCE_MS) return;
  api(`renders/${id}`).then(show, (problem) => console.warn("no answer", problem));
}, SILENCE_MS);
