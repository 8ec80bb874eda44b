// Recording with the camera, where there is one; choosing a file works without it.

import { toast } from "./app.js";

const box = document.querySelector("[data-camera]");
const form = document.querySelector("[data-capture]");
const preview = box.querySelector("[data-preview]");
const button = box.querySelector("[data-record]");
const LIMIT_MS = 15000;
let recorder = null;

if (navigator.mediaDevices?.getUserMedia && window.MediaRecorder) box.hidden = false;

async function start() {
  const stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "user", width: 720, height: 1280 }, audio: true });
  preview.srcObject = stream;
  await preview.play();
  const parts = [];
  recorder = new MediaRecorder(stream);
  recorder.addEventListener("dataavailable", (event) => parts.push(event.data));
  recorder.addEventListener("stop", () => {
    for (const track of stream.getTracks()) track.stop();
    preview.srcObject = null;
    const type = recorder.mimeType.split(";")[0];
    const file = new File(parts, `capture.${type.endsWith("mp4") ? "mp4" : "webm"}`, { type });
    const bag = new DataTransfer();
    bag.items.add(file);
    form.querySelector("#file").files = bag.files;
    recorder = null;
    button.lastChild.textContent = " Record again";
    toast("Recorded. Agree and send it.");
  });
  recorder.start();
  button.lastChild.textContent = " Stop";
  setTimeout(() => recorder?.state === "recording" && recorder.stop(), LIMIT_MS);
}

button.addEventListener("click", () => {
  if (recorder) { recorder.stop(); return; }
  start().catch(() => toast("The camera is not available. Choose a file instead."));
});
