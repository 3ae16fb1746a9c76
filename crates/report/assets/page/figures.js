// Draws the figures: reads the JSON in each <figure>, and follows the colours of the page and the width of the screen.
const narrow = matchMedia("(max-width: 760px)");
const touch = matchMedia("(hover: none)");
// A sheet of paper, in the pixels of a print.
const PAPER = 660;

// Objects key by key, anything else replaced; neither argument is changed.
const merge = (base, extra) => {
  if (!plain(base) || !plain(extra)) return extra ?? base;
  const merged = { ...base };
  for (const key of Object.keys(extra)) merged[key] = merge(base[key], extra[key]);
  return merged;
};

// Replaces "var(--ink)" by what it stands for now. Lists of numbers and texts are data: they are left alone.
const resolve = value => {
  if (typeof value === "string" && value.startsWith("var(")) return variable(value.slice(4, -1));
  if (Array.isArray(value)) return plain(value[0]) ? value.map(resolve) : value;
  if (!plain(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, resolve(inner)]));
};

const theme = () => {
  const [ink, muted, line, card] = ["--ink", "--muted", "--line", "--card"].map(variable);
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
const tint = () => {
  const [low, middle, high] = ["--low", "--middle", "--high"].map(variable);
  return { contour: [{ colorscale: [[0, low], [0.35, middle], [1, high]] }] };
};

class Figure {
  constructor(element) {
    this.element = element;
    this.plot = element.querySelector(".plot");
    this.spec = dataOf(element.querySelector("script.figure"));
    this.title = element.querySelector("h3")?.textContent ?? element.closest(".page").dataset.title;
    this.view = 0;
    this.buttons = [...element.querySelectorAll(".views button")];
    this.buttons.forEach((button, index) => button.addEventListener("click", () => {
      this.view = index;
      this.buttons.forEach((other, at) => other.setAttribute("aria-pressed", at === index));
      this.draw();
    }));
    element.querySelector(".save-data")?.addEventListener("click", event =>
      save(event.target.dataset.name, "text/csv", dataOf(element.querySelector("script.csv"))));
    element.querySelector(".save-picture").addEventListener("click", () => this.savePicture());
    // Follows the page, whatever changes its width: a turned phone, a longer caption, a new font.
    new ResizeObserver(() => { if (this.plot.data && this.plot.clientWidth > 0) Plotly.Plots.resize(this.plot); }).observe(this.plot);
    if (this.spec.walk) this.walk = new Walk(this, element.querySelector(".walk"));
  }

  layout(width) {
    let layout = merge(this.spec.layout, this.spec.views[this.view]);
    if (width ? width < 500 : narrow.matches) layout = merge(layout, this.spec.narrow);
    // On a touch screen a finger on a flat figure scrolls the page.
    if (touch.matches) layout.dragmode = false;
    if (width) layout = { ...layout, width, height: parseFloat(this.plot.style.getPropertyValue("--height")) };
    return { ...resolve(layout), template: { layout: theme(), data: tint() } };
  }

  // Draws the figure as wide as its place, or `width` pixels wide.
  async draw(width) {
    // What the reader hid in the legend stays hidden.
    const shown = this.plot.data ?? [];
    const data = this.spec.data.map((trace, index) => ({ ...resolve(trace), ...(this.walk?.at(index) ?? {}), visible: shown[index]?.visible ?? true }));
    const config = { displaylogo: false, displayModeBar: touch.matches ? false : "hover", modeBarButtonsToRemove: ["select2d", "lasso2d", "autoScale2d"] };
    try {
      const first = !this.plot.data;
      await Plotly.react(this.plot, data, this.layout(width), config);
      if (first) this.plot.on("plotly_afterplot", () => this.label());
      this.label();
    } catch (error) {
      // No WebGL, say: the other figures are still worth drawing.
      console.warn("figure not drawn:", error);
      this.plot.classList.add("failed");
      this.plot.textContent = this.plot.dataset.failed;
    }
  }

  label() {
    const update = tickUpdate(this.plot);
    if (update) Plotly.relayout(this.plot, update);
  }

  // The figure as a file that stands alone: with its title, its colours and what is behind it.
  async savePicture() {
    const { data, layout } = this.plot;
    const title = { text: this.title.replaceAll("&", "&amp;").replaceAll("<", "&lt;"), x: 0.02, xanchor: "left", y: 0.98, yanchor: "top", font: { size: 16 } };
    const card = variable("--card");
    const margin = { ...layout.margin, t: (layout.margin?.t ?? 20) + 34 };
    const whole = { data, layout: { ...layout, title, margin, paper_bgcolor: card } };
    const size = { width: this.plot.clientWidth, height: this.plot.clientHeight + 34 };
    const picture = await Plotly.toImage(whole, { format: "svg", ...size });
    save(`${fileName(this.title)}.svg`, "image/svg+xml", decodeURIComponent(picture.slice(picture.indexOf(",") + 1)));
  }
}
