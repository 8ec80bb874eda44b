// A storyboard: its shots add up to the length of the clip.

import { Rows } from "./studio-rows.js";

const STEP_S = 0.1;
const round = (seconds) => Math.round(seconds * 10) / 10;

/** Make the section's rows a board under the slider that says how long the clip is. */
export function board(section, slider, { changed, least }) {
  const total = section.querySelector("[data-total]");
  const remainder = section.querySelector("[data-remainder]");
  let rows = null;
  rows = new Rows(section, { changed, drawn: () => show() });

  const offered = Number(slider.max);

  function show() {
    if (!rows) return; // it draws itself once before we have it
    const left = round(Number(slider.value) - rows.seconds);
    total.textContent = `${rows.rows.length} shots, ${rows.seconds.toFixed(1)} of ${Number(slider.value).toFixed(1)} s`;
    remainder.hidden = left === 0;
    section.querySelector("[data-stretch]").hidden = rows.seconds > offered || rows.seconds < Number(slider.min);
    section.querySelector("[data-remainder-text]").textContent = left > 0 ? `${left.toFixed(1)} s of the clip have no shot yet.` : `The shots are ${(-left).toFixed(1)} s longer than the clip.`;
  }

  function fit() {
    const fields = rows.rows.map((row) => row.querySelector("[data-seconds-of-row]"));
    const whole = Number(slider.value);
    const scale = whole / (rows.seconds || 1);
    let rest = whole;
    for (const [place, field] of fields.entries()) {
      const behind = (fields.length - place - 1) * least;
      const seconds = place === fields.length - 1 ? rest : Math.max(least, Math.min(round(Number(field.value) * scale), rest - behind));
      field.value = round(seconds).toFixed(1);
      rest = round(rest - seconds);
    }
    rows.draw();
    rows.say(`The shots now last ${rows.seconds.toFixed(1)} seconds together.`);
    changed();
  }

  section.querySelector("[data-fit]").addEventListener("click", fit);
  section.querySelector("[data-stretch]").addEventListener("click", () => {
    slider.value = rows.seconds;
    slider.dispatchEvent(new Event("input", { bubbles: true }));
    rows.say(`The clip now lasts ${Number(slider.value)} seconds.`);
  });
  slider.addEventListener("input", show);
  if (Math.abs(rows.seconds - Number(slider.value)) >= STEP_S && rows.rows.every((row) => !row.querySelector("[data-name=prompt]").value)) fit();
  show();
  return rows;
}
