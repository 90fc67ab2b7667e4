// What the parts say to each other: selection and its link, search, keys, theme.
(function (app) {
  "use strict";

  const { element, sign, place, byId, LABELS } = app;
  const MOST = 60; // results that are listed
  const KEYS = [
    ["/", "search"],
    ["← →", "to the source, to the copies"],
    ["↑ ↓", "to the neighbours, or through the results"],
    ["Enter", "open the details"],
    ["Esc", "close"],
    ["+ −", "zoom"],
    ["0", "show all"],
    ["L", "list or map"],
    ["T", "theme"],
    ["?", "these keys"],
  ];

  class Page {
    constructor(picture) {
      this.model = app.makeModel(picture);
      this.chosen = null;
      this.found = [];
      this.at = -1;
      this.listed = null;
      this.links = new Map();
      this.families = this.model.families;
      this.matches = () => true;
      this.handlers = { open: (object) => this.open(object), close: () => this.close() };
      this.setTheme(remembered());
      this.showTotals();
      this.sidebar = app.createSidebar(byId("filters"), this.model, () => this.filter());
      this.map = app.createMap(byId("map"), byId("ground"), this.model, {
        pick: (object) => (object ? this.open(object, false) : this.close()),
        hover: (object, x, y) => this.tip(object, x, y),
        inside: (frame) => this.tellPackage(frame),
      });
      this.wire();
      this.makeKeys();
      this.followHash(false);
    }

    showTotals() {
      const { picture } = this.model;
      const drifted = picture.copies.filter((copy) => copy.state === "drift").length;
      const sources = this.model.objects.filter((object) => object.copies.length).length;
      const count = (number, one, several) => `${app.grouped(number)} ${number === 1 ? one : several}`;
      const sums = `${count(picture.copies.length, "copy", "copies")} of ${count(sources, "source", "sources")}`;
      byId("sums").textContent = drifted ? `${sums}, ` : `${sums}, none drifted`;
      byId("drifted-button").textContent = `${app.grouped(drifted)} drifted`;
      byId("drifted-button").hidden = !drifted;
      const made = [picture.commit && `commit ${picture.commit}`, picture.date].filter(Boolean).join(", ");
      byId("made").textContent = made;
      byId("made").hidden = !made;
    }

    wire() {
      const on = (id, kind, act) => byId(id).addEventListener(kind, act);
      on("search", "input", () => this.search());
      on("search", "focus", () => this.search());
      on("search", "keydown", (event) => this.searchKey(event));
      on("search", "blur", () => this.hideResults());
      on("drifted-button", "click", () => this.toggleDrifted());
      on("map-button", "click", () => this.view(false));
      on("list-button", "click", () => this.view(true));
      on("filters-button", "click", () => this.toggleFilters());
      on("theme-button", "click", () => this.nextTheme());
      on("keys-button", "click", () => byId("keys").showModal());
      on("zoom-in", "click", () => this.map.zoomBy(1.4));
      on("zoom-out", "click", () => this.map.zoomBy(1 / 1.4));
      on("zoom-fit", "click", () => this.map.fit());
      on("skip", "click", (event) => { event.preventDefault(); this.view(true); this.focusList(); });
      document.addEventListener("keydown", (event) => this.key(event));
      window.addEventListener("hashchange", () => this.followHash(true));
      window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.map.restyle());
      new ResizeObserver(() => this.map.resize()).observe(byId("map"));
    }

    // ---- selection

    open(object, fly = true, animated = true) {
      if (!this.families.includes(object.family)) this.sidebar.clear();
      this.choose(object);
      if (byId("list-view").hidden) {
        if (fly) this.map.fly(object, animated);
        else this.map.reveal(object);
      } else this.showInList(object);
    }

    choose(object) {
      this.chosen = object;
      byId("unknown").hidden = true;
      app.showDetails(byId("panel"), object, this.handlers);
      this.map.resize();
      this.map.choose(object);
      this.markInList(object);
      byId("said").textContent = this.words(object);
      this.setHash(`#${encodeURIComponent(app.hashOf(this.model, object)).replace(/%2F/g, "/").replace(/%3A/g, ":")}`);
    }

    words(object) {
      const from = object.parent ? `, copied from ${object.parent.name}` : "";
      const copies = object.copies.length ? `, ${object.copies.length} copies` : "";
      return `${object.name}, ${LABELS[object.state]}${from}${copies}, ${object.module} row ${object.row}`;
    }

    close() {
      const held = byId("panel").contains(document.activeElement);
      byId("panel").hidden = true;
      this.chosen = null;
      this.map.resize();
      this.map.choose(null);
      this.markInList(null);
      this.setHash("");
      if (held) (byId("list-view").hidden ? byId("map") : byId("list-view")).focus();
    }

    setHash(hash) {
      if (location.hash !== hash) history.replaceState(null, "", hash || location.href.split("#")[0]);
    }

    followHash(animated) {
      const name = decoded(location.hash.slice(1));
      const object = app.byHash(this.model, name);
      byId("unknown").hidden = Boolean(object) || !name;
      byId("unknown").textContent = object || !name ? "" : `There is no object ${name} in this picture.`;
      if (object && object !== this.chosen) this.open(object, true, animated);
    }

    // The package that the window looks into, while its own heading is out of sight.
    tellPackage(frame) {
      const where = byId("where");
      if (where.hidden !== !frame) where.hidden = !frame;
      if (frame && where.title !== frame.package) [where.textContent, where.title] = [frame.label, frame.package];
    }

    tip(object, x, y) {
      const tip = byId("tip");
      tip.hidden = !object;
      if (!object) return;
      tip.replaceChildren(
        element("strong", {}, object.name),
        element("span", { class: `state ${object.state}` }, sign(object.state), LABELS[object.state]),
        place(object.module, object.row),
      );
      const room = byId("map").clientWidth;
      tip.style.left = `${Math.max(4, Math.min(x + 14, room - tip.offsetWidth - 8))}px`;
      tip.style.top = `${y + tip.offsetHeight + 24 > byId("map").clientHeight ? y - tip.offsetHeight - 8 : y + 16}px`;
    }

    // ---- search

    search() {
      const text = byId("search").value;
      this.found = app.search(this.model, text);
      this.at = this.found.length ? 0 : -1;
      const box = byId("results");
      const rows = this.found.slice(0, MOST).map((object, n) => this.result(object, n));
      const sum = this.found.length === 1 ? "1 object" : `${app.grouped(this.found.length)} objects`;
      const more = this.found.length > MOST ? `, the first ${MOST} shown` : "";
      box.replaceChildren(element("p", { class: "note", role: "presentation" }, `${sum}${more}`), ...rows);
      box.hidden = !text.trim();
      byId("search").setAttribute("aria-expanded", String(!box.hidden));
      if (!box.hidden) byId("said").textContent = sum;
      this.markResult();
    }

    result(object, n) {
      const row = element("div", { class: "result", role: "option", id: `result-${n}`, "aria-selected": "false" },
        sign(object.state), app.dotted(object.name),
        place(object.module, object.row),
        element("span", { class: "note" }, object.copies.length ? `${object.copies.length} copies` : ""));
      row.addEventListener("mousedown", (event) => { event.preventDefault(); this.take(n); });
      return row;
    }

    markResult() {
      for (const row of byId("results").querySelectorAll(".result")) {
        const here = row.id === `result-${this.at}`;
        row.setAttribute("aria-selected", String(here));
        if (here) row.scrollIntoView({ block: "nearest" });
      }
      if (this.at >= 0) byId("search").setAttribute("aria-activedescendant", `result-${this.at}`);
      else byId("search").removeAttribute("aria-activedescendant");
    }

    searchKey(event) {
      const last = Math.min(this.found.length, MOST) - 1;
      if (event.key === "ArrowDown") this.at = Math.min(this.at + 1, last);
      else if (event.key === "ArrowUp") this.at = Math.max(this.at - 1, Math.min(0, last));
      else if (event.key === "Enter" && this.at >= 0) return this.take(this.at);
      else return;
      event.preventDefault();
      this.markResult();
    }

    take(n) {
      const object = this.found[n];
      this.hideResults();
      byId("search").blur();
      this.open(object);
      if (byId("list-view").hidden) byId("map").focus({ preventScroll: true });
    }

    hideResults() {
      byId("results").hidden = true;
      byId("search").setAttribute("aria-expanded", "false");
    }

    // ---- filters and views

    filter() {
      byId("unknown").hidden = true;
      this.matches = this.sidebar.matches();
      byId("drifted-button").setAttribute("aria-pressed", String(this.sidebar.isOnly("state", "drift")));
      const families = this.model.families;
      this.families = this.sidebar.active ? families.filter((each) => each.members.some(this.matches)) : families;
      this.map.show(this.families, this.matches);
      byId("nothing").hidden = this.families.length > 0;
      this.listed = null;
      if (!byId("list-view").hidden) this.fillList();
      if (this.chosen && !this.families.includes(this.chosen.family)) this.close();
      const sum = this.families.reduce((all, family) => all + family.members.filter(this.matches).length, 0);
      byId("said").textContent = `${app.grouped(sum)} objects match`;
    }

    // What has drifted, in the list; once more shows everything again.
    toggleDrifted() {
      if (this.sidebar.isOnly("state", "drift")) this.sidebar.clear();
      else {
        this.sidebar.only("state", "drift");
        this.view(true);
      }
    }

    toggleFilters() {
      const open = document.body.classList.toggle("filtering");
      byId("filters-button").setAttribute("aria-expanded", String(open));
      this.map.resize();
    }

    view(list) {
      byId("unknown").hidden = true;
      byId("list-view").hidden = !list;
      byId("map-view").hidden = list;
      byId("list-button").setAttribute("aria-pressed", String(list));
      byId("map-button").setAttribute("aria-pressed", String(!list));
      if (list) this.fillList();
      else {
        this.map.resize();
        if (this.chosen) this.map.reveal(this.chosen);
      }
    }

    fillList() {
      if (this.listed !== this.families) {
        this.links = app.showListing(byId("list-view"), this.model, this.families, this.matches, this.handlers);
        this.listed = this.families;
      }
      this.markInList(this.chosen);
      if (this.chosen) this.showInList(this.chosen);
    }

    markInList(object) {
      for (const link of byId("list-view").querySelectorAll("[aria-current]")) link.removeAttribute("aria-current");
      const link = object && this.links.get(object);
      if (link) link.setAttribute("aria-current", "true");
    }

    showInList(object) {
      const link = this.links.get(object);
      if (link) link.scrollIntoView({ block: "center" });
    }

    focusList() {
      const link = (this.chosen && this.links.get(this.chosen)) || byId("list-view").querySelector("button.object");
      if (link) link.focus();
    }

    // ---- theme

    setTheme(theme) {
      this.theme = theme;
      if (theme === "auto") delete document.documentElement.dataset.theme;
      else document.documentElement.dataset.theme = theme;
      byId("theme-button").lastElementChild.textContent = { auto: "Auto", light: "Light", dark: "Dark" }[theme];
      byId("theme-button").setAttribute("aria-label", `Theme: ${theme}`);
    }

    nextTheme() {
      this.setTheme({ auto: "dark", dark: "light", light: "auto" }[this.theme]);
      remember(this.theme);
      this.map.restyle();
    }

    // ---- keys

    makeKeys() {
      const rows = KEYS.map(([key, what]) => element("tr", {},
        element("td", {}, ...key.split(" ").map((each) => element("kbd", {}, each))), element("td", {}, what)));
      byId("keys").append(element("h2", { id: "keys-title" }, "Keys"), element("table", {}, ...rows),
        element("form", { method: "dialog" }, element("button", { class: "plain" }, "Close")));
    }

    key(event) {
      if (event.ctrlKey || event.metaKey || event.altKey || byId("keys").open) return;
      if (event.key === "Escape") return this.escape(event);
      const { target } = event;
      if (target.matches("input[type=search]")) return;
      if (event.key.startsWith("Arrow")) return this.arrow(event);
      const acts = {
        "/": () => { byId("search").focus(); byId("search").select(); },
        "?": () => byId("keys").showModal(),
        "+": () => this.map.zoomBy(1.4), "=": () => this.map.zoomBy(1.4), "-": () => this.map.zoomBy(1 / 1.4),
        "0": () => this.map.fit(), l: () => this.view(byId("list-view").hidden), t: () => this.nextTheme(),
        Enter: () => this.enter(event),
      };
      const act = acts[event.key] || acts[event.key.toLowerCase()];
      if (!act) return;
      if (event.key !== "Enter") event.preventDefault();
      act();
    }

    enter(event) {
      if (!this.chosen || (event.target.id !== "map" && event.target !== document.body)) return;
      event.preventDefault();
      this.choose(this.chosen);
      byId("panel").focus();
    }

    escape(event) {
      if (event.target.id === "search" && !byId("results").hidden) {
        event.preventDefault();
        return this.hideResults();
      }
      if (event.target.id === "search") return byId("search").blur();
      if (document.body.classList.contains("filtering")) return this.toggleFilters();
      return this.close();
    }

    arrow(event) {
      const link = event.target.closest("#list-view button.object");
      if (link) {
        event.preventDefault();
        const next = app.listNeighbour(byId("list-view"), link, event.key);
        if (next) next.focus();
        return;
      }
      if (byId("list-view").hidden === false || event.target.closest("#panel, #filters, header")) return;
      event.preventDefault();
      const first = this.families.length ? this.map.frames[0].families[0].root : null;
      const next = this.chosen ? this.map.neighbour(this.chosen, event.key) : first;
      if (!next) return;
      this.choose(next);
      this.map.reveal(next);
    }
  }

  function decoded(text) {
    try {
      return decodeURIComponent(text);
    } catch {
      return text;
    }
  }

  // A page that was opened from a disk may not be allowed to remember anything.
  function remembered() {
    try {
      const theme = localStorage.getItem("copycheck-theme");
      return ["light", "dark"].includes(theme) ? theme : "auto";
    } catch {
      return "auto";
    }
  }

  function remember(theme) {
    try {
      localStorage.setItem("copycheck-theme", theme);
    } catch { /* the theme lasts as long as the page, then */ }
  }

  app.page = new Page(JSON.parse(byId("picture").textContent));
  app.page.map.cy.one("render", () => {
    performance.mark("copycheck-ready");
    document.body.dataset.ready = String(Math.round(performance.now()));
  });
})(window.copycheck = window.copycheck || {});
