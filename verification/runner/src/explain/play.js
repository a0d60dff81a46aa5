"use strict";
// A game: the reader picks the thread that steps next. `drawing.js` draws what the subject looks like.
(() => {
  const game = JSON.parse(document.getElementById("game").textContent);
  const by = (id) => document.getElementById(id);
  const { make } = drawing;
  const NONE = -1;
  let picks = [];
  let goal = NONE;
  let complaint = "";

  // A position is the number of a goal, if the execution has ended; or a list of choices.
  const isEnd = (at) => !Array.isArray(game.positions[at]);
  const choicesAt = (at) => (isEnd(at) ? [] : game.positions[at]);
  const choose = (at, thread) => choicesAt(at).find((choice) => choice[0] === thread);

  // For each position the goals that it leads to, as bits, and whether all that follows is on this page.
  const reach = (() => {
    const known = new Array(game.positions.length);
    const stack = [0];
    while (stack.length > 0) {
      const at = stack.at(-1);
      const unknown = choicesAt(at).map((choice) => choice[1]).filter((to) => to !== NONE && !known[to]);
      if (unknown.length > 0) {
        stack.push(...unknown);
        continue;
      }
      stack.pop();
      known[at] = isEnd(at) ? { goals: 1n << BigInt(game.positions[at]), whole: true } : choicesAt(at).reduce((sum, [, to]) => ({
        goals: sum.goals | (to === NONE ? 0n : known[to].goals),
        whole: sum.whole && to !== NONE && known[to].whole,
      }), { goals: 0n, whole: true });
    }
    return known;
  })();

  // Whether a goal can be reached from a position: null, if this page does not say.
  const reaches = (at, number) => ((reach[at].goals >> BigInt(number)) & 1n) === 1n || (reach[at].whole ? false : null);

  // The way so far: each step with its number, and the positions that were passed, each with the number of the step that comes next.
  const follow = () => {
    const steps = [];
    const passed = [{ at: 0, next: 1 }];
    let look = game.start ?? NONE;
    const take = ([last, pairs]) => {
      for (let place = 0; place < pairs.length; place += 2) {
        const before = look;
        if (pairs[place + 1] !== NONE) look = pairs[place + 1];
        const [thread, text, kind] = game.steps[pairs[place]];
        steps.push({ thread, text, kind, before, look });
      }
      if (last !== NONE) look = last;
    };
    take(game.opening);
    passed[0].next = steps.length + 1;
    for (const pick of picks) {
      const { at } = passed.at(-1);
      const [, to, way] = choose(at, pick);
      take(way);
      passed.push({ at: to, next: steps.length + 1 });
    }
    return { steps, passed, look, at: passed.at(-1).at };
  };

  // Follows threads from the beginning, as far as that can be done; says why it ends.
  const play = (threads) => {
    picks = [];
    complaint = "";
    let at = 0;
    if (threads.some((thread) => !Number.isInteger(thread))) {
      complaint = "What stands behind # in the address is not a list of threads such as 0.1.1, so this is the beginning.";
      threads = [];
    }
    for (const thread of threads) {
      const choice = choose(at, thread);
      if (!choice) {
        complaint = `Thread ${thread} cannot step at choice ${picks.length + 1} of this link, so it was followed that far.`;
        break;
      }
      if (choice[1] === NONE) {
        complaint = further(thread);
        break;
      }
      picks.push(thread);
      at = choice[1];
    }
    show();
  };

  const further = (thread) =>
    `What follows when thread ${thread} steps here is not on this page. This command writes a page that has it: ${game.command} --schedule ${[...picks, thread].join(",")} --html play.html`;

  const pick = (thread) => play([...picks, thread]);

  const label = ([thread, to, [, pairs]]) => {
    const steps = pairs.filter((_, place) => place % 2 === 0).map((step) => game.steps[step]);
    // Its own steps; then another thread may be the only one that can go on.
    const end = steps.findIndex((step) => step[0] !== thread);
    const own = steps.slice(0, end < 0 ? steps.length : end).map((step) => step[1]);
    if (end >= 0) own.push(`then thread ${steps[end][0]} alone`);
    return to === NONE ? "not on this page" : own.join("; ") || "goes on (nothing that is drawn)";
  };

  const drawChoices = (now) => {
    const box = by("choices");
    if (isEnd(now.at)) {
      const end = game.goals[game.positions[now.at]];
      const text = `The execution is over. Outcome ${game.positions[now.at] + 1}: ${end.text}`;
      box.replaceChildren(make("p", end.expected === false ? "failed" : "reached", text));
      return;
    }
    box.replaceChildren(...choicesAt(now.at).map((choice, place) => {
      const button = make("button", "", "");
      button.type = "button";
      button.append(make("b", "", `${place + 1}  thread ${choice[0]}`), make("span", "", label(choice)));
      button.onclick = () => pick(choice[0]);
      return button;
    }));
  };

  const drawSteps = (now) => {
    const rows = now.steps.map((step, place) => {
      const number = place + 1;
      const row = drawing.row({ number, row: step.kind, ...step }, game.threads, number);
      const others = make("td", "what-if", "");
      now.passed.forEach(({ at, next }, choice) => {
        if (next !== number || choice >= picks.length) return;
        for (const [thread] of choicesAt(at).filter(([thread]) => thread !== picks[choice])) {
          const button = make("button", "", `thread ${thread}`);
          button.type = "button";
          button.setAttribute("aria-label", `what if thread ${thread} had stepped at step ${number}`);
          button.onclick = () => play([...picks.slice(0, choice), thread]);
          others.append(button);
        }
      });
      row.append(others);
      return row;
    });
    rows.at(-1)?.classList.add("now");
    by("taken").replaceChildren(...rows);
  };

  // Whether a goal can be reached, in words, and since when not.
  const status = (now, number) => {
    const can = reaches(now.at, number);
    if (can === true) return isEnd(now.at) ? ["reached", "reached"] : ["possible", "still possible"];
    if (can === null) return ["unknown", `not known: ${game.cut}`];
    const could = now.passed.map(({ at }) => reaches(at, number));
    if (could[0] === false) return ["lost", "never: no execution that can be played has it"];
    const last = could.lastIndexOf(true);
    return ["lost", last >= 0 && could[last + 1] === false ? `no longer possible: lost at step ${now.passed[last].next}` : "no longer possible"];
  };

  const drawGoals = (now) => {
    let verdict = "";
    game.goals.forEach((aim, number) => {
      const [kind, text] = status(now, number);
      by(`status-${number}`).textContent = text;
      by(`status-${number}`).closest(".goal").className = `goal ${kind}`;
      if (number !== goal) return;
      verdict = { reached: "The goal is reached. The address of this page is the schedule; on the terminal: ", lost: `The goal is ${text}.` }[kind] ?? "";
      if (kind === "reached") verdict += `${game.command} --schedule ${picks.join(",")}`;
    });
    by("verdict").textContent = verdict;
    return verdict;
  };

  const show = () => {
    const now = follow();
    const hadFocus = document.activeElement?.closest("#choices, #taken");
    const last = now.steps.at(-1);
    const [look, before] = [game.looks[now.look], game.looks[last ? last.before : now.look]];
    drawChoices(now);
    drawSteps(now);
    const verdict = drawGoals(now);
    by("when").textContent = last ? `After step ${now.steps.length}` : "Before the first step";
    by("tables").replaceChildren(...drawing.tables(look, before));
    by("facts").replaceChildren(...drawing.facts(look, before));
    by("undo").disabled = picks.length === 0;
    by("restart").disabled = picks.length === 0;
    by("further").hidden = complaint === "";
    by("further").textContent = complaint;
    by("said").textContent = `${last ? `Step ${now.steps.length}, thread ${last.thread}: ${last.text}.` : "Before the first step."} ${complaint} ${verdict}`;
    history.replaceState(null, "", `#${picks.join(".")}`);
    // The button that had the focus is gone: whoever plays by keyboard goes on with the first of the new ones.
    if (hadFocus) (by("choices").querySelector("button") ?? by("undo")).focus();
    // Where the steps are below what the subject looks like, that stays in sight.
    if (!matchMedia("(max-width: 900px)").matches) by(`step-${now.steps.length}`)?.scrollIntoView({ block: "nearest" });
  };

  const fromFragment = () => {
    const text = location.hash.replace(/^#/, "");
    return text === "" ? [] : text.split(/[.,]/).map(Number);
  };
  document.documentElement.classList.add("js");
  document.querySelectorAll("nav.controls, aside").forEach((element) => { element.hidden = false; });
  by("undo").onclick = () => play(picks.slice(0, -1));
  by("restart").onclick = () => play([]);
  document.querySelectorAll("input[name=goal]").forEach((input) => {
    input.onchange = () => {
      goal = Number(input.value);
      show();
    };
  });
  document.onkeydown = (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const choice = /^[1-9]$/.test(event.key) ? choicesAt(follow().at)[Number(event.key) - 1] : undefined;
    const go = { u: () => play(picks.slice(0, -1)), Home: () => play([]) }[event.key] ?? (choice && (() => pick(choice[0])));
    if (!go) return;
    event.preventDefault();
    go();
  };
  window.onhashchange = () => { if (fromFragment().join(".") !== picks.join(".")) play(fromFragment()); };
  play(location.hash.length > 1 ? fromFragment() : game.picks);
})();
