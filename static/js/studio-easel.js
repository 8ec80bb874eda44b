// Drawing on a frame what an edit may change: a brush, an eraser, a box. White is what may change.

import { give } from "./studio-pictures.js";

const TINT = "rgb(255 90 80 / 55%)";
const SIDES = ["left", "top", "right", "bottom"];

export class Easel {
  constructor(section, video, { changed }) {
    Object.assign(this, { section, video, changed });
    this.root = section.querySelector("[data-easel]");
    this.canvas = this.root.querySelector("[data-canvas]");
    this.pen = this.canvas.getContext("2d");
    this.mask = document.createElement("canvas");
    this.drawing = this.mask.getContext("2d");
    this.field = this.root.querySelector("[data-mask]");
    this.sides = [...section.querySelectorAll("[data-box] input")];
    this.time = this.root.querySelector("[data-frame]");
    this.size = this.root.querySelector("[data-size]");
    this.tool = "brush";
    this.isUsed = this.isStale = false;
    this.root.hidden = false;
    section.querySelector("[data-mask-choice]").hidden = false;
    this.listen();
    if (video.readyState >= 1) this.open(); else video.addEventListener("loadedmetadata", () => this.open(), { once: true });
  }

  get kind() { return this.section.querySelector("[data-region]:checked").value; }

  get box() { return this.sides.map((side) => Number(side.value)); }

  listen() {
    this.video.addEventListener("seeked", () => this.draw());
    this.video.addEventListener("loadeddata", () => this.draw());
    this.time.addEventListener("input", () => this.seek(Number(this.time.value)));
    for (const side of this.sides) side.addEventListener("input", () => this.draw());
    for (const choice of this.section.querySelectorAll("[data-region]")) choice.addEventListener("change", () => this.draw());
    this.root.addEventListener("click", (event) => this.pressed(event.target.closest("button")));
    this.canvas.addEventListener("pointerdown", (event) => this.begin(event));
  }

  open() {
    const [width, height] = [this.video.videoWidth, this.video.videoHeight];
    for (const one of [this.canvas, this.mask]) [one.width, one.height] = [width, height];
    this.seek(0);
    this.draw();
  }

  seek(seconds) {
    this.video.pause();
    this.video.currentTime = seconds;
    this.time.value = seconds;
    this.root.querySelector("[data-frame-out]").textContent = seconds.toFixed(1);
  }

  pressed(button) {
    if (!button) return;
    if (button.dataset.clear !== undefined) {
      this.drawing.clearRect(0, 0, this.mask.width, this.mask.height);
      this.isUsed = false;
      this.field.value = "";
      this.draw();
    } else if (button.dataset.tool) {
      this.tool = button.dataset.tool;
      for (const one of this.root.querySelectorAll("[data-tool]")) one.setAttribute("aria-pressed", String(one === button));
    }
  }

  at(event) {
    const place = this.canvas.getBoundingClientRect();
    return [((event.clientX - place.left) * this.canvas.width) / place.width, ((event.clientY - place.top) * this.canvas.height) / place.height];
  }

  begin(event) {
    if (event.button !== 0) return;
    event.preventDefault();
    this.canvas.setPointerCapture(event.pointerId);
    const first = this.at(event);
    let last = first;
    const isBox = this.kind === "box" || this.tool === "box";
    const move = (moved) => {
      const here = this.at(moved);
      if (isBox) this.stretch(first, here); else this.stroke(last, here);
      last = here;
      this.draw();
    };
    move(event);
    const end = (ended) => {
      this.canvas.removeEventListener("pointermove", move);
      this.canvas.removeEventListener("pointerup", end);
      this.canvas.removeEventListener("pointercancel", end);
      if (ended.type === "pointerup" && this.kind === "mask" && isBox) this.fill();
      this.trial = null;
      this.draw();
      this.changed();
    };
    this.canvas.addEventListener("pointermove", move);
    this.canvas.addEventListener("pointerup", end);
    this.canvas.addEventListener("pointercancel", end);
  }

  stroke([fromX, fromY], [toX, toY]) {
    const pen = this.drawing;
    pen.globalCompositeOperation = this.tool === "eraser" ? "destination-out" : "source-over";
    [pen.strokeStyle, pen.lineCap, pen.lineJoin] = ["#fff", "round", "round"];
    pen.lineWidth = (Number(this.size.value) / 100) * Math.min(this.mask.width, this.mask.height);
    pen.beginPath();
    pen.moveTo(fromX, fromY);
    pen.lineTo(toX, toY + 0.01);
    pen.stroke();
    this.touched();
  }

  stretch(first, here) {
    const [left, right] = [first[0], here[0]].sort((a, b) => a - b);
    const [top, bottom] = [first[1], here[1]].sort((a, b) => a - b);
    this.trial = [left, top, right - left, bottom - top];
    if (this.kind !== "box") return;
    const shares = { left: left / this.canvas.width, top: top / this.canvas.height, right: right / this.canvas.width, bottom: bottom / this.canvas.height };
    for (const [place, side] of this.sides.entries()) side.value = Math.min(1, Math.max(0, shares[SIDES[place]])).toFixed(2);
  }

  fill() {
    if (!this.trial) return;
    this.drawing.globalCompositeOperation = "source-over";
    this.drawing.fillStyle = "#fff";
    this.drawing.fillRect(...this.trial);
    this.touched();
  }

  touched() {
    this.isUsed = this.isStale = true;
    this.field.value = "";
  }

  draw() {
    const { width, height } = this.canvas;
    if (!width) return;
    this.pen.drawImage(this.video, 0, 0, width, height);
    if (this.kind === "mask") this.tint();
    this.pen.strokeStyle = "#fff";
    this.pen.lineWidth = Math.max(2, width / 200);
    if (this.kind === "box") {
      const [left, top, right, bottom] = this.box;
      const place = [left * width, top * height, (right - left) * width, (bottom - top) * height];
      this.pen.fillStyle = TINT;
      this.pen.fillRect(...place);
      this.pen.strokeRect(...place);
    } else if (this.trial) this.pen.strokeRect(...this.trial);
  }

  tint() {
    const layer = document.createElement("canvas");
    [layer.width, layer.height] = [this.mask.width, this.mask.height];
    const pen = layer.getContext("2d");
    pen.drawImage(this.mask, 0, 0);
    pen.globalCompositeOperation = "source-in";
    pen.fillStyle = TINT;
    pen.fillRect(0, 0, layer.width, layer.height);
    this.pen.drawImage(layer, 0, 0);
  }

  /** Give the drawing to the server, if there is a new one. */
  async settle() {
    if (this.kind !== "mask" || !this.isUsed || !this.isStale) return;
    const plain = document.createElement("canvas");
    [plain.width, plain.height] = [this.mask.width, this.mask.height];
    const pen = plain.getContext("2d");
    pen.fillRect(0, 0, plain.width, plain.height);
    pen.drawImage(this.mask, 0, 0);
    const file = await new Promise((done) => plain.toBlob(done, "image/png"));
    const card = await give(new File([file], "mask.png", { type: "image/png" }));
    this.field.value = card.id;
    this.isStale = false;
  }
}
