// What every page needs: toasts, unread notices over the socket, copying and sharing links.

export function toast(text) {
  const box = document.createElement("div");
  box.className = "toast";
  box.textContent = text;
  document.getElementById("toasts").append(box);
  setTimeout(() => box.remove(), 4500);
}

/** The CSRF token that the page was served with. */
export function csrf() {
  return JSON.parse(document.body.getAttribute("hx-headers"))["X-CSRFToken"];
}

/** Call the API. Resolves to the answer's JSON, or rejects with the problem document. */
export async function api(path, { method = "GET", body, headers = {}, keepalive = false } = {}) {
  const answer = await fetch(`/api/v1/${path}`, {
    method,
    keepalive,
    headers: { Accept: "application/json", "Content-Type": "application/json", "X-CSRFToken": csrf(), ...headers },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  const document = answer.status === 204 ? null : await answer.json();
  if (!answer.ok) throw document;
  return document;
}

/** Open a socket that comes back by itself; each (re)connection begins with a snapshot. */
export function live(path, listen) {
  let wait = 500;
  let isOver = false;
  const open = () => {
    const scheme = location.protocol === "https:" ? "wss" : "ws";
    const socket = new WebSocket(`${scheme}://${location.host}${path}`);
    socket.addEventListener("open", () => { wait = 500; });
    socket.addEventListener("message", (event) => listen(JSON.parse(event.data), () => { isOver = true; socket.close(); }));
    socket.addEventListener("close", (event) => {
      if (isOver || event.code >= 4400) return;
      setTimeout(open, wait + Math.random() * 300);
      wait = Math.min(wait * 2, 15000);
    });
  };
  open();
}

async function share(button) {
  const url = new URL(button.dataset.share, location.href).href;
  if (navigator.share) {
    try { await navigator.share({ url, title: button.dataset.title || document.title }); } catch (error) {
      if (error.name !== "AbortError") toast("This browser could not share the link.");
    }
    return;
  }
  try {
    await navigator.clipboard.writeText(url);
    toast("Link copied.");
  } catch {
    toast(url); // a page without https has no clipboard: show what would be copied
  }
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-share]");
  if (button) share(button);
});

document.addEventListener("htmx:responseError", (event) => {
  let text = "That did not work. Try again.";
  try { text = JSON.parse(event.detail.xhr.responseText).detail || text; } catch { /* an HTML page has no detail */ }
  toast(text);
});

const badge = document.querySelector("[data-unread]");
if (badge) {
  const show = (count) => { badge.textContent = count > 99 ? "99+" : count; badge.hidden = !count; };
  api("me").then((me) => show(me.unread_notices ?? 0), () => show(0));
  live("/ws/me/", (event) => { show(Number(badge.textContent || 0) + 1); toast(event.text ?? "You have a new notice."); });
}

// Who asked for stillness starts a clip by hand. The feed sees to its own.
if (matchMedia("(prefers-reduced-motion: reduce)").matches) {
  for (const video of document.querySelectorAll("video[autoplay]")) {
    video.autoplay = false;
    video.pause();
  }
}

// Small panels close like menus do: by Escape, and by a click elsewhere.
function closeMenus(except = null) {
  for (const menu of document.querySelectorAll("details[data-menu][open]")) if (menu !== except) menu.open = false;
}
document.addEventListener("click", (event) => closeMenus(event.target.closest("details[data-menu]")));
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const open = document.querySelector("details[data-menu][open]");
  closeMenus();
  open?.querySelector("summary").focus();
});

document.addEventListener("submit", (event) => {
  const question = event.target.dataset.confirm;
  if (question && !confirm(question)) event.preventDefault();
});
