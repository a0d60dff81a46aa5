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

  // The tables of a snapshot; rows that are not the same in the one before are marked.
  const tables = (look, before) => {
    const rows = rowsOf(before);
    return (look?.tables ?? []).map((table) => drawTable(look, table, rows));
  };

  // What else there is to say of a snapshot, as list items.
  const facts = (look) => {
    const named = (look?.facts ?? []).map(([name, value]) => `${name}: ${value}`);
    const retired = (look?.retired ?? []).map((object) => `retired: ${object.name}, waits for thread ${object.waits_for.join(", ") || "nobody"}`);
    const pinned = look?.pinned?.length ? [`pinned: thread ${[...new Set(look.pinned)].join(", ")}`] : [];
    const broken = look?.broken ? [`broken: ${look.broken}`] : [];
    return [...named, ...pinned, ...retired, ...broken].map((text) => make("li", "", text));
  };

  return { make, tables, facts };
})();
