// Small makers of elements; text goes in as text, never as markup.
(function (app) {
  "use strict";

  const SVG = "http://www.w3.org/2000/svg";
  const SHAPES = {
    "in-sync": ["circle", { cx: 8, cy: 8, r: 4.5 }],
    drift: ["path", { d: "M8 1.5 14.5 8 8 14.5 1.5 8Z" }],
    unchecked: ["path", { d: "M8 2 14.5 13.5 1.5 13.5Z" }],
    external: ["rect", { x: 3, y: 3, width: 10, height: 10 }],
    adapted: ["path", { d: "M4.5 2.5h7L15 8l-3.5 5.5h-7L1 8Z" }],
    source: ["circle", { cx: 8, cy: 8, r: 4.5 }],
  };

  // element("button", {class: "link", onclick: f}, "text", child, …)
  function element(name, attributes = {}, ...children) {
    const made = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) {
      if (key.startsWith("on")) made.addEventListener(key.slice(2), value);
      else if (value === true) made.setAttribute(key, "");
      else if (value !== false && value !== null && value !== undefined) made.setAttribute(key, String(value));
    }
    made.append(...children.filter((child) => child !== null && child !== undefined));
    return made;
  }

  // The sign of a state: its shape says what its colour says.
  function sign(state) {
    const svg = document.createElementNS(SVG, "svg");
    svg.setAttribute("viewBox", "0 0 16 16");
    svg.setAttribute("class", `sign ${state}`);
    svg.setAttribute("aria-hidden", "true");
    const [name, attributes] = SHAPES[state];
    const shape = document.createElementNS(SVG, name);
    for (const [key, value] of Object.entries(attributes)) shape.setAttribute(key, String(value));
    svg.append(shape);
    return svg;
  }

  // A path that breaks after its slashes; `row` is told behind it.
  function place(path, row) {
    const made = element("span", { class: "place", title: `${path}:${row}` });
    const parts = `${path}:${row}`.split("/");
    parts.forEach((part, n) => made.append(...(n < parts.length - 1 ? [`${part}/`, element("wbr")] : [part])));
    return made;
  }

  // A dotted name that breaks after its dots.
  function dotted(name) {
    const made = element("span", { class: "name" });
    name.split(".").forEach((part, n) => made.append(...(n ? [".", element("wbr"), part] : [part])));
    return made;
  }

  // What is between backticks is code.
  function withCode(text) {
    return text.split(/`([^`]+)`/).map((part, n) => (n % 2 ? element("code", {}, part) : part));
  }

  // 2914 as 2,914; the browser's own way takes longer than all the rest of the heading.
  const grouped = (number) => String(number).replace(/\B(?=(\d{3})+$)/g, ",");

  const byId = (id) => document.getElementById(id);

  Object.assign(app, { element, withCode, sign, place, dotted, grouped, byId });
})(window.copycheck = window.copycheck || {});
