// Live progress of one render: by socket, and by asking the API if no event comes.

import { api, live } from "./app.js";

const page = document.querySelector("[data-render]");
const id = page.dataset.render;
const WORKING = new Set(["queued", "screening", "rendering", "finishing", "reviewing"]);
const STAGES = {
  queued: "Waiting for a free engine", screening: "Checking the cast", rendering: "Drawing frames and sound",
  finishing: "Labelling, marking and signing", reviewing: "Looking at the result",
};
let seen = -1;

function show(state) {
  if (state.seq < seen) return;
  seen = state.seq;
  if (!WORKING.has(state.state)) { location.reload(); return; }
  const percent = Math.round(state.progress * 100);
  page.querySelector("[data-percent]").textContent = `${percent}%`;
  page.querySelector("[data-progress]").value = state.progress;
  page.querySelector("[data-stage]").textContent = STAGES[state.state];
  const parts = [];
  if (state.eta_s !== undefined && state.eta_s !== null) parts.push(`about ${Math.max(1, Math.round(state.eta_s))} s`);
  if (state.position > 1) parts.push(`number ${state.position} in line`);
  if (parts.length) page.querySelector("[data-eta]").textContent = parts.join(" · ");
}

let heardAt = performance.now();
live(`/ws/renders/${id}/`, (event) => { heardAt = performance.now(); show(event); });
setInterval(() => {
  if (performance.now() - heardAt < 3000) return;
  api(`renders/${id}`).then((state) => show({ ...state, seq: Math.max(seen, state.seq) }), (problem) => console.warn("no answer", problem));
}, 3000);
