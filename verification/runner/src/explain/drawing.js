"use strict";
// Draws a snapshot of the subject: its tables and its facts, as elements. It keeps nothing, and looks at nothing but what it is given.
const drawing = (() => {
  const make = (tag, className, text) => {
    const element = document.createElement(tag);
    element.className = className;
    element.textContent = text;
    return element;
  };

  // What each row of the tables holds, by the table, the key and the entry.
  const rowsOf = (look) => new Map((look?.tables ?? []).flatMap((table) =>
    table.rows.map((row) => [`${table.name} ${row.key} ${row.object}`, `${row.holds} ${row.value ?? ""}`])));

  // The key's second entry has a mark: two tables share an entry only if it is the same object.
  const second = (look, row) => {
    const first = look.tables.flatMap((table) => table.rows).find((other) => other.key === row.key);
    return first.object === row.object ? "" : "′";
  };

  // What is not as it was is marked.
  const drawTable = (look, table, before, rows) => {
    const box = make("div", "table", "");
    const was = before?.tables.find((other) => other.name === table.name);
    const isSame = was && was.mark === table.mark && was.exists === table.exists;
    box.append(make("h3", isSame ? "" : "changed", table.mark ? `${table.name}, ${table.mark}` : table.name));
    if (!table.exists) box.append(make("div", "none", "none"));
    else if (table.rows.length === 0) box.append(make("div", "none", "empty"));
    for (const row of table.rows) {
      const held = rows.get(`${table.name} ${row.key} ${row.object}`);
      const isSame = held === `${row.holds} ${row.value ?? ""}`;
      const entry = make("div", isSame ? "entry" : held === undefined ? "entry changed fresh" : "entry changed", "");
      entry.dataset.object = row.object;
      // Boxes of one colour are one entry, in whichever table they are.
      entry.style.setProperty("--hue", (row.object * 67) % 360);
      entry.append(make("span", "", row.key + second(look, row)), make("span", "", row.holds));
      box.append(entry);
    }
    // What was in this table before the step, and is not any more.
    for (const row of was?.rows ?? []) {
      if (table.rows.some((other) => other.key === row.key && other.object === row.object)) continue;
      const now = look.tables.find((other) => other.rows.some((one) => one.object === row.object));
      const gone = make("div", "gone", "");
      gone.append(make("s", "", `${row.key} ${row.holds}`), make("span", "", now ? `now in ${now.name}` : "in no table now"));
      box.append(gone);
    }
    return box;
  };

  // The tables of a snapshot; rows that are not the same in the one before are marked.
  const tables = (look, before) => {
    const rows = rowsOf(before);
    return (look?.tables ?? []).map((table) => drawTable(look, table, before, rows));
  };

  const factsOf = (look) => {
    const named = (look?.facts ?? []).map(([name, value]) => `${name}: ${value}`);
    const threads = (numbers) => {
      const all = [...new Set(numbers)].sort((one, other) => one - other);
      return all.length === 0 ? "nobody" : `${all.length === 1 ? "thread" : "threads"} ${all.join(", ")}`;
    };
    const retired = (look?.retired ?? []).map((object) => `retired: ${object.name}, waits for ${threads(object.waits_for)}`);
    const pinned = look?.pinned?.length ? [`pinned: ${threads(look.pinned)}`] : [];
    const broken = look?.broken ? [`broken: ${look.broken}`] : [];
    return [...named, ...pinned, ...retired, ...broken];
  };

  // What else there is to say of a snapshot, as list items; what was not so in the one before is marked.
  const facts = (look, before) => {
    const old = new Set(factsOf(before ?? look));
    return factsOf(look).map((text) => make("li", old.has(text) ? "" : "changed", text));
  };

  // The row of a step: its number, as this text or element, and what it does, in the column of its thread.
  const row = (step, threads, number) => {
    const row = make("tr", step.row, "");
    row.id = `step-${step.number}`;
    const head = make("th", "number", "");
    head.scope = "row";
    head.append(number);
    row.append(head);
    for (let thread = 0; thread < threads; thread += 1) {
      row.append(make("td", thread === step.thread ? "here" : "", thread === step.thread ? step.text : ""));
    }
    return row;
  };

  return { make, tables, facts, row };
})();
