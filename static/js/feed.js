// One clip plays at a time: the one that fills the screen. The next two are fetched ahead.

import { api, toast } from "./app.js";

const feed = document.querySelector("[data-feed]");
const SOUND = "afterimage.sound";
const AHEAD = 2;
let current = null;
let wantsSound = sessionStorage.getItem(SOUND) === "on";

const video = (clip) => clip.querySelector("[data-video]");
const clips = () => [...feed.querySelectorAll("[data-clip]")];

function showSound() {
  for (const button of feed.querySelectorAll("[data-sound]")) {
    button.setAttribute("aria-pressed", String(wantsSound));
    button.setAttribute("aria-label", wantsSound ? "Turn sound off" : "Turn sound on");
  }
}

async function play(clip) {
  const player = video(clip);
  player.muted = !wantsSound;
  try {
    await player.play();
  } catch (error) {
    if (error.name === "NotAllowedError" && wantsSound) {
      // Browsers allow sound only after a tap on the page.
      wantsSound = false;
      showSound();
      player.muted = true;
      await player.play().catch(() => clip.classList.add("is-paused"));
    } else if (error.name !== "AbortError") {
      clip.classList.add("is-paused");
    }
  }
}

function enter(clip) {
  if (current === clip) return;
  if (current) leave(current);
  current = clip;
  clip.classList.remove("is-paused");
  clip.startedAt = performance.now();
  play(clip);
  const all = clips();
  const place = all.indexOf(clip);
  for (const next of all.slice(place + 1, place + 1 + AHEAD)) video(next).preload = "auto";
}

function leave(clip) {
  const player = video(clip);
  player.pause();
  tellWatched(clip, player);
}

function tellWatched(clip, player) {
  const seconds = (performance.now() - clip.startedAt) / 1000;
  if (!document.querySelector("[data-unread]") || seconds < 0.5 || !player.duration) return;
  const body = { clip: clip.dataset.clip, seconds_watched: Math.min(seconds, 3600), watched_ratio: Math.min(1, seconds / player.duration) };
  api("feed/watches", { method: "POST", body }).catch((problem) => console.warn("watch not counted", problem));
}

function toggle(clip) {
  const player = video(clip);
  clip.classList.toggle("is-paused", !player.paused);
  if (player.paused) play(clip); else player.pause();
}

function like(clip, { only = false } = {}) {
  const button = clip.querySelector("[data-like]");
  if (button.dataset.login) { location.href = button.dataset.login; return; }
  if (only && button.getAttribute("aria-pressed") === "true") return;
  button.click();
}

function burst(clip) {
  const heart = clip.querySelector("[data-heart]");
  heart.hidden = false;
  setTimeout(() => { heart.hidden = true; }, 750);
}

function step(by) {
  const all = clips();
  const next = all[all.indexOf(current) + by];
  if (next) next.scrollIntoView({ behavior: matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth" });
}

function setSound(on) {
  wantsSound = on;
  sessionStorage.setItem(SOUND, on ? "on" : "off");
  showSound();
  if (current) video(current).muted = !on;
}

const watcher = new IntersectionObserver((entries) => {
  for (const entry of entries) if (entry.isIntersecting) enter(entry.target);
}, { root: feed, threshold: 0.6 });

function adopt(root) {
  for (const clip of root.querySelectorAll("[data-clip]:not([data-adopted])")) {
    clip.dataset.adopted = "";
    watcher.observe(clip);
    const seek = clip.querySelector("[data-seek]");
    video(clip).addEventListener("timeupdate", (event) => {
      seek.value = event.target.duration ? event.target.currentTime / event.target.duration : 0;
    });
  }
  showSound();
}

let tapTimer = null;
feed.addEventListener("click", (event) => {
  const clip = event.target.closest("[data-clip]");
  if (!clip) return;
  if (event.target.closest("[data-sound]")) { setSound(!wantsSound); return; }
  const likeButton = event.target.closest("[data-login]");
  if (likeButton) { location.href = likeButton.dataset.login; return; }
  if (!event.target.closest("[data-toggle]")) return;
  if (tapTimer) {
    clearTimeout(tapTimer);
    tapTimer = null;
    burst(clip);
    like(clip, { only: true });
    return;
  }
  tapTimer = setTimeout(() => { tapTimer = null; toggle(clip); }, 260);
});

document.addEventListener("keydown", (event) => {
  if (event.target.closest("input, textarea, select") || event.ctrlKey || event.metaKey || event.altKey) return;
  const act = {
    ArrowDown: () => step(1), j: () => step(1), ArrowUp: () => step(-1), k: () => step(-1),
    m: () => setSound(!wantsSound), l: () => current && like(current),
    " ": () => current && !event.target.closest("button, a, summary") && toggle(current),
  }[event.key];
  if (!act) return;
  if (event.key !== " " || !event.target.closest("button, a, summary")) event.preventDefault();
  act();
});

document.addEventListener("visibilitychange", () => {
  if (!current) return;
  if (document.hidden) video(current).pause(); else if (!current.classList.contains("is-paused")) play(current);
});
addEventListener("pagehide", () => { if (current) leave(current); });
feed.addEventListener("htmx:afterSwap", () => adopt(feed));
document.body.addEventListener("htmx:afterSettle", () => adopt(feed));
feed.addEventListener("error", (event) => {
  if (event.target.tagName === "SOURCE") toast("This clip is not available any more.");
}, true);
adopt(feed);
feed.focus({ preventScroll: true });
