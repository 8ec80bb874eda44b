// Recording with the camera, where there is one; choosing a file works without it.

import { toast } from "./app.js";

const card = document.querySelector("[data-challenge]");
const box = card.querySelector("[data-camera]");
const form = card.querySelector("[data-capture]");
const preview = card.querySelector("[data-preview]");
const button = card.querySelector("[data-record]");
const label = card.querySelector("[data-record-label]");
const countdown = card.querySelector("[data-countdown]");
const expiresAt = Date.parse(card.dataset.challenge);
const LIMIT_S = 15;
// A challenge is good for one upload: what is sure to be refused is not worth it.
const SHORTEST_S = 4;
// Stills of 640 px are kept of it. More would only make slow machines drop pictures.
const CAMERA = { facingMode: "user", width: { ideal: 480 }, height: { ideal: 854 }, frameRate: { ideal: 24 } };
let recorder = null;

function clock(seconds) {
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}

const ticking = setInterval(() => {
  const left = Math.ceil((expiresAt - Date.now()) / 1000);
  countdown.textContent = left > 0 ? `${clock(left)} left` : "run out";
  if (left > 0) return;
  clearInterval(ticking);
  // What is recorded or chosen already is kept on the page, and the server says what it thinks of it.
  if (!recorder && !form.elements.file.files.length) location.reload();
}, 500);

function keep(parts, type) {
  const file = new File(parts, `capture.${type.endsWith("mp4") ? "mp4" : "webm"}`, { type });
  const bag = new DataTransfer();
  bag.items.add(file);
  form.elements.file.files = bag.files;
  preview.srcObject = null;
  preview.src = URL.createObjectURL(file);
  preview.controls = true;
  preview.muted = false;
  preview.classList.remove("mirrored");
  label.textContent = "Record again";
  toast("Recorded. Look at it, agree, and send it.");
}

async function start() {
  const stream = await navigator.mediaDevices.getUserMedia({ video: CAMERA, audio: true });
  preview.hidden = false;
  preview.controls = false;
  preview.muted = true;
  preview.classList.add("mirrored");
  preview.srcObject = stream;
  await preview.play();
  const parts = [];
  const began = Date.now();
  recorder = new MediaRecorder(stream);
  const timer = setInterval(() => {
    const left = LIMIT_S - Math.floor((Date.now() - began) / 1000);
    label.textContent = `Stop (${clock(Math.max(0, left))})`;
    if (left <= 0) recorder?.stop();
  }, 250);
  recorder.addEventListener("dataavailable", (event) => parts.push(event.data));
  recorder.addEventListener("stop", () => {
    clearInterval(timer);
    for (const track of stream.getTracks()) track.stop();
    const isShort = (Date.now() - began) / 1000 < SHORTEST_S;
    if (isShort) toast("That was too short. Record again.");
    else keep(parts, recorder.mimeType.split(";")[0]);
    if (isShort) label.textContent = "Record again";
    recorder = null;
  });
  recorder.start();
}

if (navigator.mediaDevices?.getUserMedia && window.MediaRecorder) box.hidden = false;
button.addEventListener("click", () => {
  if (recorder) { recorder.stop(); return; }
  start().catch(() => toast("The camera is not available. Choose a file instead."));
});
