// The picture as the page works with it: objects with their directives, families, packages, search.
(function (app) {
  "use strict";

  // From what needs a look to what does not; an object with several directives has the first state that fits.
  const STATES = ["drift", "unchecked", "external", "adapted", "in-sync"];
  const LABELS = {
    "in-sync": "in sync",
    drift: "drift",
    unchecked: "unchecked",
    external: "external",
    adapted: "adapted",
    source: "source",
  };

  function packageOf(path) {
    const end = path.lastIndexOf("/");
    return end < 0 ? "." : path.slice(0, end);
  }

  // For each folder the shortest end of its path that no other folder shares.
  function shortNames(folders) {
    const taken = new Map();
    const ends = (folder) => {
      const parts = folder.split("/");
      return parts.map((_, n) => parts.slice(parts.length - 1 - n).join("/"));
    };
    for (const folder of folders) {
      for (const end of ends(folder)) taken.set(end, (taken.get(end) || 0) + 1);
    }
    return new Map(folders.map((folder) => [folder, ends(folder).find((end) => taken.get(end) === 1) || folder]));
  }

  // The folders that all paths begin with: lists leave them out.
  function commonFolder(paths) {
    let prefix = paths.length ? packageOf(paths[0]) + "/" : "";
    while (prefix && !paths.every((path) => path.startsWith(prefix))) {
      prefix = prefix.slice(0, prefix.lastIndexOf("/", prefix.length - 2) + 1);
    }
    return prefix;
  }

  function stateOf(entries) {
    if (!entries.length) return "source";
    return STATES.find((state) => entries.some((entry) => entry.state === state)) || "unchecked";
  }

  function makeObjects(picture) {
    const objects = picture.objects.map((raw) => ({
      ...raw, package: packageOf(raw.module), entries: [], copies: [], parent: null, children: [], codes: new Set(),
    }));
    const byId = new Map(objects.map((object) => [object.id, object]));
    for (const raw of picture.copies) {
      const copy = byId.get(raw.copy);
      const entry = { ...raw, copy, source: raw.source === null ? null : byId.get(raw.source) };
      copy.entries.push(entry);
      for (const finding of raw.findings) copy.codes.add(finding.code);
      if (entry.source && !entry.source.copies.includes(copy)) entry.source.copies.push(copy);
    }
    return objects;
  }

  // One source of each copy becomes its parent in the drawn tree; a chain that comes back to itself is cut.
  function makeForest(objects) {
    for (const object of objects) {
      const entry = object.entries.find((each) => each.source && !isAbove(object, each.source));
      if (!entry) continue;
      object.parent = entry.source;
      entry.source.children.push(object);
    }
  }

  function isAbove(object, other) {
    for (let each = other; each; each = each.parent) if (each === object) return true;
    return false;
  }

  function makeFamilies(objects) {
    const families = [];
    for (const root of objects) {
      if (root.parent) continue;
      const family = { root, members: [], package: root.package, index: families.length };
      const todo = [root];
      while (todo.length) {
        const object = todo.pop();
        object.family = family;
        family.members.push(object);
        todo.push(...object.children.slice().reverse());
      }
      families.push(family);
    }
    return families;
  }

  // A copy that is named like its source is told by where it is; one named like another copy, by that as well.
  function label(object, shorts) {
    if (!object.parent) return object.name;
    const others = object.parent.children.filter((other) => other !== object);
    const folder = shorts.get(object.package);
    if (object.parent.name === object.name) {
      const alone = !others.some((other) => other.name === object.name && other.package === object.package);
      return `in ${alone ? folder : object.module.slice(object.module.lastIndexOf("/") + 1)}`;
    }
    return others.some((other) => other.name === object.name) ? `${folder} · ${object.name}` : object.name;
  }

  function byPlace(a, b) {
    return a.module < b.module ? -1 : a.module > b.module ? 1 : a.row - b.row;
  }

  function makeModel(picture) {
    const objects = makeObjects(picture);
    const shorts = shortNames([...new Set(objects.map((object) => object.package))]);
    makeForest(objects);
    const named = new Map();
    const common = commonFolder(objects.map((object) => object.module)).length;
    for (const object of objects) {
      object.state = stateOf(object.entries);
      object.short = object.module.slice(common);
      object.children.sort(byPlace);
      object.copies.sort(byPlace);
      object.targets = object.entries.map((entry) => entry.target).join(" ").toLowerCase();
      const key = `${object.module}::${object.name}`;
      named.set(key, [...(named.get(key) || []), object]);
    }
    for (const object of objects) object.label = label(object, shorts);
    return { picture, objects, families: makeFamilies(objects), shorts, named };
  }

  // What stands after the # of a link to an object: it stays right when lines move.
  function hashOf(model, object) {
    const key = `${object.module}::${object.name}`;
    if (object.name === object.module) return object.module;
    return model.named.get(key).length > 1 ? `${key}@${object.row}` : key;
  }

  // A whole file is named by its path alone.
  function byHash(model, hash) {
    const file = model.named.get(`${hash}::${hash}`);
    if (file) return file[0];
    if (model.named.has(hash)) return model.named.get(hash)[0];
    const [, key, row] = hash.match(/^(.*)@(\d+)$/) || [];
    const alike = model.named.get(key) || [];
    return alike.find((object) => object.row === Number(row)) || alike[0] || byDottedName(model, hash);
  }

  // The object that directives, or people, call by a dotted name: the parts in front that a root swallows may be left out.
  function byDottedName(model, name) {
    if (!/^[^\s/:]+$/.test(name)) return null;
    for (const object of model.objects) {
      const entry = object.entries.find((each) => each.source && each.target === name);
      if (entry) return entry.source;
    }
    const fits = (object) => {
      const module = object.module.replace(/\.[^./]*$/, "").replace(/\/__init__$/, "").replaceAll("/", ".");
      return `.${module}.${object.name}`.endsWith(`.${name}`);
    };
    return model.objects.find(fits) || null;
  }

  // How well an object answers the words of a search; 0 when it does not.
  function score(object, words) {
    const name = object.name.toLowerCase();
    const last = name.slice(name.lastIndexOf(".") + 1);
    const path = object.module.toLowerCase();
    let total = 0;
    for (const word of words) {
      if (name === word) total += 100;
      else if (last === word) total += 80;
      else if (name.startsWith(word)) total += 50;
      else if (name.includes(word)) total += 30;
      else if (path.includes(word)) total += 10;
      else if (object.targets.includes(word)) total += 5;
      else return 0;
    }
    return total + Math.min(object.copies.length, 40) / 50;
  }

  function search(model, text) {
    const words = text.toLowerCase().split(/\s+/).filter(Boolean);
    if (!words.length) return [];
    const found = [];
    for (const object of model.objects) {
      const points = score(object, words);
      if (points) found.push([points, object]);
    }
    found.sort((a, b) => b[0] - a[0] || byPlace(a[1], b[1]));
    return found.map(([, object]) => object);
  }

  // The directive in its own words, as the picture tells its parts; of a full copy, the file that it copies.
  function directive(entry) {
    const isFile = entry.copy.name === entry.copy.module;
    const replaced = entry.replacements.length ? ` with ${entry.replacements.join(", ")}` : "";
    if (entry.state === "adapted") return `${isFile ? "" : "# Adapted from "}${entry.target}${isFile ? replaced : ""}: ${entry.reason}`;
    return `${isFile ? "" : "# Copied from "}${entry.target}${replaced}`;
  }

  function kind(entry) {
    if (entry.copy.name === entry.copy.module) return "Full copy of";
    return entry.state === "adapted" ? "Adapted" : "Directive";
  }

  // All copies below an object, through chains.
  function descendants(object, seen = new Set([object])) {
    for (const copy of object.copies) {
      if (seen.has(copy)) continue;
      seen.add(copy);
      descendants(copy, seen);
    }
    return seen;
  }

  Object.assign(app, { STATES, LABELS, makeModel, hashOf, byHash, search, directive, kind, descendants });
})(window.copycheck = window.copycheck || {});
