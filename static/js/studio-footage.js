// Clips to join: those that are picked stand in a row that can be put in order, cut and joined.

import { Rows } from "./studio-rows.js";

/** `source` is the clip that one starts from, if there is one: it comes first. */
export function footage(section, { source, changed }) {
  const box = section.querySelector("[data-pieces]");
  const picked = section.querySelector("[data-picked]");
  const picks = [...section.querySelectorAll("input[type=checkbox]")];
  const offset = source ? 1 : 0;
  // In the order of the page, which is that of the form and so the one in which the server is told.
  const told = () => picks.filter((one) => one.checked);
  const clips = new Map();
  box.hidden = false;
  const titleOf = (clip) => clip.closest("label").querySelector(".sr").textContent;
  const about = (row) => clips.get(row) ?? {};

  const rows = new Rows(box, {
    changed: () => { place(); changed(); },
    titleOf: (row) => about(row).title,
    pictureOf: (row) => about(row).picture,
    secondsOf(row) {
      const [from, to] = ["start_s", "end_s"].map((name) => row.querySelector(`[data-name=${name}]`).value);
      return (to === "" ? about(row).seconds ?? 0 : Number(to)) - Number(from || 0);
    },
  });

  function add(clip, input = null) {
    const row = rows.grow();
    clips.set(row, { ...clip, input });
    row.querySelector("[data-title]").textContent = clip.title;
    row.querySelector("[data-delete]").hidden = input === null;
  }

  function place() {
    const order = told();
    for (const one of picks) one.closest("label").querySelector("[data-place]").textContent = "";
    for (const [at, row] of rows.rows.entries()) {
      const { input } = about(row);
      row.querySelector("[data-name=parent]").value = input ? order.indexOf(input) + offset : 0;
      if (input) input.closest("label").querySelector("[data-place]").textContent ||= at + 1;
    }
    picked.textContent = order.length ? `${order.length + offset} clips` : "";
  }

  const aboutOf = (input) => ({ title: titleOf(input), seconds: Number(input.dataset.seconds), picture: input.parentElement.querySelector("img").src });

  function pick(input) {
    if (input.checked) add(aboutOf(input), input);
    else for (const [row, clip] of [...clips]) if (clip.input === input) { row.remove(); clips.delete(row); }
    rows.draw();
    place();
    changed();
  }

  section.addEventListener("change", (event) => { if (picks.includes(event.target)) pick(event.target); });
  box.addEventListener("click", () => {
    for (const [row, clip] of [...clips]) if (!row.isConnected) { clips.delete(row); clip.input.checked = false; }
    place();
  });
  if (source) add({ title: "The clip you start from", seconds: source.seconds, picture: source.picture });
  for (const one of told()) add(aboutOf(one), one);
  rows.draw();
  place();
}
