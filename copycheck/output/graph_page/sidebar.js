// The filters, which are the legend too: states, rules and packages with their counts.
(function (app) {
  "use strict";

  const { element, sign, LABELS } = app;
  const SHOWN = 14; // packages before "show all"
  const ORDER = ["in-sync", "drift", "unchecked", "external", "adapted", "source"];

  const text = (...children) => element("span", { class: "text" }, ...children);

  const facets = {
    state: (object) => [object.state],
    rule: (object) => [...object.codes],
    package: (object) => [object.package],
  };

  // Within a group any of the chosen values will do; every group must be answered.
  function matcher(chosen, without = null) {
    const groups = Object.keys(facets).filter((group) => group !== without && chosen[group].size);
    return (object) => groups.every((group) => facets[group](object).some((value) => chosen[group].has(value)));
  }

  function counts(model, chosen, group) {
    const matches = matcher(chosen, group);
    const sums = new Map();
    for (const object of model.objects) {
      if (!matches(object)) continue;
      for (const value of facets[group](object)) sums.set(value, (sums.get(value) || 0) + 1);
    }
    return sums;
  }

  function totals(model, group) {
    return counts(model, { state: new Set(), rule: new Set(), package: new Set() }, group);
  }

  function ruleNames(model) {
    const names = new Map();
    for (const object of model.objects) {
      for (const entry of object.entries) for (const finding of entry.findings) names.set(finding.code, finding.name);
    }
    return names;
  }

  class Sidebar {
    constructor(host, model, changed) {
      Object.assign(this, { host, model, changed, rows: new Map(), all: false });
      this.chosen = { state: new Set(), rule: new Set(), package: new Set() };
      this.names = ruleNames(model);
      host.append(this.stateGroup(), this.ruleGroup(), this.packageGroup());
      this.clearButton = element(
        "button", { type: "button", class: "clear", hidden: true, onclick: () => this.clear() }, "Clear filters",
      );
      host.append(this.clearButton);
      this.refresh();
    }

    option(group, value, ...label) {
      const box = element("input", { type: "checkbox", name: group, value, onchange: () => this.toggle(group, value) });
      const count = element("span", { class: "count" });
      const row = element("label", { class: "option", title: value }, box, ...label, count);
      this.rows.set(`${group} ${value}`, { row, box, count, group, value });
      return row;
    }

    stateGroup() {
      const rows = ORDER.map((state) => this.option("state", state, sign(state), text(LABELS[state])));
      return element("fieldset", {}, element("legend", {}, "State"), ...rows);
    }

    ruleGroup() {
      const codes = [...totals(this.model, "rule").keys()].sort();
      const label = (code) => text(element("span", { class: "code" }, code), ` ${this.names.get(code)}`);
      const rows = codes.map((code) => this.option("rule", code, label(code)));
      if (!rows.length) rows.push(element("p", { class: "note" }, "No findings"));
      return element("fieldset", {}, element("legend", {}, "Rule"), ...rows);
    }

    packageGroup() {
      const sums = totals(this.model, "package");
      const folders = [...sums.keys()].sort((a, b) => sums.get(b) - sums.get(a) || (a < b ? -1 : 1));
      this.find = element("input", {
        type: "search", placeholder: "Find a package", "aria-label": "Find a package",
        oninput: () => this.refreshPackages(),
      });
      this.folders = folders;
      const rows = folders.map((folder) => this.option("package", folder, text(this.model.shorts.get(folder))));
      const unfold = () => {
        this.all = !this.all;
        this.refreshPackages();
      };
      this.more = element("button", { type: "button", class: "more", onclick: unfold });
      const legend = element("legend", {}, "Package");
      return element("fieldset", { class: "packages" }, legend, this.find, ...rows, this.more);
    }

    toggle(group, value) {
      const set = this.chosen[group];
      if (!set.delete(value)) set.add(value);
      this.refresh();
      this.changed();
    }

    clear() {
      for (const set of Object.values(this.chosen)) set.clear();
      this.rows.forEach(({ box }) => { box.checked = false; });
      this.refresh();
      this.changed();
    }

    // Chooses one value of one group, and nothing else.
    only(group, value) {
      for (const set of Object.values(this.chosen)) set.clear();
      this.chosen[group].add(value);
      this.rows.forEach(({ box }, key) => { box.checked = key === `${group} ${value}`; });
      this.refresh();
      this.changed();
    }

    isOnly(group, value) {
      const sum = Object.values(this.chosen).reduce((all, set) => all + set.size, 0);
      return sum === 1 && this.chosen[group].has(value);
    }

    get active() {
      return Object.values(this.chosen).some((set) => set.size);
    }

    matches() {
      return matcher(this.chosen);
    }

    refresh() {
      for (const group of Object.keys(facets)) {
        const sums = counts(this.model, this.chosen, group);
        for (const each of this.rows.values()) {
          if (each.group !== group) continue;
          const sum = sums.get(each.value) || 0;
          each.count.textContent = app.grouped(sum);
          each.row.classList.toggle("empty", !sum);
          each.box.disabled = !sum && !each.box.checked;
        }
      }
      this.clearButton.hidden = !this.active;
      this.refreshPackages();
    }

    refreshPackages() {
      const wanted = this.find.value.trim().toLowerCase();
      let shown = 0;
      for (const folder of this.folders) {
        const { row, box } = this.rows.get(`package ${folder}`);
        const fits = folder.toLowerCase().includes(wanted) && (!row.classList.contains("empty") || box.checked);
        row.hidden = !(box.checked || (fits && (this.all || wanted || shown < SHOWN)));
        if (!row.hidden) shown += 1;
      }
      this.more.hidden = Boolean(wanted) || this.folders.length <= SHOWN;
      this.more.textContent = this.all ? "Show fewer" : `Show all ${this.folders.length}`;
    }
  }

  app.createSidebar = (host, model, changed) => new Sidebar(host, model, changed);
})(window.copycheck = window.copycheck || {});
