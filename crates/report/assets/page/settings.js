// Language and colours of the page: switches that remember what the reader chose, where the browser lets them.
const root = document.documentElement;
const pages = [...document.querySelectorAll(".page")];
const systemIsDark = matchMedia("(prefers-color-scheme: dark)");

// Files opened from a disk, and pages inside others, may be refused a memory.
const keep = (name, value) => { try { localStorage.setItem(`thalweg-${name}`, value); } catch { /* Then not. */ } };
const kept = name => { try { return localStorage.getItem(`thalweg-${name}`); } catch { return null; } };

const isDark = () => root.dataset.theme === "dark" || (root.dataset.theme !== "light" && systemIsDark.matches);

// What a variable of the page stands for now: of `light-dark(a, b)` one of the two.
const variable = name => {
  const value = getComputedStyle(root).getPropertyValue(name).trim();
  const both = value.match(/^light-dark\((.*?), (.*)\)$/);
  return both ? both[isDark() ? 2 : 1] : value;
};

const shownPage = () => pages.find(page => !page.hidden);

const showTheme = theme => {
  root.dataset.theme = theme;
  for (const select of document.querySelectorAll("select.theme")) select.value = theme;
};

const showLanguage = language => {
  const page = pages.find(one => one.lang === language);
  if (!page) return;
  for (const one of pages) one.hidden = one !== page;
  root.lang = language;
  document.title = page.dataset.title;
  for (const select of document.querySelectorAll("select.language")) select.value = language;
};

// Shows the switches, and calls `changed` when one of them is used.
const settings = changed => {
  showTheme(root.dataset.theme ?? "system");
  showLanguage(root.lang);
  showLanguage(kept("language"));
  for (const bar of document.querySelectorAll(".settings")) bar.hidden = false;
  for (const [name, show] of [["theme", showTheme], ["language", showLanguage]]) {
    for (const select of document.querySelectorAll(`select.${name}`)) {
      select.addEventListener("change", () => {
        keep(name, select.value);
        show(select.value);
        // The switch that was used may be on the page that is hidden now.
        if (name === "language") shownPage().querySelector("select.language").focus();
        changed();
      });
    }
  }
};
