// Draws the figures of a Thalweg report: reads the JSON in each <figure>, follows light and dark mode and the width of
// the screen, and replays paths step by step.
"use strict";
(() => {
  const narrow = matchMedia("(max-width: 760px)");
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const touch = matchMedia("(hover: none)");
  const style = getComputedStyle(document.documentElement);
  const colour = name => style.getPropertyValue(name).trim();
  const plain = value => value !== null && typeof value === "object" && !Array.isArray(value);

  // Objects key by key, anything else replaced; neither argument is changed.
  const merge = (base, extra) => {
    if (!plain(base) || !plain(extra)) return extra ?? base;
    const merged = { ...base };
    for (const key of Object.keys(extra)) merged[key] = merge(base[key], extra[key]);
    return merged;
  };

  // Replaces "var(--ink)" by the colour it stands for now. Arrays are data: they are left alone.
  const resolve = value => {
    if (typeof value === "string" && value.startsWith("var(")) return colour(value.slice(4, -1));
    if (!plain(value)) return value;
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, resolve(inner)]));
  };

  const theme = () => {
    const [ink, muted, line, card] = ["--ink", "--muted", "--line", "--card"].map(colour);
    const axis = { gridcolor: line, zerolinecolor: line, linecolor: line, tickcolor: line, automargin: true, tickfont: { color: muted } };
    const side = { gridcolor: line, zerolinecolor: line, color: muted, showbackground: false };
    return {
      font: { color: ink, size: 12.5, family: getComputedStyle(document.body).fontFamily },
      paper_bgcolor: "rgba(0,0,0,0)", plot_bgcolor: "rgba(0,0,0,0)",
      xaxis: axis, yaxis: axis, scene: { xaxis: side, yaxis: side, zaxis: side },
      legend: { bgcolor: "rgba(0,0,0,0)" },
      hoverlabel: { bgcolor: card, bordercolor: muted, font: { color: ink }, namelength: -1, align: "left" },
      modebar: { bgcolor: card, color: muted, activecolor: ink },
    };
  };

  // Contour lines deepen downhill, like water.
  const tint = () => ({ contour: [{ colorscale: [[0, colour("--low")], [0.35, colour("--middle")], [1, colour("--high")]] }] });

  class Figure {
    constructor(element) {
      this.plot = element.querySelector(".plot");
      this.spec = JSON.parse(element.querySelector("script").textContent);
      this.view = 0;
      this.buttons = [...element.querySelectorAll(".views button")];
      this.buttons.forEach((button, index) => button.addEventListener("click", () => {
        this.view = index;
        this.buttons.forEach((other, at) => other.setAttribute("aria-pressed", at === index));
        this.draw();
      }));
      // Follows the page, whatever changes its width: a turned phone, a longer caption, a new font.
      new ResizeObserver(() => { if (this.plot.data) Plotly.Plots.resize(this.plot); }).observe(this.plot);
      if (this.spec.walk) this.walk = new Walk(this, element.querySelector(".walk"));
    }

    layout() {
      let layout = merge(this.spec.layout, this.spec.views[this.view]);
      if (narrow.matches) layout = merge(layout, this.spec.narrow);
      // On a touch screen a finger on a flat figure scrolls the page.
      if (touch.matches) layout.dragmode = false;
      return { ...resolve(layout), template: { layout: theme(), data: tint() } };
    }

    async draw() {
      // What the reader hid in the legend stays hidden.
      const shown = this.plot.data ?? [];
      const data = this.spec.data.map((trace, index) => ({ ...resolve(trace), ...(this.walk?.at(index) ?? {}), visible: shown[index]?.visible ?? true }));
      const config = { displaylogo: false, displayModeBar: touch.matches ? false : "hover", modeBarButtonsToRemove: ["select2d", "lasso2d", "autoScale2d"] };
      try {
        await Plotly.react(this.plot, data, this.layout(), config);
      } catch (error) {
        // No WebGL, say: the other figures are still worth drawing.
        console.warn("figure not drawn:", error);
        this.plot.classList.add("failed");
        this.plot.textContent = this.plot.dataset.failed;
      }
    }
  }

  class Walk {
    constructor(figure, controls) {
      this.figure = figure;
      const { steps, trails, heads } = figure.spec.walk;
      this.steps = steps;
      // Which part of which trail each trace shows: a trail all points so far, a head the last one.
      this.parts = new Map(trails.map(trail => [trail, { trail, head: false }]));
      for (const [head, trail] of heads) this.parts.set(head, { trail, head: true });
      [this.play, this.back, this.forward, this.slider, this.output, this.speed] = controls.children;
      this.word = this.output.textContent.replace(/ *\d+$/, "");
      this.timer = null;
      this.now = steps.length - 1;
      this.play.addEventListener("click", () => this.timer === null ? this.start() : this.stop());
      this.back.addEventListener("click", () => { this.stop(); this.show(this.now - 1); });
      this.forward.addEventListener("click", () => { this.stop(); this.show(this.now + 1); });
      this.slider.addEventListener("input", () => { this.stop(); this.show(Number(this.slider.value)); });
    }

    at(index) {
      const part = this.parts.get(index);
      if (!part) return null;
      const { x, y } = this.figure.spec.data[part.trail];
      const end = Math.min(this.now + 1, x.length);
      const from = part.head ? end - 1 : 0;
      return { x: x.slice(from, end), y: y.slice(from, end) };
    }

    show(step) {
      this.now = Math.max(0, Math.min(step, this.steps.length - 1));
      this.slider.value = this.now;
      this.output.textContent = `${this.word} ${this.steps[this.now]}`;
      // Not `Plotly.animate`: it would take the contour lines away for as long as the paths move.
      const traces = [...this.parts.keys()];
      const parts = traces.map(index => this.at(index));
      Plotly.restyle(this.figure.plot, { x: parts.map(part => part.x), y: parts.map(part => part.y) }, traces);
    }

    start() {
      if (this.now >= this.steps.length - 1) this.show(0);
      this.play.textContent = this.play.dataset.pause;
      let before = performance.now();
      const tick = () => {
        if (this.now >= this.steps.length - 1) return this.stop();
        // Six seconds for a whole path, but never so fast that single steps of a short one blur. Where drawing takes
        // longer than a step may, steps are skipped rather than time.
        const pause = Math.min(250, 6000 / this.steps.length) / Number(this.speed.value);
        const steps = Math.max(1, Math.round((performance.now() - before) / pause));
        before = performance.now();
        this.show(this.now + steps);
        this.timer = setTimeout(tick, Math.max(pause, 33));
      };
      this.timer = setTimeout(tick, 250);
    }

    stop() {
      clearTimeout(this.timer);
      this.timer = null;
      this.play.textContent = this.play.dataset.play;
    }
  }

  // A long table: closed it costs nothing, opened it shows so many rows as anyone reads.
  class Lookup {
    constructor(element) {
      this.element = element;
      this.input = element.querySelector("input");
      element.addEventListener("toggle", () => { if (element.open) this.show(); });
      this.input.addEventListener("input", () => this.show());
    }

    show() {
      this.rows ??= JSON.parse(this.element.querySelector("script").textContent);
      const words = this.input.value.toLowerCase().split(/\s+/).filter(Boolean);
      const holds = row => { const text = row.join(" ").toLowerCase(); return words.every(word => text.includes(word)); };
      const found = this.rows.filter(holds).slice(0, 200);
      const line = row => {
        const tr = document.createElement("tr");
        for (const text of row) tr.appendChild(document.createElement("td")).textContent = text;
        return tr;
      };
      this.element.querySelector("tbody").replaceChildren(...found.map(line));
      const said = this.element.dataset.shown.replace("{0}", found.length).replace("{1}", this.rows.length);
      this.element.querySelector("output").textContent = said;
    }
  }

  for (const element of document.querySelectorAll("details.lookup")) new Lookup(element);
  const figures = [...document.querySelectorAll("figure[id]")].map(element => new Figure(element));
  // One after the other, so that the page can be scrolled and read meanwhile.
  const drawAll = async () => {
    for (const figure of figures) {
      await figure.draw();
      await new Promise(resume => setTimeout(resume));
    }
  };
  for (const query of [narrow, dark]) query.addEventListener("change", drawAll);
  // The words first: the conclusion can be read while the figures are drawn.
  requestAnimationFrame(() => setTimeout(drawAll));
})();
