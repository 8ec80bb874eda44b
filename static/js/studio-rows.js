// Repeated parts of the form: shots, changes, pieces, lines. Rows come, go, move and are renumbered.

import { Strip } from "./studio-strip.js";

const secondsIn = (row) => Number(row.querySelector("[data-seconds-of-row]")?.value) || 0;

export class Rows {
  /** `options`: secondsOf(row), titleOf(row), pictureOf(row), grown(row), changed(). */
  constructor(section, options = {}) {
    Object.assign(this, { section, path: section.dataset.rows, noun: section.dataset.noun, most: Number(section.dataset.most) });
    this.options = { secondsOf: secondsIn, titleOf: (row) => row.querySelector("[data-name=prompt]")?.value ?? "", ...options };
    this.list = section.querySelector("[data-list]");
    this.blank = section.querySelector("template[data-blank]");
    this.adder = section.querySelector("[data-add]");
    this.voice = document.querySelector("[data-said]");
    this.chosen = 0;
    const strip = section.querySelector("[data-strip]");
    if (strip) this.strip = new Strip(strip, { choose: (index) => this.choose(index), move: (from, to) => this.move(from, to) });
    if (this.adder) { this.adder.hidden = false; this.adder.addEventListener("click", () => this.added()); }
    section.addEventListener("click", (event) => this.pressed(event));
    section.addEventListener("input", () => this.draw());
    section.addEventListener("reveal", (event) => { const row = event.target.closest("[data-row]"); if (row) this.choose(this.rows.indexOf(row)); });
    for (const row of this.rows) this.options.grown?.(row);
    this.draw();
  }

  get rows() { return [...this.list.children]; }

  get seconds() { return this.rows.reduce((sum, row) => sum + this.options.secondsOf(row), 0); }

  say(text) { this.voice.textContent = text; }

  /** Put a new row at the end, or after another one. */
  grow(after = null) {
    const row = this.blank.content.firstElementChild.cloneNode(true);
    if (after) after.after(row); else this.list.append(row);
    this.number();
    this.options.grown?.(row);
    return row;
  }

  added() {
    if (this.rows.length >= this.most) { this.say(`At most ${this.most}.`); return; }
    const row = this.grow();
    this.choose(this.rows.indexOf(row));
    row.querySelector("textarea, input:not([type=hidden])")?.focus();
    this.say(`${this.noun} ${this.rows.length} added.`);
    this.options.changed?.();
  }

  pressed(event) {
    const button = event.target.closest("button");
    const row = event.target.closest("[data-row]");
    if (!button || !row) return;
    const { move, split, duplicate } = button.dataset;
    const at = this.rows.indexOf(row);
    if (move !== undefined) { this.move(at, at + Number(move)); button.focus(); }
    else if (split !== undefined || duplicate !== undefined) this.double(row, split !== undefined);
    else if (button.dataset.delete !== undefined) this.remove(row, at);
  }

  move(from, to) {
    const rows = this.rows;
    if (from === to || to < 0 || to >= rows.length) { this.draw(); return; }
    const [row] = rows.splice(from, 1);
    rows.splice(to, 0, row);
    this.list.replaceChildren(...rows);
    this.chosen = to;
    this.draw();
    this.say(`${this.noun} moved to place ${to + 1} of ${rows.length}.`);
    this.options.changed?.();
  }

  double(row, isSplit) {
    if (this.rows.length >= this.most) { this.say(`At most ${this.most}.`); return; }
    const copy = this.grow(row);
    for (const field of copy.querySelectorAll("[data-name]")) {
      const same = [...row.querySelectorAll(`[data-name="${field.dataset.name}"]`)].find((one) => one.type !== "checkbox" || one.value === field.value);
      if (field.type === "checkbox") field.checked = same.checked; else field.value = same.value;
    }
    if (isSplit) (this.options.split ?? halve)(row, copy);
    this.options.doubled?.(copy);
    this.choose(this.rows.indexOf(copy));
    this.say(`${this.noun} ${isSplit ? "split" : "duplicated"}: now ${this.rows.length}.`);
    this.options.changed?.();
  }

  remove(row, at) {
    row.remove();
    this.chosen = Math.max(0, Math.min(this.chosen, this.rows.length - 1, at));
    this.draw();
    (this.rows[this.chosen]?.querySelector("textarea, input:not([type=hidden])") ?? this.adder)?.focus();
    this.say(`${this.noun} ${at + 1} deleted, ${this.rows.length} left.`);
    this.options.changed?.();
  }

  choose(index) {
    this.chosen = index;
    this.draw();
  }

  /** Name every field by the place of its row, and hide what the first row does not have. */
  number() {
    for (const [place, row] of this.rows.entries()) {
      for (const field of row.querySelectorAll("[data-name]")) field.name = `${this.path}[${place}].${field.dataset.name}`;
      for (const mark of row.querySelectorAll("[data-number]")) mark.textContent = place + 1;
      for (const part of row.querySelectorAll("[data-not-first]")) { part.hidden = place === 0; part.toggleAttribute("data-unused", place === 0); }
      const transition = row.querySelector("[data-transition]");
      for (const part of row.querySelectorAll("[data-with-transition]")) part.hidden = place === 0 || transition?.value === "cut";
      for (const tools of row.querySelectorAll("[data-tools]")) tools.hidden = false;
      for (const mover of row.querySelectorAll("[data-move]")) mover.disabled = !this.rows[place + Number(mover.dataset.move)];
    }
  }

  draw() {
    this.number();
    const { secondsOf, titleOf, pictureOf } = this.options;
    const rows = this.rows;
    if (this.strip) {
      this.strip.draw(rows.map((row) => ({ title: titleOf(row), seconds: secondsOf(row), picture: pictureOf?.(row) })), this.chosen);
      for (const [place, row] of rows.entries()) row.classList.toggle("folded", place !== this.chosen);
    }
    this.options.drawn?.();
  }
}

/** Give each half of a row half of its seconds. */
function halve(row, copy) {
  const [first, second] = [row, copy].map((one) => one.querySelector("[data-seconds-of-row]"));
  const whole = Number(first.value);
  first.value = (Math.round(whole * 5) / 10).toFixed(1);
  second.value = (whole - Number(first.value)).toFixed(1);
  const transition = copy.querySelector("[data-transition]");
  if (transition) transition.value = "cut";
}
