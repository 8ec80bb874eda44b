// Help with words: ideas, templates, and a rewrite that is shown beside what was written.

import { api } from "./app.js";
import { operationOf } from "./studio-wish.js";

export function words(form, { changed }) {
  const prompt = form.querySelector("#prompt");
  const original = form.querySelector("[name=original_prompt]");
  const part = (name) => form.querySelector(`[data-${name}]`);

  function write(text) {
    prompt.value = text;
    prompt.dispatchEvent(new Event("input", { bubbles: true }));
  }

  function size({ seconds, shape, style }) {
    const slider = form.querySelector("#seconds");
    slider.value = seconds;
    slider.dispatchEvent(new Event("input", { bubbles: true }));
    for (const [name, value] of [["shape", shape], ["style", style]]) {
      const choice = form.querySelector(`[name=${name}][value="${CSS.escape(value ?? "")}"]`);
      if (choice) choice.checked = true;
    }
    changed();
  }

  part("inspire")?.addEventListener("click", async (event) => {
    event.preventDefault();
    try {
      const idea = await api("inspirations");
      write(idea.prompt);
      size(idea);
    } catch (problem) { console.warn("no idea", problem); }
  });

  const ideas = part("ideas");
  if (ideas) {
    ideas.hidden = false;
    ideas.addEventListener("click", (event) => {
      const idea = event.target.closest("[data-idea]");
      if (!idea) return;
      write(idea.dataset.idea);
      prompt.focus();
    });
  }
  templates(form, { write, size });
  rewrites(form, { write, prompt, original, part });
}

function templates(form, { write, size }) {
  const root = form.querySelector("[data-templates]");
  if (!root) return;
  let taken = null;
  const filled = () => taken.dataset.text.replace(/\{([a-z_]+)\}/g, (_, name) => {
    const slot = root.querySelector(`[data-slots="${CSS.escape(taken.dataset.template)}"] [data-slot="${CSS.escape(name)}"]`);
    return slot.value.trim() || slot.placeholder;
  });
  root.addEventListener("click", (event) => {
    const template = event.target.closest("[data-template]");
    if (!template) return;
    event.preventDefault();
    taken = template;
    for (const slots of root.querySelectorAll("[data-slots]")) slots.hidden = slots.dataset.slots !== template.dataset.template;
    write(filled());
    size(template.dataset);
    root.querySelector(`[data-slots="${CSS.escape(template.dataset.template)}"] input`)?.focus();
  });
  root.addEventListener("input", () => { if (taken) write(filled()); });
}

function rewrites(form, { write, prompt, original, part }) {
  const root = part("rewrites");
  const proposal = form.querySelector("#proposal");
  const fault = part("rewrite-fault");
  root.hidden = false;

  async function propose(length) {
    fault.hidden = true;
    try {
      const seconds = Number(form.querySelector("#seconds").value) || 5;
      const answer = await api("rewrites", { method: "POST", body: { prompt: prompt.value, length, seconds } });
      proposal.value = answer.prompt;
      part("proposal").hidden = false;
      proposal.focus();
    } catch (problem) {
      fault.textContent = prompt.value.trim() ? problem.detail ?? "The server could not be reached. Try again." : "Write something first.";
      fault.hidden = false;
    }
  }

  function told() {
    part("written").hidden = !original.value;
    part("original").textContent = original.value;
  }

  root.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    if (button.dataset.length) propose(button.dataset.length);
    else {
      if (button.dataset.take !== undefined) {
        original.value ||= prompt.value;
        write(proposal.value);
        told();
      }
      part("proposal").hidden = true;
      root.open = false;
      prompt.focus();
    }
  });
  part("take-back").addEventListener("click", () => {
    write(original.value);
    original.value = "";
    told();
    prompt.focus();
  });
  if (operationOf(form)) told();
}
