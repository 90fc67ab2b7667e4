// A unified diff as a table with two columns, with the words that differ marked.
(function (app) {
  "use strict";

  const { element } = app;

  const TOKENS = /\s+|\w+|[^\s\w]/gu;
  const LONGEST = 240; // tokens a line; longer ones are marked as a whole

  // Rows: {hunk}, or {left, right}, each {number, parts: [{text, changed}], changed} or null.
  // `numbers` has both line numbers of each line behind the two headings; without it, lines are counted from the hunks.
  function sideBySide(diff, numbers) {
    const rows = [];
    let place = -1;
    let [left, right] = [0, 0];
    let removed = [];
    let added = [];
    const flush = () => {
      for (let n = 0; n < Math.max(removed.length, added.length); n += 1) rows.push(pair(removed[n], added[n]));
      [removed, added] = [[], []];
    };
    const lines = diff.split("\n");
    if (lines[lines.length - 1] === "") lines.pop();
    let inside = false;
    const start = lines.findIndex((line) => line.startsWith("@@"));
    for (const line of lines.slice(Math.max(start, 0))) {
      place += 1;
      if (numbers && numbers[place]) {
        [left, right] = [numbers[place][0] || left, numbers[place][1] || right];
      }
      const hunk = line.match(/^@@ -(\d+)(?:,\d+)? \+(\d+)(?:,\d+)? @@/);
      if (hunk) {
        flush();
        [left, right] = [Number(hunk[1]), Number(hunk[2])];
        inside = true;
        rows.push({ hunk: line });
      } else if (!inside || line.startsWith("\\")) {
        continue;
      } else if (line.startsWith("-")) {
        removed.push({ number: left++, text: line.slice(1) });
      } else if (line.startsWith("+")) {
        added.push({ number: right++, text: line.slice(1) });
      } else {
        flush();
        const text = line.slice(1);
        rows.push({ left: plain(left++, text), right: plain(right++, text) });
      }
    }
    flush();
    return rows;
  }

  // The two headings of a diff, without their signs.
  function titles(diff) {
    const [from, to] = [diff.match(/^--- (.*)$/m), diff.match(/^\+\+\+ (.*)$/m)];
    return [from ? from[1] : "copy", to ? to[1].replace(/ \(expected(?: from .*)?\)$/, "") : "expected"];
  }

  function plain(number, text) {
    return { number, parts: [{ text, changed: false }], changed: false };
  }

  function whole(line) {
    return line ? { number: line.number, parts: [{ text: line.text, changed: false }], changed: true } : null;
  }

  function pair(removed, added) {
    if (!removed || !added) return { left: whole(removed), right: whole(added) };
    const [a, b] = [removed.text.match(TOKENS) || [], added.text.match(TOKENS) || []];
    if (a.length > LONGEST || b.length > LONGEST) return { left: whole(removed), right: whole(added) };
    const [keptA, keptB, weight] = common(a, b);
    if (weight * 4 < Math.max(removed.text.trim().length, added.text.trim().length)) {
      return { left: whole(removed), right: whole(added) };
    }
    return {
      left: { number: removed.number, parts: parts(a, keptA), changed: true },
      right: { number: added.number, parts: parts(b, keptB), changed: true },
    };
  }

  // Which tokens belong to the longest common subsequence, and how many of their characters are not blank.
  function common(a, b) {
    const width = b.length + 1;
    const best = new Uint16Array((a.length + 1) * width);
    for (let i = a.length - 1; i >= 0; i -= 1) {
      for (let j = b.length - 1; j >= 0; j -= 1) {
        best[i * width + j] = a[i] === b[j]
          ? best[(i + 1) * width + j + 1] + 1
          : Math.max(best[(i + 1) * width + j], best[i * width + j + 1]);
      }
    }
    const [keptA, keptB] = [new Set(), new Set()];
    let [i, j, weight] = [0, 0, 0];
    while (i < a.length && j < b.length) {
      if (a[i] === b[j]) {
        weight += a[i].trim().length;
        keptA.add(i++);
        keptB.add(j++);
      } else if (best[(i + 1) * width + j] >= best[i * width + j + 1]) i += 1;
      else j += 1;
    }
    return [keptA, keptB, weight];
  }

  function parts(tokens, kept) {
    const made = [];
    tokens.forEach((text, n) => {
      const changed = !kept.has(n);
      const last = made[made.length - 1];
      if (last && last.changed === changed) last.text += text;
      else made.push({ text, changed });
    });
    return made;
  }

  function cell(side, which) {
    const kind = side === null ? "none" : side.changed ? which : "";
    const text = element("td", { class: `text ${kind}` });
    if (side === null) return [element("td", { class: "row none" }), text];
    for (const part of side.parts) {
      const marked = part.changed ? element(which === "old" ? "del" : "ins", {}, part.text) : part.text;
      text.append(marked);
    }
    return [element("td", { class: `row ${kind}` }, String(side.number)), text];
  }

  function differenceTable(diff, numbers) {
    const [from, to] = titles(diff);
    const body = element("tbody", {});
    for (const row of sideBySide(diff, numbers)) {
      if (row.hunk) body.append(element("tr", { class: "hunk" }, element("td", { colspan: 4 }, row.hunk)));
      else body.append(element("tr", {}, ...cell(row.left, "old"), ...cell(row.right, "new")));
    }
    const head = element("tr", {}, ...[["Copy", from], ["Expected", to]].map(([title, path]) => element(
      "th", { colspan: 2, scope: "col", title: path }, element("strong", {}, title), " ", path)));
    const columns = ["row", "text", "row", "text"].map((name) => element("col", { class: name }));
    const table = element("table", {}, element("colgroup", {}, ...columns), element("thead", {}, head), body);
    return element(
      "div", { class: "diff", tabindex: 0, role: "region", "aria-label": "Difference side by side" }, table,
    );
  }

  Object.assign(app, { sideBySide, titles, differenceTable });
})(window.copycheck = window.copycheck || {});
