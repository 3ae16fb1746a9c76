// Labels of logarithmic axes: as many as fit without touching. plotly.js counts labels, but does not know how long they are.
const DENSEST_FIRST = [[1, 2, 3, 4, 5, 6, 7, 8, 9], [1, 2, 5], [1, 3], [1]];
const MOST_LABELS = 10;

const text = value => {
  const rounded = Number(value.toPrecision(3));
  if (rounded >= 1e-3 && rounded < 1e4) return String(rounded);
  const [digits, power] = rounded.toExponential().split("e");
  return `${digits === "1" ? "" : `${digits}·`}10<sup>${Number(power)}</sup>`.replace("-", "−");
};

const pen = document.createElement("canvas").getContext("2d");

// Pixels that a label takes along its axis.
const extent = (label, horizontal, font) => {
  if (!horizontal) return 18;
  pen.font = `${font.size}px ${font.family}`;
  return pen.measureText(label.replace(/<[^>]*>/g, "")).width + 10;
};

// The candidates within the range: digits times powers of ten, from dense to sparse; equal steps where there is less than that.
function* candidates(low, high) {
  const powers = step => {
    const from = Math.ceil((low - 1) / step) * step;
    return Array.from({ length: Math.floor((high - from) / step) + 1 }, (_, index) => from + index * step);
  };
  for (const digits of DENSEST_FIRST) yield powers(1).flatMap(power => digits.map(digit => digit * 10 ** power));
  for (const step of [2, 3, 5, 10, 20, 50, 100]) yield powers(step).map(power => 10 ** power);
}

// Within less than a factor of three or so, powers of ten say nothing: equal steps of one, two or five.
function* steps(low, high) {
  const [from, to] = [10 ** low, 10 ** high];
  const size = 10 ** Math.floor(Math.log10(to - from) - 1);
  for (const step of [1, 2, 5, 10, 20, 50].map(factor => factor * size)) {
    const first = Math.ceil(from / step);
    yield Array.from({ length: Math.floor(to / step) - first + 1 }, (_, index) => (first + index) * step);
  }
}

// Values and texts of the labels of an axis from `low` to `high` (powers of ten) that is `length` pixels long.
const labels = (low, high, length, horizontal, font) => {
  const place = value => (Math.log10(value) - low) / (high - low) * length;
  for (const source of [candidates, steps]) {
    for (const all of source(low, high)) {
      const values = all.filter(value => place(value) >= -0.5 && place(value) <= length + 0.5);
      if (values.length < 2) continue;
      if (values.length > MOST_LABELS) continue;
      const texts = values.map(text);
      const room = texts.map(one => extent(one, horizontal, font));
      const fits = values.every((value, at) => at === 0 || place(value) - place(values[at - 1]) >= (room[at] + room[at - 1]) / 2);
      if (fits && new Set(texts).size === texts.length) return { tickmode: "array", tickvals: values, ticktext: texts };
    }
  }
  return null;
};

// What to change in the layout of a figure that is drawn; nothing if its labels are right.
const tickUpdate = plot => {
  const update = {};
  for (const [name, axis] of Object.entries(plot._fullLayout)) {
    if (!/^[xy]axis\d*$/.test(name) || axis.type !== "log" || axis.visible === false) continue;
    const [low, high] = axis.range.toSorted((a, b) => a - b);
    const found = labels(low, high, axis._length, name.startsWith("x"), axis.tickfont);
    if (!found || String(found.ticktext) === String(axis.ticktext) && axis.tickmode === "array") continue;
    for (const [key, value] of Object.entries(found)) update[`${name}.${key}`] = value;
  }
  return Object.keys(update).length > 0 ? update : null;
};
