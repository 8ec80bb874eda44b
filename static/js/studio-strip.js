// Rows of a form as cards on a strip, as wide as they are long: chosen by a tap, moved by dragging.

const HOLD_PX = 6;

/** Draw a strip of cards. `act` has choose(index) and move(from, to). */
export class Strip {
  constructor(list, act) {
    this.list = list;
    this.act = act;
    list.addEventListener("click", (event) => {
      const card = event.target.closest("button");
      if (card && !this.dragged) act.choose(this.indexOf(card));
    });
    list.addEventListener("keydown", (event) => this.key(event));
    list.addEventListener("pointerdown", (event) => this.grab(event));
  }

  indexOf(card) { return [...this.list.children].indexOf(card.parentElement); }

  /** Show cards of { title, seconds, picture } and which is chosen. */
  draw(cards, chosen) {
    const hadFocus = this.list.contains(document.activeElement);
    this.list.hidden = cards.length === 0;
    this.list.replaceChildren(...cards.map((card, index) => this.card(card, index, index === chosen)));
    if (hadFocus) this.list.children[chosen]?.firstElementChild.focus({ preventScroll: true });
  }

  card({ title, seconds, picture }, index, isChosen) {
    const item = document.createElement("li");
    item.style.flexGrow = Math.max(seconds, 0.3);
    const button = document.createElement("button");
    button.type = "button";
    button.setAttribute("aria-current", String(isChosen));
    for (const [kind, text] of [["b", index + 1], ["span", title || "…"], ["small", `${seconds.toFixed(1)} s`]]) {
      button.append(Object.assign(document.createElement(kind), { textContent: text }));
    }
    if (picture) button.prepend(Object.assign(new Image(), { src: picture, alt: "" }));
    item.append(button);
    return item;
  }

  key(event) {
    const card = event.target.closest("button");
    if (!card || !["ArrowLeft", "ArrowRight"].includes(event.key)) return;
    event.preventDefault();
    const from = this.indexOf(card);
    const to = from + (event.key === "ArrowLeft" ? -1 : 1);
    if (to < 0 || to >= this.list.children.length) return;
    if (event.altKey || event.shiftKey) this.act.move(from, to);
    else { this.act.choose(to); this.list.children[to].firstElementChild.focus(); }
  }

  grab(event) {
    const card = event.target.closest("button");
    this.dragged = false;
    if (!card || event.button !== 0) return;
    const item = card.parentElement;
    const begin = event.clientX;
    const follow = (moved) => {
      if (!this.dragged && Math.abs(moved.clientX - begin) < HOLD_PX) return;
      if (!this.dragged) {
        this.dragged = true;
        item.classList.add("held");
        card.setPointerCapture(moved.pointerId);
      }
      item.style.translate = `${moved.clientX - begin}px 0`;
      this.mark(this.under(moved.clientX, item));
    };
    const drop = (moved) => {
      card.removeEventListener("pointermove", follow);
      const to = this.under(moved.clientX, item);
      item.classList.remove("held");
      item.style.translate = "";
      this.mark(-1);
      if (this.dragged && moved.type === "pointerup") this.act.move(this.indexOf(card), to);
      setTimeout(() => { this.dragged = false; });
    };
    card.addEventListener("pointermove", follow);
    card.addEventListener("pointerup", drop, { once: true });
    card.addEventListener("pointercancel", drop, { once: true });
  }

  /** The place among the others that a point across the strip is at. */
  under(x, held) {
    const others = [...this.list.children].filter((one) => one !== held);
    return others.filter((one) => { const box = one.getBoundingClientRect(); return x > box.left + box.width / 2; }).length;
  }

  mark(to) {
    const others = [...this.list.children].filter((one) => !one.classList.contains("held"));
    for (const [place, one] of others.entries()) one.classList.toggle("before", place === to);
  }
}
