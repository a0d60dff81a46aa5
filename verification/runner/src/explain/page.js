"use strict";
(() => {
  const { start, steps } = JSON.parse(document.getElementById("execution").textContent);
  const by = (id) => document.getElementById(id);
  const make = (tag, className, text) => {
    const element = document.createElement(tag);
    element.className = className;
    element.textContent = text;
    return element;
  };
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

  const rowsOf = (look) => new Map((look?.tables ?? []).flatMap((table) =>
    table.rows.map((row) => [`${table.name} ${row.key} ${row.object}`, `${row.holds} ${row.value ?? ""}`])));

  // The key's second entry has a mark: two tables share an entry only if it is the same object.
  const second = (look, row) => {
    const first = look.tables.flatMap((table) => table.rows).find((other) => other.key === row.key);
    return first.object === row.object ? "" : "′";
  };

  const drawTable = (look, table, before) => {
    const box = make("div", "table", "");
    box.append(make("h3", "", table.mark ? `${table.name}, ${table.mark}` : table.name));
    if (!table.exists) box.append(make("div", "none", "none"));
    else if (table.rows.length === 0) box.append(make("div", "none", "empty"));
    for (const row of table.rows) {
      const same = before.get(`${table.name} ${row.key} ${row.object}`) === `${row.holds} ${row.value ?? ""}`;
      const entry = make("div", same ? "entry" : "entry changed", "");
      entry.dataset.object = row.object;
      // Boxes of one colour are one entry, in whichever table they are.
      entry.style.setProperty("--hue", (row.object * 67) % 360);
      entry.append(make("span", "", row.key + second(look, row)), make("span", "", row.holds));
      box.append(entry);
    }
    return box;
  };

  const draw = () => {
    const step = steps[now - 1];
    const look = lookAfter(now);
    const before = rowsOf(now > 0 ? lookAfter(now - 1) : look);
    by("when").textContent = step ? `After step ${now} of ${steps.length}` : "Before the first step";
    const from = step?.from ? ` (what step ${step.from} wrote)` : "";
    by("what").textContent = step ? step.text + from : "the set-up is over";
    by("tables").replaceChildren(...(look?.tables ?? []).map((table) => drawTable(look, table, before)));
    const facts = (look?.facts ?? []).map(([name, value]) => `${name}: ${value}`);
    const retired = (look?.retired ?? []).map((object) => `retired: ${object.name}, waits for thread ${object.waits_for.join(", ") || "nobody"}`);
    const pinned = look?.pinned?.length ? [`pinned: thread ${[...new Set(look.pinned)].join(", ")}`] : [];
    const broken = look?.broken ? [`broken: ${look.broken}`] : [];
    by("facts").replaceChildren(...[...facts, ...pinned, ...retired, ...broken].map((text) => make("li", "", text)));
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
