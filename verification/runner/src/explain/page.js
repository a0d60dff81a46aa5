"use strict";
// The page of an execution: steps, slider and keys. `drawing.js` draws what the subject looks like, `arrows.js` what comes from where.
(() => {
  const { start, steps, source, no_source } = JSON.parse(document.getElementById("execution").textContent);
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

  // Where the step comes from, in words.
  const origin = (step) => {
    if (step.from === null) return "";
    const who = step.from === 0 ? "the set-up" : `step ${step.from}`;
    return step.kind === "lock" ? ` (${who} unlocked it)` : ` (what ${who} wrote)`;
  };

  // The lines of the source around the step's, or why there are none.
  const drawSource = (step) => {
    const figure = by("source");
    const excerpt = step && source[step.line];
    const none = step?.line ? no_source : "This step is in no line of the source under test.";
    const names = step?.names ? `; in the specification: ${step.names}` : "";
    figure.hidden = !step;
    figure.querySelector("figcaption").textContent = excerpt ? step.line + names : none;
    const at = excerpt ? Number(step.line.split(":").pop()) : 0;
    const indents = (excerpt?.lines ?? []).map((line) => line.search(/\S/));
    const least = Math.min(...indents.filter((indent) => indent >= 0));
    const lines = (excerpt?.lines ?? []).map((text, index) => {
      const number = excerpt.first + index;
      const line = drawing.make(number === at ? "mark" : "span", "source-line", "");
      const code = drawing.make("span", "", text.trim());
      code.style.paddingLeft = `${Math.max(0, indents[index] - least)}ch`;
      line.append(drawing.make("span", "source-number", number), code);
      return line;
    });
    figure.querySelector("pre").hidden = !excerpt;
    figure.querySelector("code").replaceChildren(...lines);
  };

  const draw = () => {
    const step = steps[now - 1];
    const look = lookAfter(now);
    const before = now > 0 ? lookAfter(now - 1) : look;
    by("when").textContent = step ? `After step ${now} of ${steps.length}` : "Before the first step";
    by("what").textContent = step ? step.text + origin(step) : "the set-up is over";
    by("knows").textContent = step ? step.knows : "";
    drawSource(step);
    by("tables").replaceChildren(...drawing.tables(look, before));
    by("facts").replaceChildren(...drawing.facts(look, before));
    const changed = step?.changed.length ? ` Now: ${step.changed.join("; ")}.` : "";
    by("said").textContent = step ? `Step ${now} of ${steps.length}, thread ${step.thread}: ${step.text}${origin(step)}.${changed}` : "Before the first step.";
  };

  const show = (number, scrolls) => {
    now = Math.max(0, Math.min(steps.length, number));
    const step = steps[now - 1];
    rows.forEach((row, at) => {
      const number = at + 1;
      const isOther = number < now && steps[at].thread !== step.thread;
      const isUnknown = isOther && number > step.known[steps[at].thread];
      row.classList.toggle("now", number === now);
      row.classList.toggle("from", number === step?.from);
      row.classList.toggle("later", number > now);
      row.classList.toggle("known", number < now && !isUnknown);
      row.classList.toggle("unknown", isUnknown);
      if (number === now) row.setAttribute("aria-current", "step");
      else row.removeAttribute("aria-current");
    });
    slider.value = now;
    slider.setAttribute("aria-valuetext", step ? `step ${now} of ${steps.length}` : "before the first step");
    draw();
    arrows.draw(by("arrows"), steps, rows, now);
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
  document.querySelectorAll("nav.controls, aside, .legend").forEach((element) => { element.hidden = false; });
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
  window.onload = () => rows[now - 1]?.scrollIntoView({ block: "nearest" });
  // Rows are folded, or the window is another one.
  new ResizeObserver(() => arrows.draw(by("arrows"), steps, rows, now)).observe(by("arrows").parentElement);
})();
