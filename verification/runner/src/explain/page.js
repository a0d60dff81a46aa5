"use strict";
// The page of an execution: steps, slider and keys. `drawing.js` draws what the subject looks like, `arrows.js` what comes from where.
(() => {
  const { start, steps, source, no_source } = JSON.parse(document.getElementById("execution").textContent);
  const by = (id) => document.getElementById(id);
  const slider = by("slider");
  const body = by("step-1").parentElement;
  // What is shown: the execution of this page, or one beside it that goes another way.
  const drawn = { way: null, steps, rows: steps.map((step) => by(`step-${step.number}`)) };
  let view = drawn;
  let now = 0;

  // What the subject looks like after so many steps: where a step says nothing, it looks as before.
  const lookAfter = (number) => {
    for (let at = number; at > 0; at -= 1) {
      if (view.steps[at - 1].after) return view.steps[at - 1].after;
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
    const { steps, way } = view;
    const step = steps[now - 1];
    const look = lookAfter(now);
    const before = now > 0 ? lookAfter(now - 1) : look;
    by("when").textContent = step ? `After step ${now} of ${steps.length}` : "Before the first step";
    by("what").textContent = step ? step.text + origin(step) : "the set-up is over";
    by("knows").textContent = step ? step.knows : "";
    drawSource(step);
    by("tables").replaceChildren(...drawing.tables(look, before));
    by("facts").replaceChildren(...drawing.facts(look, before));
    // On a narrow page, what was said where the thread was chosen makes room for the tables.
    by("other")?.classList.toggle("small", Boolean(way) && now !== way.step && now !== steps.length);
    by("instead")?.replaceChildren(...beside.at(now, way).map((other) => beside.button(other, choose, true)));
    const changed = step?.changed.length ? ` Now: ${step.changed.join("; ")}.` : "";
    const isBeside = way ? "What if: " : "";
    by("said").textContent = step ? `${isBeside}Step ${now} of ${steps.length}, thread ${step.thread}: ${step.text}${origin(step)}.${changed}` : "Before the first step.";
  };

  const fragment = () => {
    const { way } = view;
    if (way && now === way.step) return `#if-${way.step}-${way.thread}`;
    return `#${way ? `if-${way.step}-${way.thread}-` : ""}${now > 0 ? `step-${now}` : "start"}`;
  };

  const show = (number, scrolls) => {
    const { steps, rows } = view;
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
    history.replaceState(null, "", fragment());
    if (scrolls) rows[now - 1]?.scrollIntoView({ block: "nearest" });
  };

  // The next step in this direction that is not folded.
  const next = (direction) => {
    let number = now + direction;
    while (!by("every").checked && view.steps[number - 1]?.little) number += direction;
    return number;
  };

  // Makes the rows of a view ready to be clicked, and to choose another thread.
  const prepare = ({ way, steps, rows }) => rows.forEach((row, at) => {
    row.onclick = (event) => {
      event.preventDefault();
      show(at + 1, false);
    };
    if (beside.isEmpty) return;
    const others = drawing.make("td", "what-if", "");
    others.append(...beside.at(steps[at].number, way).map((other) => beside.button(other, choose, false)));
    row.append(others);
  });

  const viewOf = (way) => {
    const all = beside.stepsOf(way, steps);
    const rows = all.map((step) => {
      const link = drawing.make("a", "", step.number);
      link.href = `#if-${way.step}-${way.thread}-step-${step.number}`;
      link.setAttribute("aria-label", `step ${step.number}`);
      const row = drawing.row(step, step.known.length, link);
      row.toggleAttribute("data-little", step.little);
      return row;
    });
    const other = { way, steps: all, rows };
    prepare(other);
    return other;
  };

  // What is said of the execution that is shown, or of one that is not on this page.
  const tell = (way, complaint) => {
    by("return").hidden = view === drawn;
    by("other").hidden = !way && !complaint;
    by("other-what").textContent = way ? `What if thread ${way.thread} had stepped at step ${way.step}, instead of thread ${steps[way.step - 1].thread}?` : "What if?";
    by("other-verdict").textContent = complaint || way?.verdict || "";
    by("other-verdict").className = { true: "right", false: "wrong" }[way?.right] ?? "";
    const command = by("other-command");
    command.hidden = !way?.command;
    command.open = way?.right === null;
    command.firstElementChild.textContent = way?.right === null ? "This command computes it" : "Choose again from there";
    command.lastElementChild.textContent = way?.command ?? "";
  };

  // Shows a step of the execution of this page, or of one beside it.
  const go = (way, number, complaint) => {
    const hadFocus = document.activeElement?.closest(".what-if, #return");
    const isThere = way && way.right !== null;
    view = isThere ? viewOf(way) : drawn;
    body.replaceChildren(...view.rows);
    slider.max = view.steps.length;
    if (!beside.isEmpty) tell(way, way && !isThere ? "What follows then is not on this page." : complaint);
    show(number, true);
    if (way || complaint) by("said").textContent = `${by("other-what").textContent} ${by("other-verdict").textContent} ${by("said").textContent}`;
    // The button that had the focus is gone.
    if (hadFocus) (isThere ? by("return") : view.rows[now - 1]?.querySelector("a") ?? slider).focus();
  };

  // The address before is where the browser goes back to.
  const choose = (way) => {
    history.pushState(null, "", location.hash);
    go(way, way.step, "");
  };
  const goBack = () => {
    history.pushState(null, "", location.hash);
    go(null, Math.min(now, view.way.step), "");
  };

  const fromFragment = () => {
    const [beginning, step, thread] = /^#if-(\d+)-(\d+)/.exec(location.hash) ?? [];
    const way = beginning && beside.find(Number(step), Number(thread));
    const number = Number(/step-(\d+)$/.exec(location.hash)?.[1] ?? step ?? 0);
    go(way, number, beginning && !way ? `This page has no execution in which thread ${thread} goes on at step ${step}.` : "");
  };
  document.documentElement.classList.add("js");
  document.querySelectorAll("nav.controls, aside, .legend, .if-told").forEach((element) => { element.hidden = false; });
  by("first").onclick = () => show(0, true);
  by("back").onclick = () => show(next(-1), true);
  by("on").onclick = () => show(next(1), true);
  by("last").onclick = () => show(view.steps.length, true);
  by("every").onchange = () => document.documentElement.classList.toggle("every", by("every").checked);
  slider.oninput = () => show(Number(slider.value), true);
  prepare(drawn);
  document.onkeydown = (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const goes = { ArrowRight: () => next(1), ArrowLeft: () => next(-1), Home: () => 0, End: () => view.steps.length }[event.key];
    const other = /^\d$/.test(event.key) && beside.at(now, view.way).find((way) => way.thread === Number(event.key));
    const does = (other && (() => choose(other))) || (event.key === "Escape" && view !== drawn && goBack)
      || (goes && event.target !== slider && (() => show(goes(), true)));
    if (!does) return;
    event.preventDefault();
    does();
  };
  if (!beside.isEmpty) by("return").onclick = goBack;
  window.onhashchange = () => { if (location.hash !== fragment()) fromFragment(); };
  fromFragment();
  window.onload = () => view.rows[now - 1]?.scrollIntoView({ block: "nearest" });
  // Rows are folded, or the window is another one.
  new ResizeObserver(() => arrows.draw(by("arrows"), view.steps, view.rows, now)).observe(by("arrows").parentElement);
})();
