// Pictures that people give: uploaded at once, shown small, named in the wish by their id.

import { csrf } from "./app.js";
import { Rows } from "./studio-rows.js";

const THUMB_PX = 192;

/** Give a picture to the server. Resolves to its card, or rejects with the problem document. */
export async function give(file) {
  const body = new FormData();
  body.append("file", file, file.name ?? "picture.png");
  const answer = await fetch("/api/v1/references", { method: "POST", body, headers: { Accept: "application/json", "X-CSRFToken": csrf() } });
  const told = await answer.json();
  if (!answer.ok) throw told;
  return told;
}

async function draw(canvas, file) {
  const picture = await createImageBitmap(file);
  const scale = THUMB_PX / Math.max(picture.width, picture.height);
  [canvas.width, canvas.height] = [picture.width * scale, picture.height * scale];
  canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
}

export function pictures(section, { changed }) {
  const zone = section.querySelector("[data-drop]");
  const upload = section.querySelector("[data-upload]");
  const rows = new Rows(section, { changed, drawn: () => section.querySelectorAll("[data-row]").forEach(roles) });

  async function add(file) {
    if (rows.rows.length >= rows.most) { rows.say(`At most ${rows.most} pictures.`); return; }
    zone.setAttribute("aria-busy", "true");
    try {
      const card = await give(file);
      const row = rows.grow();
      row.querySelector("[data-name=reference]").value = card.id;
      if (rows.rows.length > 1) row.querySelector("[data-role]").value = rows.rows.length === 2 ? "last" : "frame";
      await draw(row.querySelector("[data-thumb]"), file);
      const faces = row.querySelector("[data-faces]");
      faces.hidden = card.faces === 0;
      faces.textContent = `${card.faces === 1 ? "A face is" : `${card.faces} faces are`} in it: name below whose. A person looks at the clip before you can publish it.`;
      rows.draw();
      rows.say(`Picture ${rows.rows.length} added.`);
      changed();
    } catch (problem) {
      rows.say(problem.detail ?? "This picture could not be taken.");
      zone.querySelector("span").textContent = problem.errors?.[0]?.detail ?? problem.detail ?? "This picture could not be taken. Try another.";
    } finally {
      zone.removeAttribute("aria-busy");
    }
  }

  async function all(files) { for (const file of files) await add(file); }

  zone.hidden = false;
  upload.addEventListener("change", () => { all([...upload.files]).then(() => { upload.value = ""; }); });
  zone.addEventListener("dragover", (event) => { event.preventDefault(); zone.classList.add("over"); });
  zone.addEventListener("dragleave", () => zone.classList.remove("over"));
  zone.addEventListener("drop", (event) => {
    event.preventDefault();
    zone.classList.remove("over");
    all([...event.dataTransfer.files]);
  });
  return rows;
}

/** A time is asked only of a frame on the way. */
function roles(row) {
  row.querySelector("[data-at]").hidden = row.querySelector("[data-role]").value !== "frame";
}
