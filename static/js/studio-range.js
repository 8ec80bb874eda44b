// A stretch of a clip: two handles over a strip of its frames, and two numbers that say the same.

const TILE_PX = 54;

/** Load the sprite of the source once. Resolves to { image, tiles, columns, width, height }, or null. */
export async function spriteOf(video) {
  const { sprite, columns, tiles, tileWidth, tileHeight } = video.dataset;
  if (!columns) return null;
  const image = Object.assign(new Image(), { src: sprite });
  try { await image.decode(); } catch { return null; }
  return { image, tiles: Number(tiles), columns: Number(columns), width: Number(tileWidth), height: Number(tileHeight) };
}

function paint(canvas, sprite) {
  const width = canvas.clientWidth || 320;
  const scale = devicePixelRatio || 1;
  [canvas.width, canvas.height] = [width * scale, TILE_PX * scale];
  const pen = canvas.getContext("2d");
  const across = Math.max(1, Math.round(width / (TILE_PX * Math.min(1.8, Math.max(0.6, sprite.width / sprite.height)))));
  for (let place = 0; place < across; place++) {
    const tile = Math.min(sprite.tiles - 1, Math.floor(((place + 0.5) / across) * sprite.tiles));
    const [x, y] = [(tile % sprite.columns) * sprite.width, Math.floor(tile / sprite.columns) * sprite.height];
    const [wide, high] = [canvas.width / across, canvas.height];
    // Fill the place and cut what is over, from the middle of the tile.
    const cut = Math.min(sprite.width / wide, sprite.height / high);
    const [cutWide, cutHigh] = [wide * cut, high * cut];
    pen.drawImage(sprite.image, x + (sprite.width - cutWide) / 2, y + (sprite.height - cutHigh) / 2, cutWide, cutHigh, place * wide, 0, wide, high);
  }
}

/** Bring a range to life. Returns { from, to } readers in seconds. */
export function range(root, { sprite, seek }) {
  const whole = Number(root.dataset.seconds);
  const film = root.querySelector("[data-film]");
  const [from, to] = [root.querySelector("[data-from]"), root.querySelector("[data-to]")];
  const [start, end] = [root.querySelector("[data-start]"), root.querySelector("[data-end]")];
  const chosen = root.querySelector("[data-chosen]");
  const canvas = root.querySelector("[data-film-canvas]");
  const reading = { from: () => Number(start.value || 0), to: () => Number(end.value || whole) };

  function show() {
    [from.value, to.value] = [reading.from(), reading.to()];
    chosen.style.left = `${(100 * reading.from()) / whole}%`;
    chosen.style.right = `${100 - (100 * reading.to()) / whole}%`;
    from.setAttribute("aria-valuetext", `${reading.from().toFixed(1)} seconds`);
    to.setAttribute("aria-valuetext", `${reading.to().toFixed(1)} seconds`);
  }

  function pulled(event) {
    const gap = Number(from.step);
    if (event.target === from && Number(from.value) > reading.to() - gap) from.value = reading.to() - gap;
    if (event.target === to && Number(to.value) < reading.from() + gap) to.value = reading.from() + gap;
    start.value = Number(from.value).toFixed(1);
    // The end of the clip lies between two steps: the last handle position is all of it.
    end.value = whole - Number(to.value) < gap ? Math.floor(whole * 1000) / 1000 : Number(to.value).toFixed(1);
    show();
    seek?.(Number(event.target.value));
    start.dispatchEvent(new Event("input", { bubbles: true }));
  }

  film.hidden = false;
  for (const handle of [from, to]) handle.addEventListener("input", (event) => { event.stopPropagation(); pulled(event); });
  for (const number of [start, end]) number.addEventListener("input", show);
  sprite.then((found) => {
    if (!found) return;
    new ResizeObserver(() => { if (canvas.clientWidth) paint(canvas, found); }).observe(canvas);
  });
  show();
  return { ...reading, set: (first, last) => { [start.value, end.value] = [first, last]; show(); start.dispatchEvent(new Event("input", { bubbles: true })); } };
}
