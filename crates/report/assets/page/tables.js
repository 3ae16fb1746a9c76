// Tables: sorted by a click on a title, saved as CSV, stacked where the screen is too narrow. Long ones make their rows when they
// are opened.
const collator = new Intl.Collator(root.lang, { numeric: true });

// The number that a text is; NaN if it is none.
const number = text => text.trim() === "" ? NaN : Number(text);

// Numbers by value, words as a reader expects them. What is no number ("diverged") stays behind the numbers, whichever way they go.
const compare = (a, b, sign) => {
  const [x, y] = [number(a), number(b)];
  if (isNaN(x) !== isNaN(y)) return isNaN(x) - isNaN(y);
  return sign * (isNaN(x) ? collator.compare(a, b) : x - y);
};

const raw = cell => cell.dataset.raw ?? cell.textContent;

// Makes the titles of a table buttons: the first press sorts upwards, the second downwards, the third as it was. `order` gets a
// function that compares two rows, each a list of texts; `null` for the order in which they came.
const sortable = (table, order) => {
  const titles = [...table.tHead.rows[0].cells];
  for (const [column, title] of titles.entries()) {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...title.childNodes);
    title.append(button);
    button.addEventListener("click", () => {
      const now = title.ariaSort;
      for (const other of titles) other.removeAttribute("aria-sort");
      if (now === "descending") return order(null);
      title.ariaSort = now === "ascending" ? "descending" : "ascending";
      const sign = now === "ascending" ? -1 : 1;
      order((a, b) => compare(a[column], b[column], sign));
    });
  }
};

// Cells under one another, each with its title, where the table is wider than the screen.
const fit = frame => {
  const titles = [...frame.querySelectorAll("thead th")].map(title => title.textContent);
  for (const row of frame.querySelectorAll("tbody tr")) {
    for (const [column, cell] of [...row.cells].entries()) cell.dataset.title = titles[column];
  }
  frame.classList.remove("stacked");
  frame.classList.toggle("stacked", frame.scrollWidth > frame.clientWidth);
};

const fitting = new ResizeObserver(entries => {
  for (const { target, contentRect } of entries) {
    // Stacking changes the height, which is no reason to look again.
    if (contentRect.width === target.fittedWidth || contentRect.width === 0) continue;
    target.fittedWidth = contentRect.width;
    fit(target);
  }
});

class DataTable {
  constructor(element) {
    this.element = element;
    this.table = element.querySelector("table");
    const body = this.table.tBodies[0];
    const rows = [...body.rows].map(row => ({ row, values: [...row.cells].map(raw) }));
    sortable(this.table, by => {
      const sorted = by ? rows.toSorted((a, b) => by(a.values, b.values)) : rows;
      body.replaceChildren(...sorted.map(one => one.row));
    });
    fitting.observe(element.querySelector(".table"));
    element.querySelector(".save-table").addEventListener("click", () => {
      const titles = [...this.table.tHead.rows[0].cells].map(title => title.textContent);
      const section = element.closest("section")?.querySelector("h2")?.textContent ?? document.title;
      save(`${fileName(section)}.csv`, "text/csv", csv([titles, ...rows.map(one => one.values)]));
    });
  }
}

// A long table: closed it costs nothing, opened it shows so many rows as anyone reads.
class Lookup {
  constructor(element) {
    this.element = element;
    this.input = element.querySelector("input");
    this.by = null;
    element.addEventListener("toggle", () => { if (element.open) this.show(); });
    this.input.addEventListener("input", () => this.show());
    const table = element.querySelector("table");
    const titles = [...table.tHead.rows[0].cells].map(title => title.textContent);
    sortable(table, by => { this.by = by; this.show(); });
    fitting.observe(element.querySelector(".table"));
    element.querySelector(".save-table").addEventListener("click", () => {
      const name = fileName(element.querySelector("summary").textContent);
      save(`${name}.csv`, "text/csv", csv([titles, ...this.rows()]));
    });
  }

  rows() {
    return this.all ??= dataOf(this.element.querySelector("script"));
  }

  show() {
    const rows = this.rows();
    const words = this.input.value.toLowerCase().split(/\s+/).filter(Boolean);
    const holds = row => { const text = row.join(" ").toLowerCase(); return words.every(word => text.includes(word)); };
    const found = rows.filter(holds);
    if (this.by) found.sort(this.by);
    found.length = Math.min(found.length, 200);
    const line = row => {
      const tr = document.createElement("tr");
      for (const text of row) tr.appendChild(document.createElement("td")).textContent = text;
      return tr;
    };
    this.element.querySelector("tbody").replaceChildren(...found.map(line));
    const said = this.element.dataset.shown.replace("{0}", found.length).replace("{1}", rows.length);
    this.element.querySelector("output").textContent = said;
    fit(this.element.querySelector(".table"));
  }
}
