// Replays paths step by step: at step n, each trail shows its first n + 1 points and each head the last of them.
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
