// The studio: ideas, and a price that follows the form.

import { api } from "./app.js";

const form = document.querySelector("[data-studio]");
const prompt = form.querySelector("#prompt");
const price = form.querySelector("[data-price]");
const seconds = form.querySelector("#seconds");

for (const idea of form.querySelectorAll("[data-idea]")) {
  idea.addEventListener("click", () => { prompt.value = idea.dataset.idea; prompt.focus(); });
}

let asked = 0;
async function quote() {
  form.querySelector("[data-seconds]").textContent = seconds.value;
  const shape = form.querySelector("[name=shape]:checked").value;
  const turn = ++asked;
  try {
    const answer = await api(`renders/quote?seconds=${seconds.value}&shape=${shape}`);
    if (turn !== asked) return;
    price.textContent = answer.price;
    document.querySelector("[data-available]").textContent = answer.available;
    form.querySelector("[data-submit]").toggleAttribute("data-short", answer.price > answer.available);
  } catch (problem) {
    price.textContent = "?";
    console.warn("no quote", problem);
  }
}
seconds.addEventListener("input", quote);
for (const shape of form.querySelectorAll("[name=shape]")) shape.addEventListener("change", quote);
form.addEventListener("submit", () => { form.querySelector("[data-submit]").disabled = true; });
prompt.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.metaKey || event.ctrlKey)) form.requestSubmit();
});
