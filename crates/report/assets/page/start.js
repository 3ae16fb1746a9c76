// Brings the page to life.
for (const element of document.querySelectorAll(".data-table")) new DataTable(element);
for (const element of document.querySelectorAll("details.lookup")) new Lookup(element);
for (const button of document.querySelectorAll("figure:not([id]) .save-picture")) {
  const figure = button.closest("figure");
  button.addEventListener("click", () =>
    save(`${fileName(figure.querySelector("h3").textContent)}.svg`, "image/svg+xml", standalone(figure.querySelector("svg"))));
}

// A figure is read when its language is shown for the first time.
const figures = new Map();
const shownFigures = () => [...shownPage().querySelectorAll("figure[id]")].map(element => {
  if (!figures.has(element)) figures.set(element, new Figure(element));
  return figures.get(element);
});

// One after the other, so that the page can be scrolled and read meanwhile.
let drawing = 0;
const drawAll = async () => {
  const turn = ++drawing;
  for (const figure of shownFigures()) {
    // Another change has begun the round anew.
    if (turn !== drawing) return;
    await figure.draw();
    await new Promise(resume => setTimeout(resume));
  }
};

settings(drawAll);
for (const query of [narrow, systemIsDark]) query.addEventListener("change", drawAll);

// On paper everything is unfolded, in light colours and as wide as the sheet.
let folded = [];
let themeBefore = "system";
addEventListener("beforeprint", () => {
  themeBefore = root.dataset.theme;
  root.dataset.theme = "light";
  folded = [...shownPage().querySelectorAll("details:not([open])")];
  for (const details of folded) {
    details.open = true;
    // The event that fills a long table comes too late for the printer.
    details.dispatchEvent(new Event("toggle"));
  }
  for (const figure of shownFigures()) figure.draw(PAPER);
});
addEventListener("afterprint", () => {
  root.dataset.theme = themeBefore;
  for (const details of folded) details.open = false;
  drawAll();
});

// The words first: the conclusion can be read while the figures are drawn.
requestAnimationFrame(() => setTimeout(drawAll));
