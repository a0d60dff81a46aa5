"use strict";
// The page of an execution: steps, slider and keys. `drawing.js` draws what the subject looks like.
(() => {
  const { start, steps } = JSON.parse(document.getElementById("execution").textContent);
  const by = (id) => document.getElementById(id);
  const rows = steps.map((step) => by(`step-${step.number}`));
  const slider = by("slider");
  let now = 0;

  // What the subject looks like after so many steps: where a step says nothing, it looks as before.
  const lookAfter = (number) => {
    for (let at = number; at > 0; at -= 1) {
      if (steps[at - 1].after) return steps[at - 1].after;
    }
    return start;
  };

  const draw = () => {
    const step = steps[now - 1];
    const look = lookAfter(now);
    const before = now > 0 ? lookAfter(now - 1) : look;
    by("when").textContent = step ? `After step ${now} of ${steps.length}` : "Before the first step";
    const from = step?.from ? ` (what step ${step.from} wrote)` : "";
    by("what").textContent = step ? step.text + from : "the set-up is over";
    by("tables").replaceChildren(...drawing.tables(look, before));
    by("facts").replaceChildren(...drawing.facts(look));
  };

  const show = (number, scrolls) => {
    now = Math.max(0, Math.min(steps.length, number));
    rows.forEach((row, at) => {
      row.classList.toggle("now", at + 1 === now);
      row.classList.toggle("from", at + 1 === steps[now - 1]?.from);
      row.classList.toggle("later", at + 1 > now);
      row.toggleAttribute("aria-current", at + 1 === now);
    });
    slider.value = now;
    draw();
    history.replaceState(null, "", now > 0 ? `#step-${now}` : "#start");
    if (scrolls) rows[now - 1]?.scrollIntoView({ block: "nearest" });
  };

  // The next step in this direction that is not folded.
  const next = (direction) => {
    let number = now + direction;
    while (!by("every").checked && steps[number - 1]?.little) number += direction;
    return number;
  };

  const fromFragment = () => Number(/^#step-(\d+)$/.exec(location.hash)?.[1] ?? 0);
  document.documentElement.classList.add("js");
  document.querySelectorAll("nav.controls, aside").forEach((element) => { element.hidden = false; });
  by("first").onclick = () => show(0, true);
  by("back").onclick = () => show(next(-1), true);
  by("on").onclick = () => show(next(1), true);
  by("last").onclick = () => show(steps.length, true);
  by("every").onchange = () => document.documentElement.classList.toggle("every", by("every").checked);
  slider.oninput = () => show(Number(slider.value), true);
  rows.forEach((row, at) => { row.onclick = (event) => { event.preventDefault(); show(at + 1, false); }; });
  document.onkeydown = (event) => {
    const go = { ArrowRight: () => next(1), ArrowLeft: () => next(-1), Home: () => 0, End: () => steps.length }[event.key];
    if (!go || event.target === slider || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    show(go(), true);
  };
  window.onhashchange = () => { if (fromFragment() !== now) show(fromFragment(), true); };
  show(fromFragment(), true);
})();
