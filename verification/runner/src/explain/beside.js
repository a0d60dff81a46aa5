"use strict";
// The executions beside the one that is drawn: each has the same steps before a step, at which another thread goes on.
const beside = (() => {
  const data = document.getElementById("beside");
  const { strings, looks, ways } = data ? JSON.parse(data.textContent) : { ways: [] };

  const unpack = ([thread, little, from, kind, known, texts, look, changed], at) => {
    const [text, knows, line, names, row] = texts.map((number) => strings[number]);
    const after = look === null ? null : looks[look];
    return { number: at + 1, thread, text, little, from, kind, known, knows, line, names, row, after, changed: changed.map((number) => strings[number]) };
  };

  // All steps of one of them; the first ones are those of the execution that is drawn.
  const stepsOf = (way, drawn) => [...drawn.slice(0, way.same), ...way.steps.map((step, at) => unpack(step, way.same + at))];

  const find = (step, thread) => ways.find((way) => way.step === step && way.thread === thread);

  // Those that can be chosen at a step of an execution: of one of them, until it goes its own way.
  const at = (step, shown) => ways.filter((way) => way.step === step && way !== shown && (!shown || step <= shown.step));

  const MARKS = new Map([[true, "✓"], [false, "✗"], [null, "…"]]);
  const WORDS = new Map([[true, "it goes right"], [false, "it fails"], [null, "not on this page"]]);

  // The button that chooses one.
  const button = (way, choose, isLong) => {
    const words = WORDS.get(way.right);
    const text = isLong ? `thread ${way.thread} instead: ${words} ${MARKS.get(way.right)}` : `thread ${way.thread} ${MARKS.get(way.right)}`;
    const button = drawing.make("button", { true: "right", false: "wrong" }[way.right] ?? "", text);
    button.type = "button";
    button.setAttribute("aria-label", `what if thread ${way.thread} had stepped at step ${way.step}: ${words}`);
    button.onclick = (event) => {
      event.stopPropagation();
      choose(way);
    };
    return button;
  };

  const isEmpty = ways.length === 0;
  return { stepsOf, find, at, button, isEmpty };
})();
