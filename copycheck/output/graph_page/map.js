// The map: Cytoscape.js draws sources, copies and lines; a canvas below it shows the frames of the packages.
(function (app) {
  "use strict";

  const FONT = "system-ui, -apple-system, Segoe UI, Roboto, sans-serif";
  const AT_ONCE = 80; // names that are made in one frame
  const READABLE = 0.72; // the zoom from which names are drawn
  const FAR = 0.75; // below this zoom, what is not in sync gets a halo
  const [FURTHEST, NEAREST] = [0.05, 5];
  const REACH = 9; // pixels around a click
  const SHAPES = {
    "in-sync": "ellipse", drift: "diamond", unchecked: "triangle", external: "rectangle", adapted: "hexagon",
  };

  function colour(name) {
    return getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
  }

  function colours() {
    const names = [
      "ink", "soft", "line", "ground", "frame", "frame-line", "accent", "glow",
      "in-sync", "drift", "unchecked", "external", "adapted", "source",
    ];
    return Object.fromEntries(names.map((name) => [name, colour(name)]));
  }

  function nodeStyle(paint) {
    return {
      width: 8, height: 8, "font-size": 8, "min-zoomed-font-size": 8 * READABLE,
      "font-family": FONT,
      color: paint.ink, "text-halign": "right", "text-valign": "center", "text-margin-x": 4,
      "background-color": paint["in-sync"], events: "no", "overlay-opacity": 0,
    };
  }

  function styles(paint) {
    const states = Object.entries(SHAPES).filter(([state]) => state !== "in-sync").map(([state, shape]) => ({
      selector: `.${state}`, style: { shape, width: 11, height: 11, "background-color": paint[state] },
    }));
    return [
      { selector: "core", style: { "active-bg-opacity": 0 } },
      { selector: "node", style: nodeStyle(paint) },
      { selector: ".named", style: { label: "data(label)" } },
      { selector: "edge", style: {
        "curve-style": "haystack", "haystack-radius": 0, width: 0.8, "line-color": paint.line, events: "no",
        "overlay-opacity": 0,
      } },
      ...states,
      { selector: ".source", style: {
        width: 8.5, height: 8.5, "background-color": paint.frame, "border-width": 1.8, "border-color": paint.source,
      } },
      { selector: ".root", style: { "text-halign": "left", "text-margin-x": -4, "font-weight": 600 } },
      { selector: ".between", style: {
        "text-background-color": paint.frame, "text-background-opacity": 1, "text-background-padding": 1,
        "font-weight": 600,
      } },
      { selector: "edge.drift", style: { "line-color": paint.drift, width: 1 } },
      { selector: ".pale", style: { opacity: 0.28 } },
      { selector: "edge.near", style: { "line-color": paint.accent, width: 1.1 } },
      { selector: ".kin", style: { "text-background-color": paint.glow } },
      { selector: "node.chosen", style: {
        "underlay-color": paint.accent, "underlay-opacity": 0.35, "underlay-padding": 4,
        "underlay-shape": "ellipse", color: paint.accent, "font-weight": 600,
      } },
      { selector: ".gone", style: { display: "none" } },
    ];
  }

  function classesOf(object) {
    const place = !object.parent ? "root" : object.children.length ? "between" : "";
    return `${object.state} ${place}`;
  }

  function elementsOf(model) {
    const elements = [];
    for (const object of model.objects) {
      elements.push({
        data: { id: `n${object.id}` }, position: { x: object.x, y: object.y }, classes: classesOf(object),
      });
    }
    for (const object of model.objects) {
      for (const copy of object.copies) {
        const id = `e${object.id}-${copy.id}`;
        const drift = copy.state === "drift" ? "drift" : "";
        elements.push({ data: { id, source: `n${object.id}`, target: `n${copy.id}` }, classes: drift });
      }
    }
    return elements;
  }

  // As much of a text as there is room for; nothing when that would be less than three letters.
  function fitting(context, text, room) {
    let width = context.measureText(text).width;
    let cut = text;
    while (width > room && cut.length > 3) {
      cut = cut.slice(0, Math.min(cut.length - 1, Math.ceil((cut.length * room) / width)));
      width = context.measureText(`${cut}…`).width;
    }
    if (cut === text) return text;
    return width > room ? "" : `${cut}…`;
  }

  // A dotted name that is too long keeps its last part, which tells the methods of a class apart.
  function fittingDotted(context, text, room) {
    const dot = text.lastIndexOf(".");
    if (dot < 0 || context.measureText(text).width <= room) return fitting(context, text, room);
    const last = text.slice(dot);
    const spare = room - context.measureText(last).width;
    const first = spare > 0 ? fitting(context, text.slice(0, dot), spare) : "";
    return first ? first + last : fitting(context, `…${last.slice(1)}`, room);
  }

  // A name whose beginning and end both matter.
  function fittingEnds(context, text, room) {
    let kept = text.length;
    let cut = text;
    while (kept > 4 && context.measureText(cut).width > room) {
      kept -= 1;
      cut = `${text.slice(0, Math.ceil(kept / 2))}…${text.slice(text.length - Math.floor(kept / 2))}`;
    }
    return cut;
  }

  // What the map has room for; copies of a method that keep its name are told by their class.
  function nameOnMap(context, object, room) {
    const dot = object.label.lastIndexOf(".");
    const [first, last] = [object.label.slice(0, Math.max(0, dot)), object.label.slice(dot)];
    const same = first && object.parent && object.parent.name.endsWith(last) && object.label === object.name;
    return same ? fittingEnds(context, first, room) : fittingDotted(context, object.label, room);
  }

  class CopyMap {
    constructor(host, canvas, model, handlers) {
      Object.assign(this, { host, canvas, model, handlers, chosen: null, visible: model.objects, pale: new Set() });
      this.paint = colours();
      this.frames = app.layout(model.families, model.shorts, this.aspect());
      this.cy = window.cytoscape({
        container: host, elements: elementsOf(model), style: styles(this.paint), layout: { name: "preset", fit: false },
        ...this.view(this.whole(), 1.6, 14),
        minZoom: FURTHEST, maxZoom: NEAREST, autoungrabify: true, autounselectify: true, boxSelectionEnabled: false,
        textureOnViewport: false, hideEdgesOnViewport: false, pixelRatio: Math.min(window.devicePixelRatio || 1, 2),
      });
      this.named = new Set();
      this.cy.on("render", () => this.drawGround());
      this.cy.on("viewport", () => this.nameWhatIsSeen());
      this.cy.on("tap", (event) => handlers.pick(this.at(event.position)));
      this.cy.on("dbltap", (event) => this.zoomBy(2, event.renderedPosition));
      // Whoever takes hold of the map while it flies has it at once.
      for (const kind of ["wheel", "pointerdown"]) {
        host.addEventListener(kind, () => this.cy.stop(true), { capture: true, passive: true });
      }
      host.addEventListener("mousemove", (event) => this.hover(event));
      host.addEventListener("mouseleave", () => handlers.hover(null));
    }

    aspect() {
      return Math.max(0.5, this.host.clientWidth / Math.max(1, this.host.clientHeight));
    }

    // Lay out these families alone; objects that do not match are pale.
    show(families, matches) {
      const inside = new Set(families);
      this.frames = app.layout(families, this.model.shorts, this.aspect());
      this.visible = this.model.objects.filter((object) => inside.has(object.family));
      this.pale = new Set(this.visible.filter((object) => !matches(object)));
      this.cy.batch(() => this.model.objects.forEach((object) => this.place(object, inside.has(object.family))));
      this.fit(false);
    }

    place(object, here) {
      const node = this.node(object);
      node.toggleClass("gone", !here);
      if (!here) return;
      node.position({ x: object.x, y: object.y });
      node.toggleClass("pale", this.pale.has(object));
    }

    // The name as the map has room for it; the tip tells all of it.
    name(object) {
      const context = this.canvas.getContext("2d");
      context.font = `${object.children.length ? 600 : 400} 16px ${FONT}`;
      this.node(object).data("label", nameOnMap(context, object, 2 * (app.NAME - 8))).addClass("named");
      this.named.add(object);
    }

    node(object) {
      return this.cy.getElementById(`n${object.id}`);
    }

    choose(object) {
      this.cy.batch(() => {
        this.cy.elements(".chosen, .near").removeClass("chosen near");
        this.cy.elements(".kin").removeClass("kin");
        if (object) this.mark(object);
      });
      this.chosen = object;
      this.cy.forceRender();
    }

    // The object, the line to its source, and every line that a change of it would go down.
    mark(object) {
      this.node(object).addClass("chosen").connectedEdges().addClass("near");
      for (const each of app.descendants(object)) this.node(each).outgoers("edge").addClass("near");
      const between = object.family.members.filter((each) => each.parent && each.children.length);
      for (const each of between) this.node(each).addClass("kin");
    }

    at(position) {
      return position ? this.nearest(position.x, position.y) : null;
    }

    // The object under a place of the map: its sign, or its name where names are drawn.
    nearest(x, y) {
      const zoom = this.cy.zoom();
      const reach = Math.max(REACH / zoom, 5);
      const name = zoom >= READABLE ? app.NAME - 6 : 0;
      let [found, least] = [null, Infinity];
      for (const object of this.visible) {
        const dy = Math.abs(object.y - y);
        const dx = (x - object.x) * (object.parent ? 1 : -1);
        if (dy > reach || dx < -reach || dx > Math.max(reach, name)) continue;
        const distance = dy * 3 + Math.max(0, Math.abs(dx) - (dx > 0 ? name : 0));
        if (distance < least) [found, least] = [object, distance];
      }
      return found;
    }

    hover(event) {
      const place = this.host.getBoundingClientRect();
      const [pan, zoom] = [this.cy.pan(), this.cy.zoom()];
      const [left, top] = [event.clientX - place.left, event.clientY - place.top];
      const object = event.buttons ? null : this.nearest((left - pan.x) / zoom, (top - pan.y) / zoom);
      this.host.style.cursor = object ? "pointer" : "";
      this.handlers.hover(object, left, top);
    }

    // The object next to the chosen one: its source, its first copy, or what is above or below it.
    neighbour(object, key) {
      if (key === "ArrowLeft" && object.parent) return object.parent;
      if (key === "ArrowRight" && object.children.length) return object.children[0];
      const side = key === "ArrowLeft" || key === "ArrowRight";
      const sign = key === "ArrowLeft" || key === "ArrowUp" ? -1 : 1;
      let [found, least] = [null, Infinity];
      for (const other of this.visible) {
        const [dx, dy] = [other.x - object.x, other.y - object.y];
        const [along, across] = side ? [dx * sign, Math.abs(dy)] : [dy * sign, Math.abs(dx)];
        if (along <= 1) continue;
        const distance = along + across * 3;
        if (distance < least) [found, least] = [other, distance];
      }
      return found;
    }

    fit(animated = true) {
      if (!this.frames.length) return;
      this.moveTo(this.whole(), animated, 1.6, 14);
    }

    // All frames together.
    whole() {
      const right = Math.max(1, ...this.frames.map((frame) => frame.box.x + frame.box.width));
      const bottom = Math.max(1, ...this.frames.map((frame) => frame.box.y + frame.box.height));
      return { x: 0, y: 0, width: right, height: bottom };
    }

    // Names cost the library most, so an object gets its own when it is first seen from near.
    nameWhatIsSeen() {
      const [pan, zoom] = [this.cy.pan(), this.cy.zoom()];
      if (zoom < READABLE) return;
      const [left, right] = [-pan.x / zoom - 200, (this.host.clientWidth - pan.x) / zoom + 200];
      const [top, bottom] = [-pan.y / zoom - 100, (this.host.clientHeight - pan.y) / zoom + 100];
      const seen = this.visible.filter((object) => !this.named.has(object) && object.x > left && object.x < right
        && object.y > top && object.y < bottom);
      if (!seen.length || this.naming) return;
      this.naming = requestAnimationFrame(() => {
        this.naming = 0;
        const now = seen.slice(0, AT_ONCE);
        this.cy.batch(() => now.forEach((object) => this.name(object)));
        if (now.length < seen.length) this.nameWhatIsSeen();
      });
    }

    // Show the family of an object, or the part around the object where the family is too high to be read.
    fly(object, animated = true) {
      const { box } = object.family;
      if (this.view(box, 2, 24).zoom >= READABLE) return this.moveTo(box, animated, 2, 24);
      const width = Math.min(box.width, this.host.clientWidth / 1.1);
      const around = { x: object.x - width / 2, y: object.y - 100, width, height: 200 };
      return this.moveTo(around, animated, 1.1, 20);
    }

    // The object comes into view if it is out of it; the zoom stays where names can be read.
    reveal(object) {
      const at = this.node(object).renderedPosition();
      const inside = at.x > 60 && at.y > 30 && at.x < this.host.clientWidth - 60 && at.y < this.host.clientHeight - 30;
      if (!inside || this.cy.zoom() < READABLE) this.fly(object);
    }

    // The viewport in which a box fills the window, at a zoom of `most` or less.
    view(box, most, margin) {
      const [width, height] = [this.host.clientWidth, this.host.clientHeight];
      const wanted = Math.min((width - 2 * margin) / box.width, (height - 2 * margin) / box.height, most);
      const zoom = Math.max(FURTHEST, wanted);
      const pan = {
        x: width / 2 - (box.x + box.width / 2) * zoom, y: height / 2 - (box.y + box.height / 2) * zoom,
      };
      return { zoom, pan };
    }

    moveTo(box, animated, most, margin) {
      const { zoom, pan } = this.view(box, most, margin);
      this.cy.stop(true);
      const still = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
      if (animated && !still) this.cy.animate({ zoom, pan, duration: 320, easing: "ease-in-out-cubic" });
      else this.cy.viewport({ zoom, pan });
    }

    zoomBy(factor, place) {
      const middle = { x: this.host.clientWidth / 2, y: this.host.clientHeight / 2 };
      this.cy.stop(true);
      this.cy.zoom({ level: this.cy.zoom() * factor, renderedPosition: place || middle });
    }

    resize() {
      this.cy.resize();
    }

    restyle() {
      this.paint = colours();
      this.cy.style(styles(this.paint));
      this.cy.forceRender();
    }

    drawGround() {
      const ratio = Math.min(window.devicePixelRatio || 1, 2);
      const [width, height] = [this.host.clientWidth, this.host.clientHeight];
      const { canvas } = this;
      if (canvas.width !== width * ratio || canvas.height !== height * ratio) {
        [canvas.width, canvas.height] = [width * ratio, height * ratio];
      }
      const context = canvas.getContext("2d");
      context.setTransform(ratio, 0, 0, ratio, 0, 0);
      context.clearRect(0, 0, width, height);
      const [pan, zoom] = [this.cy.pan(), this.cy.zoom()];
      const onScreen = ({ x, y, width: w, height: h }) => [x * zoom + pan.x, y * zoom + pan.y, w * zoom, h * zoom];
      let around = null;
      for (const frame of this.frames) {
        const [x, y, w, h] = onScreen(frame.box);
        if (x < width && y < height && x + w > 0 && y + h > 0) this.drawFrame(context, frame, x, y, w, h);
        const hidden = x < 0 || y + (app.HEAD * zoom) / 3 < 0;
        const [middle, centre] = [width / 2, height / 2];
        if (hidden && x < middle && y < centre && x + w > middle && y + h > centre) around = frame;
      }
      this.handlers.inside(around);
      if (this.chosen) this.drawFamily(context, ...onScreen(this.chosen.family.box));
      if (zoom < FAR) this.drawFar(context, pan, zoom);
    }

    drawFrame(context, frame, x, y, w, h) {
      context.fillStyle = this.paint.frame;
      context.strokeStyle = this.paint["frame-line"];
      context.lineWidth = 1;
      context.beginPath();
      context.roundRect(x, y, w, h, Math.min(8, w / 4));
      context.fill();
      context.stroke();
      const head = app.HEAD * this.cy.zoom();
      const size = Math.max(11, Math.min(16, head / 3));
      context.font = `600 ${size}px system-ui, sans-serif`;
      const room = w - 10;
      const text = fitting(context, frame.label, w - 14);
      if (!text || h < size) return;
      context.fillStyle = this.paint.soft;
      context.textBaseline = "middle";
      context.fillText(text, x + Math.max(7, head / 5), y + Math.max(8, head / 2.2));
    }

    drawFamily(context, x, y, w, h) {
      context.fillStyle = this.paint.glow;
      context.beginPath();
      context.roundRect(x - 4, y - 3, w + 8, h + 6, 6);
      context.fill();
    }

    // From afar: a bar for each name, and a halo for what is not in sync.
    drawFar(context, pan, zoom) {
      const height = Math.max(1, 5 * zoom);
      const [right, bottom] = [this.host.clientWidth, this.host.clientHeight];
      for (const object of this.visible) {
        const [x, y] = [object.x * zoom + pan.x, object.y * zoom + pan.y];
        if (x < -100 || y < -10 || x > right + 100 || y > bottom + 10) continue;
        const calm = object.state === "in-sync" || object.state === "source" || this.pale.has(object);
        if (zoom < READABLE) this.drawBar(context, object, x, y - height / 2, height, zoom, calm);
        if (!calm) this.drawHalo(context, object, x, y);
      }
      context.globalAlpha = 1;
    }

    drawBar(context, object, x, y, height, zoom, calm) {
      const length = Math.min(object.label.length * 4.2, app.NAME - 8) * zoom;
      context.fillStyle = this.paint[object.state];
      context.globalAlpha = calm ? 0.3 : 0.8;
      context.fillRect(object.parent ? x + 7 * zoom : x - 7 * zoom - length, y, length, height);
    }

    drawHalo(context, object, x, y) {
      context.fillStyle = this.paint[object.state];
      context.globalAlpha = 0.45;
      context.beginPath();
      context.arc(x, y, 4.5, 0, 7);
      context.fill();
    }
  }

  app.createMap = (host, canvas, model, handlers) => new CopyMap(host, canvas, model, handlers);
})(window.copycheck = window.copycheck || {});
