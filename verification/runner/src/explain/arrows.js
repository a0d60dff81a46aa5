"use strict";
// Draws arrows over the table of steps: from the step that wrote a value to the step of another thread that sees it, and from the unlock of a
// mutex to its next lock. Where a row is folded, its arrows are left out.
const arrows = (() => {
  const BULGE = 28;

  // A curve between the sides of two cells that face each other.
  const curve = (from, to, sheet) => {
    const isRight = from.left < to.left;
    const [x1, x2] = isRight ? [from.right, to.left] : [from.left, to.right];
    const [y1, y2] = [(from.top + from.bottom) / 2, (to.top + to.bottom) / 2];
    const bend = (isRight ? 1 : -1) * Math.max(BULGE, Math.abs(x2 - x1) / 2);
    const point = (x, y) => `${(x - sheet.left).toFixed(1)} ${(y - sheet.top).toFixed(1)}`;
    return `M${point(x1, y1)} C${point(x1 + bend, y1)} ${point(x2 - bend, y2)} ${point(x2, y2)}`;
  };

  // Into `svg`, which lies over the table; those from and to the step `now` stand out.
  const draw = (svg, steps, rows, now) => {
    const sheet = svg.parentElement.getBoundingClientRect();
    svg.setAttribute("width", svg.parentElement.scrollWidth);
    svg.setAttribute("height", svg.parentElement.scrollHeight);
    const boxOf = (number) => rows[number - 1].querySelector("td.here").getBoundingClientRect();
    const paths = steps.filter((step) => step.from && steps[step.from - 1].thread !== step.thread).flatMap((step) => {
      const [from, to] = [boxOf(step.from), boxOf(step.number)];
      if (from.height === 0 || to.height === 0) return [];
      const path = document.createElementNS(svg.namespaceURI, "path");
      const isCurrent = step.number === now || step.from === now;
      path.setAttribute("class", isCurrent ? `${step.kind} current` : step.kind);
      path.setAttribute("d", curve(from, to, sheet));
      path.setAttribute("marker-end", `url(#head-${step.kind})`);
      path.dataset.from = step.from;
      path.dataset.to = step.number;
      return [path];
    });
    svg.querySelector("g").replaceChildren(...paths);
  };

  return { draw };
})();
