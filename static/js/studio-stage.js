// What one sees while writing: the frame in its shape and look, and the folds that stay closed.

export function stage(form) {
  const finder = form.querySelector("[data-viewfinder]");
  if (!finder) return () => {};
  const look = finder.querySelector("[data-view-style]");
  finder.hidden = false;
  return () => {
    const shape = form.querySelector("[name=shape]:checked").value;
    const style = form.querySelector("[name=style]:checked")?.closest("label").querySelector("img");
    finder.className = `viewfinder ${shape}`;
    look.hidden = !style;
    if (style) look.src = style.src;
    finder.querySelector("[data-view-words]").textContent = form.querySelector("#prompt").value || "Your clip";
    const lines = form.querySelector("[name=lines]").value;
    finder.querySelector("[data-view-facts]").textContent = `${Number(form.querySelector("#seconds").value)} s · ${lines} lines`;
  };
}
