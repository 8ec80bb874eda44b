// The studio: brings its parts to life, keeps the price current, and sends the wish.

import { board } from "./studio-board.js";
import { Easel } from "./studio-easel.js";
import { footage } from "./studio-footage.js";
import { pictures } from "./studio-pictures.js";
import { range, spriteOf } from "./studio-range.js";
import { Rows } from "./studio-rows.js";
import { stage } from "./studio-stage.js";
import { clearFaults, order, quote, showFaults } from "./studio-wish.js";
import { words } from "./studio-words.js";

const QUOTE_AFTER_MS = 250;
const EXTENSION_S = 3;
const form = document.querySelector("[data-studio]");
const page = document.querySelector(".studio");
const part = (name) => form.querySelector(`[data-${name}]`);
const slider = form.querySelector("#seconds");
const submit = part("submit");
const video = part("source");
const limits = JSON.parse(document.getElementById("engines").textContent);
const engineOf = () => limits.find((one) => one.name === form.querySelector("[name=engine]")?.value) ?? limits[0];
const show = stage(form);
let easel = null;
let asked = 0;
let waiting = 0;
let key = crypto.randomUUID?.() ?? String(Math.random());

async function price() {
  const turn = ++asked;
  try {
    const answer = await quote(form);
    if (turn !== asked) return; // an older question was answered later
    part("price").textContent = answer.price;
    part("credits").textContent = answer.price === 1 ? "credit" : "credits";
    page.querySelector("[data-available]").textContent = answer.available;
    part("short").hidden = answer.price <= answer.available;
    part("summary").textContent = `${Math.round(answer.seconds * 10) / 10} seconds`;
    // What is still to be filled in is no fault while one fills it in.
    showFaults(form, answer.faults.filter((fault) => !["required", "does_not_add_up"].includes(fault.code) && !fault.field.startsWith("parents")));
  } catch (problem) {
    part("price").textContent = "?";
    if (turn === asked && problem.errors) showFaults(form, problem.errors.filter((fault) => !["required", "blank"].includes(fault.code)));
    else console.warn("no quote", problem);
  }
}

function changed() {
  show();
  part("long").textContent = Number(slider.value);
  clearTimeout(waiting);
  waiting = setTimeout(price, QUOTE_AFTER_MS);
}

function fits() {
  const engine = engineOf();
  for (const choice of form.querySelectorAll("[name=operation]")) {
    const cannot = !engine.operations.includes(choice.value);
    choice.disabled = cannot;
    choice.closest("label").title = cannot ? `The engine ${engine.name} does not make this.` : choice.closest("label").title;
  }
  for (const kind of form.querySelectorAll("[data-region]")) kind.disabled = kind.value !== "" && !engine.regions.includes(kind.value);
  part("deadline")?.closest("label").toggleAttribute("hidden", !part("off-peak").checked);
  for (const row of form.querySelectorAll("[data-region-of]")) row.hidden = !row.dataset.regionOf.split(" ").includes(form.querySelector("[data-region]:checked")?.value);
}

/** Say what is wrong: at its field, or above the form. */
function refuse(problem) {
  const { homeless, first } = showFaults(form, problem.errors ?? [], { isSent: true });
  // What is no problem document came from no answer at all, or from a proxy.
  const detail = problem.detail ?? "The server could not be reached. Check the connection, then try again.";
  const said = homeless.length || !first ? [detail, ...homeless.map((one) => one.detail)].filter((one, at, all) => one && all.indexOf(one) === at) : [];
  const box = page.querySelector("[data-problem]");
  box.replaceChildren();
  if (said.length) {
    const notice = Object.assign(document.createElement("div"), { className: "notice bad", tabIndex: -1 });
    notice.setAttribute("role", "alert");
    notice.append(...said.map((text) => Object.assign(document.createElement("p"), { textContent: text })));
    if (problem.rule) notice.append(Object.assign(document.createElement("a"), { href: problem.rule.url, textContent: problem.rule.title }));
    if (["not_enough_credits", "plan_required"].includes(problem.code)) notice.append(Object.assign(document.createElement("a"), { href: "/pricing/", textContent: "See plans and credits" }));
    box.append(notice);
    notice.scrollIntoView({ block: "center" });
  }
  first?.focus();
}

async function send(event) {
  event.preventDefault();
  submit.disabled = true;
  clearTimeout(waiting);
  asked++; // a price that is still on its way must not take the faults of this away
  clearFaults(form);
  try {
    await easel?.settle();
    const made = await order(form, key);
    location.href = `/renders/${made.id}/`;
  } catch (problem) {
    submit.disabled = false;
    key = crypto.randomUUID?.() ?? String(Math.random());
    // The page of a refusal by a rule has its appeal: let the server draw it.
    if (problem.appeal) HTMLFormElement.prototype.submit.call(form);
    else refuse(problem);
  }
}

/** Trim: pieces of the one clip, chosen on a strip of it. */
function trim(section, options) {
  const reading = new Map();
  const grown = (row) => reading.set(row, range(row.querySelector("[data-range]"), options));
  const total = section.querySelector("[data-total]");
  let rows = null;
  rows = new Rows(section, {
    changed,
    grown,
    secondsOf: (row) => reading.get(row).to() - reading.get(row).from(),
    titleOf: (row) => `${reading.get(row).from().toFixed(1)} to ${reading.get(row).to().toFixed(1)}`,
    doubled: (copy) => reading.get(copy).set(reading.get(copy).from(), reading.get(copy).to()),
    split(row, copy) {
      const [first, second] = [reading.get(row), reading.get(copy)];
      const [from, to] = [first.from(), first.to()];
      const middle = Number(((from + to) / 2).toFixed(1));
      first.set(from, middle);
      second.set(middle, to);
    },
    drawn() { if (rows) total.textContent = `${rows.seconds.toFixed(1)} of ${options.seconds.toFixed(1)} s`; },
  });
  const first = reading.get(rows.rows[0]);
  if (first.from() === 0 && first.to() >= options.seconds) first.set(0, options.seconds);
  rows.draw();
}

/** What belongs to the clip that one starts from. */
function changes() {
  const options = { sprite: spriteOf(video), seconds: Number(part("frame").max), seek: (seconds) => { video.pause(); video.currentTime = seconds; } };
  const edit = part("edit");
  const when = range(edit.querySelector("[data-range]"), options);
  easel = new Easel(edit, video, { changed });
  for (const shot of edit.querySelectorAll("[data-span]")) {
    shot.hidden = false;
    shot.addEventListener("click", () => when.set(...shot.dataset.span.split(" ").map(Number)));
  }
  trim(part("trim"), options);
}

words(form, { changed });
pictures(part("pictures"), { changed });
const shots = board(form.querySelector("[data-rows=shots]"), slider, { changed, least: engineOf().seconds_min });
for (const path of ["schedule", "sound.lines"]) new Rows(form.querySelector(`[data-rows="${path}"]`), { changed });
if (video) changes();
if (part("footage")) footage(part("footage"), { source: video && { seconds: Number(part("frame").max), picture: video.poster }, changed });

form.addEventListener("input", () => { fits(); changed(); });
form.addEventListener("change", (event) => {
  if (event.target.name === "operation" && event.target.value === "extend" && Number(slider.value) > EXTENSION_S) slider.value = EXTENSION_S;
  if (event.target.name === "operation") { clearFaults(form); shots.draw(); }
  fits();
  changed();
});
form.addEventListener("submit", send);
// Coming back by the browser's history, the form can be sent again.
addEventListener("pageshow", () => { submit.disabled = false; });
form.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.metaKey || event.ctrlKey)) form.requestSubmit();
});
form.querySelector("[name=operation]:checked").closest("label").scrollIntoView({ block: "nearest", inline: "center" });
fits();
show();
price();
