// The page of `copycheck report --format html`: totals, drifts with their differences, and the two tables.
(function (app) {
  "use strict";

  const { element, sign, place, dotted, grouped, byId, withCode, differenceTable } = app;
  const FIRST = 25; // rows of a table before "show all"

  function totals(report) {
    const { counts, behind } = report.total;
    const cells = [["copies", report.total.total, null], ...report.states.map(([state, label]) => [label, counts[state] || 0, state])];
    if (behind) cells.push(["behind upstream", behind, "drift"]);
    byId("totals").append(...cells.map(([label, count, state]) => element("div", {},
      element("dt", {}, state ? sign(state) : null, label), element("dd", {}, grouped(count)))));
  }

  function table(rows, report, first, named) {
    const present = report.states.filter(([state]) => rows.some((row) => row.counts[state]));
    const states = present.sort(([one], [other]) => (other === "drift") - (one === "drift")); // what a narrow screen must show
    const withBehind = rows.some((row) => row.behind);
    const heads = [first, "copies", ...states.map(([, label]) => label), ...(withBehind ? ["behind upstream"] : [])];
    const body = element("tbody", {});
    const add = (row) => body.append(element("tr", {}, element("td", {}, named(row.name)), number(row.total, ""),
      ...states.map(([state]) => number(row.counts[state] || 0, state === "drift" ? "drifted" : "")),
      ...(withBehind ? [number(row.behind, "drifted")] : [])));
    rows.slice(0, FIRST).forEach(add);
    const head = element("tr", {}, ...heads.map((text) => element("th", { scope: "col" }, text)));
    const made = element("div", { class: "scroll" }, element("table", { class: "counts" }, element("thead", {}, head), body));
    if (rows.length <= FIRST) return [made];
    const more = element("button", { type: "button", class: "more", onclick: () => {
      rows.slice(FIRST).forEach(add);
      more.remove();
    } }, `Show all ${grouped(rows.length)}`);
    return [made, more];
  }

  function number(count, kind) {
    return element("td", { class: count ? kind : "zero" }, grouped(count));
  }

  function written(drift) {
    if (!drift.date) return "git does not know when";
    const side = drift.side === "source" ? "the source changed" : "the copy changed";
    if (!drift.commit) return `${side}, not committed yet`;
    return `${side}: ${drift.author}, ${drift.commit} ${drift.subject}`;
  }

  function entry(drift) {
    const what = element("span", { class: "what" }, element("strong", {}, drift.name), " in ", place(drift.filename, drift.row),
      drift.baselined ? element("span", { class: "tag" }, "in the baseline") : null);
    const head = element("summary", {}, element("span", { class: "date" }, drift.date || "unknown"), what,
      element("span", { class: "by" }, written(drift)));
    const made = element("details", {}, head);
    made.addEventListener("toggle", () => {
      if (!made.open || made.children.length > 1) return;
      made.append(element("div", {}, element("p", {}, ...withCode(drift.message)), drift.diff ? differenceTable(drift.diff, drift.rows) : null));
    });
    return made;
  }

  function unchecked(findings) {
    const rows = findings.map((finding) => element("tr", {}, element("td", {}, place(finding.filename, finding.row)),
      element("td", { class: "why" }, `${finding.code}: `, ...withCode(finding.message), finding.help ? ". " : "", ...withCode(finding.help || ""))));
    byId("unchecked").hidden = false;
    byId("unchecked").querySelector(".scroll").append(element("table", { class: "counts" }, element("tbody", {}, ...rows)));
  }

  const report = JSON.parse(byId("report").textContent);
  byId("when").textContent = [report.commit && `at commit ${report.commit}`, report.date].filter(Boolean).join(", ");
  totals(report);
  if (report.drifts.length) byId("drifts").append(...report.drifts.map(entry));
  else byId("drifts").append(element("p", {}, "No copy has drifted."));
  if (report.drifts.length) byId("drifts").firstChild.open = true;
  if (report.unchecked.length) unchecked(report.unchecked);
  byId("packages").append(...table(report.packages, report, "package", (name) => name));
  byId("sources").append(...table(report.sources, report, "source", dotted));
  document.body.dataset.ready = "1";
})(window.copycheck);
