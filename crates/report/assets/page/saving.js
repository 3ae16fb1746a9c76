// Saving what the page shows: tables as CSV, figures as pictures. Everything is in the page already; nothing is fetched.
const save = (name, type, content) => {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([content], { type }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
};

const fileName = title => title.toLowerCase().split(/[^\p{L}\p{N}]+/u).filter(Boolean).join("-").slice(0, 60) || "data";

// A value as RFC 4180 quotes it. A text that a spreadsheet would take for a formula gets an apostrophe before it.
const csvField = value => {
  const isFormula = /^[=+\-@\t\r]/.test(value) && Number.isNaN(Number(value));
  const field = isFormula ? `'${value}` : String(value);
  return /[",\n\r]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field;
};
const csv = rows => rows.map(row => row.map(csvField).join(",") + "\n").join("");

const plain = value => value !== null && typeof value === "object" && !Array.isArray(value);

// What a translation changes in the data of the first language.
const changed = (base, changes) => {
  if (!plain(changes)) return changes;
  if (base === null || typeof base !== "object") return base;
  const result = Array.isArray(base) ? [...base] : { ...base };
  for (const [place, change] of Object.entries(changes)) result[place] = changed(base[place], change);
  return result;
};

// The JSON of an element, and of the first language where it is a translation.
const dataOf = element => {
  const data = JSON.parse(element.textContent);
  const original = element.dataset.of;
  return original === undefined ? data : changed(dataOf(document.getElementById(`data-${original}`)), data);
};

// An inline drawing as a file of its own: what the style sheet of the page says is written into each element.
const standalone = drawing => {
  const copy = drawing.cloneNode(true);
  const originals = [drawing, ...drawing.querySelectorAll("*")];
  for (const [place, one] of [copy, ...copy.querySelectorAll("*")].entries()) {
    const style = getComputedStyle(originals[place]);
    for (const name of ["fill", "stroke", "stroke-width", "stroke-dasharray", "font", "text-anchor"]) {
      one.style.setProperty(name, style.getPropertyValue(name));
    }
  }
  copy.setAttribute("xmlns", "http://www.w3.org/2000/svg");
  copy.style.background = variable("--card");
  return new XMLSerializer().serializeToString(copy);
};
