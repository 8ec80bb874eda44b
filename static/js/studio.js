// The studio: ideas, and a price that follows the form.

import { api } from "./app.js";

const form = document.querySelector("[data-studio]");
const prompt = form.querySelector("#prompt");
const price = form.querySelector("[data-price]");
const seconds = form.querySelector("#seconds");
const submit = form.querySelector("[data-submit]");
const ideas = form.querySelector("[data-ideas]");
let asked = 0;

async function quote() {
  form.querySelector("[data-seconds]").textContent = seconds.value;
  const shape = form.querySelector("[name=shape]:checked").value;
  const turn = ++asked;
  try {
    const answer = await api(`renders/quote?seconds=${seconds.value}&shape=${shape}`);
    if (turn !== asked) return; // an older question was answered later
    price.textContent = answer.price;
    document.querySelector("[data-available]").textContent = answer.available;
    form.querySelector("[data-short]").hidden = answer.price <= answer.available;
  } catch (problem) {
    price.textContent = "?";
    console.warn("no quote", problem);
  }
}

if (ideas) {
  ideas.hidden = false;
  ideas.addEventListener("click", (event) => {
    const idea = event.target.closest("[data-idea]");
    if (!idea) return;
    prompt.value = idea.dataset.idea;
    prompt.focus();
  });
}
seconds.addEventListener("input", quote);
for (const shape of form.querySelectorAll("[name=shape]")) shape.addEventListener("change", quote);
form.addEventListener("submit", () => { submit.disabled = true; });
// Coming back by the browser's history, the form can be sent again.
addEventListener("pageshow", () => { submit.disabled = false; });
prompt.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.metaKey || event.ctrlKey)) form.requestSubmit();
});
