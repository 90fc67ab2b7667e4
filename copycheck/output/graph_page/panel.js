// The details of one object: place, directives, findings with their differences, source and copies.
(function (app) {
  "use strict";

  const { element, sign, place, LABELS } = app;
  const FEW = 12; // copies of a copy that are shown before a click

  function stateTag(state) {
    return element("span", { class: `state ${state}` }, sign(state), LABELS[state]);
  }

  function objectLink(object, handlers) {
    return element(
      "button", { type: "button", class: "object", onclick: () => handlers.open(object) },
      sign(object.state), app.dotted(object.name),
      place(object.short, object.row), element("span", { class: "unseen" }, LABELS[object.state]),
    );
  }

  function heading(object, handlers) {
    const close = element(
      "button", { type: "button", class: "close", "aria-label": "Close details", onclick: handlers.close }, "×",
    );
    const copied = object.entries.length ? [] : ["not a copy itself"];
    return element("header", {},
      element("div", { class: "line" }, stateTag(object.state), element("span", { class: "note" }, ...copied), close),
      element("h2", {}, app.dotted(object.name)),
      element("p", {}, place(object.module, object.row)),
    );
  }

  function replacementTable(entry) {
    if (!entry.replacements.length) return null;
    const rows = entry.replacements.map((text) => {
      const at = text.search(/(?<!\\)->/);
      const [left, rest] = at < 0 ? [text, ""] : [text.slice(0, at), text.slice(at + 2)];
      const [, right, casing] = rest.match(/^(.*?)( all-casing)?$/s);
      const cells = [element("code", {}, left), element("code", {}, right), casing ? "all casings" : ""];
      return element("tr", {}, ...cells.map((each) => element("td", {}, each)));
    });
    const heads = ["in the source", "in the copy", ""].map((each) => element("th", { scope: "col" }, each));
    return element("table", { class: "replacements" },
      element("thead", {}, element("tr", {}, ...heads)), element("tbody", {}, ...rows));
  }

  function findingBlock(finding) {
    return element("article", { class: "finding" },
      element("h4", {}, element("span", { class: "code" }, finding.code), ` ${finding.name}`),
      element("p", {}, ...app.withCode(finding.message)), finding.diff ? app.differenceTable(finding.diff, finding.rows) : null);
  }

  const UNSEEN = { external: "external, counted only", adapted: "not compared" };

  function sourceOf(entry, handlers) {
    if (entry.source) return objectLink(entry.source, handlers);
    const why = element("span", { class: "note" }, ` ${UNSEEN[entry.state] || "not resolved"}`);
    return element("p", {}, element("code", {}, entry.target), why);
  }

  function entrySection(entry, handlers) {
    const one = entry.copy.entries.length === 1;
    const row = element("span", { class: "note" }, `line ${entry.row}`);
    const told = entry.reason && entry.state !== "adapted";
    return element("section", {},
      element("h3", {}, app.kind(entry), row, one ? null : stateTag(entry.state)),
      element("pre", { class: "directive" }, app.directive(entry)),
      replacementTable(entry),
      told ? element("p", { class: "note" }, entry.reason) : null,
      ...entry.findings.map(findingBlock),
      element("h3", {}, "Source"), sourceOf(entry, handlers));
  }

  // The copies as a nested list, through chains; what was shown further up is not opened again.
  function copyList(object, handlers, seen) {
    const list = element("ul", { class: "copies" });
    const long = seen.size > 1 && object.copies.length > FEW + 2;
    object.copies.forEach((copy, n) => {
      const item = element("li", { hidden: long && n >= FEW }, objectLink(copy, handlers));
      if (!seen.has(copy) && copy.copies.length) item.append(copyList(copy, handlers, new Set([...seen, copy])));
      list.append(item);
    });
    if (long) list.append(moreButton([...list.children].slice(FEW)));
    return list;
  }

  function moreButton(hidden) {
    const more = element("button", { type: "button", class: "more" }, `${hidden.length} more`);
    const item = element("li", {}, more);
    more.addEventListener("click", () => {
      for (const each of hidden) each.hidden = false;
      item.remove();
    });
    return item;
  }

  function copiesSection(object, handlers) {
    if (!object.copies.length) return null;
    const all = [...app.descendants(object)].filter((other) => other !== object);
    const drifted = all.filter((other) => other.state === "drift").length;
    const through = all.length > object.copies.length ? `, ${all.length} through chains` : "";
    const sum = `${object.copies.length} directly${through}${drifted ? `, ${drifted} drifted` : ""}`;
    return element("section", {}, element("h3", {}, "Copies", element("span", { class: "note" }, sum)),
      copyList(object, handlers, new Set([object])));
  }

  function showDetails(panel, object, handlers) {
    panel.classList.toggle("wide", object.entries.some((entry) => entry.findings.some((finding) => finding.diff)));
    const body = [heading(object, handlers), ...object.entries.map((entry) => entrySection(entry, handlers))];
    panel.replaceChildren(...body, ...[copiesSection(object, handlers)].filter(Boolean));
    panel.setAttribute("aria-label", `Details of ${object.name}`);
    panel.scrollTop = 0;
    panel.hidden = false;
  }

  Object.assign(app, { showDetails, objectLink });
})(window.copycheck = window.copycheck || {});
