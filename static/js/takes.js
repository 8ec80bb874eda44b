// A finished render: its shots one by one, and its recipe to be copied.

import { toast } from "./app.js";

const screen = document.querySelector("[data-screen]");
let stopAt = Infinity;

for (const button of document.querySelectorAll("[data-play]")) {
  if (!screen) break;
  button.hidden = false;
  button.addEventListener("click", () => {
    const [start, end] = button.dataset.play.split(" ").map(Number);
    screen.currentTime = start;
    stopAt = end;
    screen.scrollIntoView({ block: "nearest" });
    screen.play().catch((error) => console.warn("not played", error));
  });
}
screen?.addEventListener("timeupdate", () => {
  if (screen.currentTime < stopAt) return;
  stopAt = Infinity;
  screen.pause();
});
screen?.addEventListener("seeking", () => { if (screen.currentTime > stopAt) stopAt = Infinity; });

const copy = document.querySelector("[data-copy]");
if (copy) {
  copy.hidden = false;
  copy.addEventListener("click", async () => {
    const recipe = document.querySelector("[data-recipe]");
    try {
      await navigator.clipboard.writeText(recipe.textContent);
      toast("Recipe copied.");
    } catch {
      // A page without https has no clipboard: what would be copied is selected instead.
      getSelection().selectAllChildren(recipe);
      toast("Selected: copy it with your keyboard.");
    }
  });
}
