// The form as a wish, and faults back at their fields: a field's name is its path in the wish.

import { api } from "./app.js";

const STEP = /([^.[\]]+)|\[(\d+)\]/g;
const LISTS = new Set(["cast", "people", "keeps", "parents", "clips"]);

/** The steps of a path: `shots[1].prompt` is ["shots", 1, "prompt"]. */
const stepsOf = (path) => [...path.matchAll(STEP)].map(([, name, place]) => (place === undefined ? name : Number(place)));

function put(tree, steps, value) {
  const last = steps.pop();
  for (const [place, step] of steps.entries()) {
    const next = place + 1 < steps.length ? steps[place + 1] : last;
    tree[step] ??= typeof next === "number" ? [] : {};
    tree = tree[step];
  }
  if (LISTS.has(last)) (tree[last] ??= []).push(value);
  else tree[last] = value;
}

/** Whether a part of the form belongs to the operation that is chosen. */
function belongs(element, operation) {
  for (let part = element.closest("[data-for], [data-not-for]"); part; part = part.parentElement?.closest("[data-for], [data-not-for]")) {
    const { for: only, notFor } = part.dataset;
    if (only !== undefined && !only.split(" ").includes(operation)) return false;
    if (notFor !== undefined && notFor.split(" ").includes(operation)) return false;
  }
  return true;
}

export const operationOf = (form) => form.querySelector("[name=operation]:checked").value;

/** What the form asks for, as the API takes it. What is left blank is left out. */
function wishOf(form) {
  const operation = operationOf(form);
  const wish = {};
  for (const field of form.elements) {
    if (!field.name || field.name.startsWith("csrf") || field.disabled || field.closest("[data-unused]")) continue;
    if ((field.type === "radio" || field.type === "checkbox") && !field.checked) continue;
    if (field.value === "" || !belongs(field, operation)) continue;
    put(wish, stepsOf(field.name), field.value);
  }
  if (form.dataset.parent) wish.parent = form.dataset.parent;
  return settled(wish);
}

/** Leave out what another choice has made void. */
function settled(wish) {
  if (wish.lane !== "off_peak") delete wish.deadline_at;
  if (wish.original_prompt === wish.prompt) delete wish.original_prompt;
  const region = wish.edit?.region;
  if (region && !region.kind) delete wish.edit.region;
  for (const [kind, member] of [["box", "box"], ["mask", "mask"], ["words", "words"]]) if (region && region.kind !== kind) delete region[member];
  if (wish.sound?.lines) wish.sound.lines = wish.sound.lines.filter((line) => line.text);
  for (const shot of [...(wish.shots ?? []), ...(wish.pieces ?? [])]) if (shot.transition === "cut") delete shot.transition_s;
  return wish;
}

const post = (path, body, headers) => api(path, { method: "POST", body, headers });

/** What the wish would cost, with what stands in its way. */
export const quote = (form) => post(`${form.dataset.post}/quote`, wishOf(form));

/** Ask for it. The same key twice is one request. */
export const order = (form, key) => post(form.dataset.post, wishOf(form), { "Idempotency-Key": key });

/** The field or the part that a path names; if there is none, the nearest part around it. */
function placeOf(form, path) {
  const operation = operationOf(form);
  const mine = (selector) => [...form.querySelectorAll(selector)].find((one) => belongs(one, operation) && !one.closest("[data-unused]"));
  for (let steps = path; steps; steps = steps.replace(/(\.[^.[\]]+|\[\d+\]|[^.[\]]+)$/, "")) {
    const name = CSS.escape(steps);
    const found = mine(`[data-part="${name}"]`) ?? mine(`[name="${name}"]`);
    if (found) return found;
  }
  return null;
}

export function clearFaults(form) {
  for (const text of form.querySelectorAll("[data-fault]")) text.remove();
  for (const field of form.querySelectorAll("[aria-invalid]")) {
    field.removeAttribute("aria-invalid");
    field.removeAttribute("aria-errormessage");
  }
}

/** Show each fault at its field. Returns those that have none, and the first field that has one,
 *  which `isSent` brings to sight out of folds and rows that are not shown. */
export function showFaults(form, faults, { isSent = false } = {}) {
  clearFaults(form);
  const homeless = [];
  let first = null;
  for (const [number, fault] of faults.entries()) {
    const place = placeOf(form, fault.field);
    if (!place) { homeless.push(fault); continue; }
    const field = place.matches("input, select, textarea") ? place : place.querySelector("input:not([type=hidden]), select, textarea");
    const text = Object.assign(document.createElement("p"), { className: "fault", id: `fault-${number}`, textContent: fault.detail });
    text.dataset.fault = fault.field;
    if (place === field) (field.closest("label, .field") ?? field).append(text);
    else place.append(text);
    field?.setAttribute("aria-invalid", "true");
    field?.setAttribute("aria-errormessage", text.id);
    first ??= field ?? place;
  }
  if (first && isSent) {
    for (let fold = first.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
    first.dispatchEvent(new CustomEvent("reveal", { bubbles: true }));
  }
  return { homeless, first };
}
