// The list: the same objects as the map, as nested lists below their packages, for readers of any kind.
(function (app) {
  "use strict";

  const { element } = app;

  function branch(object, matches, handlers, shown) {
    const link = app.objectLink(object, handlers);
    link.dataset.id = object.id;
    if (!matches(object)) link.classList.add("pale");
    shown.set(object, link);
    const item = element("li", {}, link);
    if (object.children.length) {
      item.append(element("ul", {}, ...object.children.map((child) => branch(child, matches, handlers, shown))));
    }
    return item;
  }

  // The copies that have drifted, by themselves: they are what the list is opened for.
  function drifted(families, matches, handlers) {
    const objects = families.flatMap((family) => family.members).filter((each) => each.state === "drift" && matches(each));
    if (!objects.length) return [];
    const items = objects.map((object) => element("li", {}, app.objectLink(object, handlers)));
    const sum = element("span", { class: "count" }, app.grouped(objects.length));
    return [element("section", { class: "drifted" }, element("h2", {}, "Drifted", sum), element("ul", {}, ...items))];
  }

  // Fills `host`; returns which link shows which object.
  function showListing(host, model, families, matches, handlers) {
    const shown = new Map();
    const packages = new Map();
    for (const family of families) packages.set(family.package, [...(packages.get(family.package) || []), family]);
    const sections = [...packages.keys()].sort().map((folder) => {
      const items = packages.get(folder).map((family) => branch(family.root, matches, handlers, shown));
      const heading = element("h2", {}, model.shorts.get(folder), element("span", { class: "place" }, folder));
      return element("section", {}, heading, element("ul", {}, ...items));
    });
    if (!sections.length) sections.push(element("p", { class: "note" }, "Nothing matches these filters."));
    host.replaceChildren(...drifted(families, matches, handlers), ...sections);
    return shown;
  }

  // From a link of the list to the one that an arrow key means.
  function listNeighbour(host, link, key) {
    if (key === "ArrowLeft") return link.closest("ul").parentNode.querySelector(":scope > button.object");
    if (key === "ArrowRight") return link.parentNode.querySelector(":scope > ul button.object");
    const links = [...host.querySelectorAll("button.object")];
    return links[links.indexOf(link) + (key === "ArrowDown" ? 1 : -1)] || null;
  }

  Object.assign(app, { showListing, listNeighbour });
})(window.copycheck = window.copycheck || {});
