// Places: each family is a tree from left to right, families fill the frame of their package, frames fill the map.
// Nothing here is random: the same picture is drawn the same way every time.
(function (app) {
  "use strict";

  const ROW = 13; // from a copy to the next
  const NAME = 110; // room for a name
  const STEP = 40; // room for the lines from a source to its copies
  const UNIT = 16; // places along the width are multiples of this
  const GAP = 9; // between families
  const HEAD = 62; // above the families of a package: room for its name
  const PAD = 14; // inside a frame
  const BETWEEN = 18; // from frame to frame

  // Rows for the leaves, then every source in the middle of its copies.
  function placeTree(object, depth, x, next) {
    object.x = x;
    const below = object.children;
    const step = depth ? STEP + NAME : STEP;
    let [row, deepest] = [next, x];
    const start = row;
    for (const child of below) {
      const [after, right] = placeTree(child, depth + 1, x + step, row);
      row = after;
      deepest = Math.max(deepest, right);
    }
    object.y = below.length ? (below[0].y + below[below.length - 1].y) / 2 : start * ROW;
    return [below.length ? row : start + 1, deepest];
  }

  function measureFamily(family) {
    const [rows, right] = placeTree(family.root, 0, NAME, 0);
    family.units = Math.ceil((right + NAME + GAP) / UNIT);
    family.height = rows * ROW + GAP;
  }

  // Puts boxes where the profile of what is placed already is lowest, the leftmost of such places.
  function pack(boxes, width) {
    const profile = new Float64Array(width);
    for (const box of boxes) {
      let [best, at] = [Infinity, 0];
      for (let left = 0; left + box.units <= width; left += 1) {
        let top = 0;
        for (let n = left; n < left + box.units && top < best; n += 1) top = Math.max(top, profile[n]);
        if (top < best) [best, at] = [top, left];
      }
      box.left = at * UNIT;
      box.top = best;
      profile.fill(best + box.height, at, at + box.units);
    }
    return profile.reduce((most, each) => Math.max(most, each), 0);
  }

  function byHeight(a, b) {
    return b.height - a.height || b.units - a.units || a.index - b.index;
  }

  // A frame: as wide as makes it roughly as wide as it is high.
  function measurePackage(frame) {
    frame.families.sort(byHeight);
    const area = frame.families.reduce((sum, family) => sum + family.units * UNIT * family.height, 0);
    const widest = Math.max(...frame.families.map((family) => family.units));
    const column = Math.min(...frame.families.map((family) => family.units));
    const columns = Math.max(1, Math.round(Math.sqrt(area * 1.25) / (column * UNIT)));
    const width = Math.max(widest, columns * column);
    const height = pack(frame.families, width);
    const used = Math.max(...frame.families.map((family) => family.left + family.units * UNIT));
    frame.width = used + 2 * PAD;
    frame.units = Math.ceil((frame.width + BETWEEN) / UNIT);
    frame.inner = height + HEAD + PAD - GAP;
    frame.height = frame.inner + BETWEEN;
  }

  // Places all families; `aspect` is the width of the window over its height. Returns the frames of the packages.
  function layout(families, shorts, aspect) {
    const frames = new Map();
    for (const family of families) {
      measureFamily(family);
      const frame = frames.get(family.package) || { package: family.package, families: [], index: frames.size };
      frame.families.push(family);
      frames.set(family.package, frame);
    }
    const all = [...frames.values()];
    all.forEach(measurePackage);
    all.sort(byHeight);
    const area = all.reduce((sum, frame) => sum + frame.units * UNIT * frame.height, 0);
    const widest = Math.max(0, ...all.map((frame) => frame.units));
    packMap(all, Math.max(widest, Math.round(Math.sqrt(area * aspect) / UNIT)), widest, aspect);
    all.forEach((frame) => settle(frame, shorts));
    return all;
  }

  // Of some widths, the one whose map can be shown largest in the window.
  function packMap(frames, about, widest, aspect) {
    const size = (width) => Math.max(width * UNIT, pack(frames, width) * aspect);
    const widths = [0.96, 1, 1.04, 1.08, 1.12, 1.16, 1.2].map((factor) => Math.max(widest, Math.round(about * factor)));
    const sizes = widths.map(size);
    pack(frames, widths[sizes.indexOf(Math.min(...sizes))]);
  }

  function settle(frame, shorts) {
    frame.label = shorts.get(frame.package);
    for (const family of frame.families) {
      const [x, y] = [frame.left + PAD + family.left, frame.top + HEAD + family.top];
      for (const object of family.members) {
        object.x += x;
        object.y += y + ROW / 2;
      }
      family.box = { x, y, width: family.units * UNIT - GAP, height: family.height - GAP };
    }
    frame.box = { x: frame.left, y: frame.top, width: frame.width, height: frame.inner };
  }

  Object.assign(app, { layout, NAME, HEAD });
})(window.copycheck = window.copycheck || {});
