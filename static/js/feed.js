// One clip plays at a time: the one that fills the screen. The next two are fetched ahead.

import { api } from "./app.js";

const feed = document.querySelector("[data-feed]");
const SOUND = "afterimage.sound";
const AHEAD = 2;
const DOUBLE_TAP_MS = 260;
// Time that the heart of a double tap stays, as long as its animation.
const HEART_MS = 750;
const isSignedIn = Boolean(document.querySelector("[data-unread]"));
const wantsStill = matchMedia("(prefers-reduced-motion: reduce)");

let current = null;
// Where keys are taking the feed. A smooth scroll arrives later, and the observer later still.
let aim = null;
let wantsSound = sessionStorage.getItem(SOUND) === "on";

const video = (clip) => clip.querySelector("[data-video]");
const clips = () => [...feed.querySelectorAll("[data-clip]")];
/** The clip that fills the screen at this instant, whatever the observer has told so far. */
const inView = () => clips().findLast((clip) => clip.offsetTop <= feed.scrollTop + feed.clientHeight / 2);
/** The clip that keys act on: the one that they have chosen, even while it is still arriving. */
const here = () => (aim?.isConnected ? aim : inView());

function showSound() {
  feed.classList.toggle("first-visit", !wantsSound && sessionStorage.getItem(SOUND) === null);
  for (const button of feed.querySelectorAll("[data-sound]")) {
    button.setAttribute("aria-pressed", String(wantsSound));
  }
}

function setSound(on) {
  wantsSound = on;
  sessionStorage.setItem(SOUND, on ? "on" : "off");
  showSound();
  if (current) video(current).muted = !on;
}

async function play(clip) {
  const player = video(clip);
  player.muted = !wantsSound;
  clip.classList.remove("is-paused");
  try {
    await player.play();
  } catch (error) {
    if (error.name === "NotAllowedError" && wantsSound) {
      // Browsers allow sound only after a tap on the page. What the person chose is kept.
      player.muted = true;
      for (const button of feed.querySelectorAll("[data-sound]")) button.setAttribute("aria-pressed", "false");
      addEventListener("pointerdown", () => { if (current) setSound(true); }, { once: true });
      await player.play().catch(() => clip.classList.add("is-paused"));
    } else if (error.name !== "AbortError" && !clip.classList.contains("is-broken")) {
      clip.classList.add("is-paused");
    }
  }
}

function pause(clip) {
  clip.classList.add("is-paused");
  video(clip).pause();
}

function toggle(clip) {
  if (video(clip).paused) play(clip); else pause(clip);
}

function enter(clip) {
  if (clip === aim) aim = null;
  if (current === clip || !clip) return;
  if (current) leave(current);
  current = clip;
  clip.watched = { s: 0, from: 0 };
  if (wantsStill.matches) pause(clip); else play(clip);
  const all = clips();
  const place = all.indexOf(clip);
  for (const next of all.slice(place + 1, place + 1 + AHEAD)) video(next).preload = "auto";
  if (place >= all.length - AHEAD) feed.querySelector("[data-more]")?.dispatchEvent(new Event("near"));
}

function leave(clip) {
  video(clip).pause();
  tellWatched(clip);
}

/** Add up the seconds that really played: not those on pause, and loops count. */
function count(clip, at) {
  const { from } = clip.watched;
  const step = at - from;
  if (step > 0 && step < 2) clip.watched.s += step;
  clip.watched.from = at;
}

/** A version 4 UUID. `crypto.randomUUID` is missing on pages without https. */
function freshId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

function tellWatched(clip) {
  const { duration } = video(clip);
  const { s: seconds } = clip.watched;
  if (!isSignedIn || seconds < 0.5 || !duration) return;
  clip.watched.s = 0;
  const view = {
    id: freshId(),
    clip_id: clip.dataset.clip,
    seconds_watched: Math.min(seconds, 3600),
    watched_ratio: Math.min(1, seconds / duration),
  };
  // `keepalive` lets the last one out when the page is closed.
  api("feed/watches", { method: "POST", body: { views: [view] }, keepalive: true }).catch((problem) => console.warn("watch not counted", problem));
}

function like(clip, { only = false } = {}) {
  const button = clip.querySelector("[data-like]");
  if (only && button.getAttribute("aria-pressed") === "true") return;
  button.click();
}

function burst(clip) {
  const heart = clip.querySelector("[data-heart]");
  heart.hidden = false;
  setTimeout(() => { heart.hidden = true; }, HEART_MS);
}

function go(clip) {
  if (!clip) return;
  clip.scrollIntoView({ behavior: wantsStill.matches ? "auto" : "smooth" });
  clip.focus({ preventScroll: true });
  aim = clip === inView() ? null : clip;
}

function step(by) {
  const all = clips();
  go(all[all.indexOf(here()) + by]);
}

const watcher = new IntersectionObserver((entries) => {
  for (const { isIntersecting, target } of entries) {
    // What keys pass on their way does not start, nor does what has left since it was observed.
    if (isIntersecting && target === here()) enter(target);
  }
}, { root: feed, threshold: 0.6 });

/** A hand on the feed overrules keys: what it stops at plays. */
function takeOver() {
  aim = null;
  enter(inView());
}

function adopt() {
  for (const clip of feed.querySelectorAll("[data-clip]:not([data-adopted])")) {
    clip.dataset.adopted = "";
    const player = video(clip);
    const seek = clip.querySelector("[data-seek]");
    // The page without scripts has the browser's controls; ours take over.
    player.controls = false;
    for (const part of clip.querySelectorAll("[data-toggle], [data-sound]")) part.hidden = false;
    player.addEventListener("timeupdate", () => {
      seek.value = player.duration ? player.currentTime / player.duration : 0;
      if (clip === current) count(clip, player.currentTime);
    });
    player.addEventListener("waiting", () => clip.classList.add("is-waiting"));
    player.addEventListener("playing", () => clip.classList.remove("is-waiting"));
    watcher.observe(clip);
  }
  showSound();
}

function showBroken(clip) {
  clip.classList.add("is-broken");
  clip.querySelector("[data-broken]").hidden = false;
}

function retry(clip) {
  clip.classList.remove("is-broken");
  clip.querySelector("[data-broken]").hidden = true;
  video(clip).load();
  play(clip);
}

feed.addEventListener("pointerdown", takeOver, { passive: true });
feed.addEventListener("wheel", takeOver, { passive: true });

let tapTimer = null;
function tap(clip) {
  if (tapTimer) {
    clearTimeout(tapTimer);
    tapTimer = null;
    burst(clip);
    like(clip, { only: true });
    return;
  }
  tapTimer = setTimeout(() => { tapTimer = null; toggle(clip); }, DOUBLE_TAP_MS);
}

feed.addEventListener("click", (event) => {
  const clip = event.target.closest("[data-clip]");
  if (!clip) return;
  if (event.target.closest("[data-sound]")) setSound(!wantsSound);
  else if (event.target.closest("[data-retry]")) retry(clip);
  else if (event.target.closest("[data-toggle]")) {
    // A key or a screen reader presses once and means it; only fingers and mice tap twice.
    if (event.detail === 0) toggle(clip); else tap(clip);
  }
});

const KEYS = {
  ArrowDown: () => step(1),
  j: () => step(1),
  PageDown: () => step(1),
  ArrowUp: () => step(-1),
  k: () => step(-1),
  PageUp: () => step(-1),
  Home: () => go(clips().at(0)),
  End: () => go(clips().at(-1)),
  m: () => setSound(!wantsSound),
  l: () => like(here()),
  " ": () => toggle(here()),
};

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, textarea, select")) return;
  if (event.key === " " && event.target.closest("button, a, summary")) return;
  const act = KEYS[event.key];
  if (!act || !inView()) return;
  event.preventDefault();
  act();
});

document.addEventListener("visibilitychange", () => {
  if (!current) return;
  if (document.hidden) {
    video(current).pause();
    tellWatched(current);
  } else if (!current.classList.contains("is-paused")) {
    play(current);
  }
});
addEventListener("pagehide", () => { if (current) leave(current); });
addEventListener("pageshow", (event) => { if (event.persisted && current) play(current); });
document.body.addEventListener("htmx:afterSettle", adopt);
// Errors of a video's sources do not bubble.
feed.addEventListener("error", (event) => {
  const clip = event.target.closest?.("[data-clip]");
  const isLast = event.target.tagName === "SOURCE" && !event.target.nextElementSibling?.matches("source");
  if (clip && (isLast || event.target.tagName === "VIDEO")) showBroken(clip);
}, true);

adopt();
feed.focus({ preventScroll: true });
