"""Do the pages in a folder work in a browser?

python3 conformance/browser/check.py BROWSER FOLDER [SCREENSHOTS]

FOLDER holds NAME-LANGUAGE/report.html. Each page is opened wide and as on a phone, in light and dark. It must cause no error and no
warning on the console, ask the network for nothing, draw every figure, fit its width, and
do what its buttons say, with the keyboard alone.
"""

import csv
import re
import sys
from pathlib import Path
from urllib.parse import unquote

from playwright.sync_api import Page, sync_playwright

SCREENS = {
    "wide-light": {"viewport": {"width": 1200, "height": 900}, "color_scheme": "light"},
    "wide-dark": {"viewport": {"width": 1200, "height": 900}, "color_scheme": "dark"},
    "phone-light": {"viewport": {"width": 390, "height": 844}, "color_scheme": "light", "has_touch": True, "is_mobile": True},
}

# Chromium's remarks on how plotly.js uses the graphics card, or the software that stands in for one: not about the page.
ABOUT_DRAWING = ("GPU stall due to ReadPixels", "Canvas2D: Multiple readback operations")

# Every figure: how many traces it was given, how many it holds, what it has drawn, and its size.
FIGURES = """() => [...document.querySelectorAll("figure[id]")].map(figure => {
    const plot = figure.querySelector(".plot");
    const box = plot.getBoundingClientRect();
    const canvases = [...plot.querySelectorAll("canvas")].filter(canvas => canvas.width > 1);
    const marks = plot.querySelectorAll(
        ".scatterlayer path, .barlayer path, .heatmaplayer image, .contourlayer path, .shapelayer path, .parcoords path");
    return {
        id: figure.id,
        title: figure.querySelector(".head")?.textContent ?? "",
        given: JSON.parse(figure.querySelector("script").textContent).data.length,
        held: plot.data?.length ?? 0,
        failed: plot.classList.contains("failed"),
        drawn: marks.length + canvases.length,
        broken: [...plot.querySelectorAll("path, text, rect")].filter(
            one => [...one.attributes].some(attribute => /NaN|undefined/.test(attribute.value))).length,
        width: box.width, height: box.height,
    };
})"""


def drawn(page: Page) -> list[dict]:
    """The figures, once all of them have their traces."""
    page.wait_for_function(
        """() => [...document.querySelectorAll("figure[id] .plot")].every(
            plot => plot.classList.contains("failed") || (plot.data && plot.querySelector(".main-svg, canvas")))""",
        timeout=60_000,
    )
    # A frame more: surfaces and parallel coordinates paint after their traces are set.
    page.wait_for_timeout(300)
    return page.evaluate(FIGURES)


def check_figures(page: Page, where: str) -> int:
    figures = drawn(page)
    for figure in figures:
        at = f"{where}: {figure['id']} ({figure['title'].strip()})"
        assert not figure["failed"], f"{at} was not drawn"
        assert figure["held"] == figure["given"] > 0, f"{at} holds {figure['held']} of {figure['given']} traces"
        assert figure["drawn"] > 0, f"{at} shows nothing"
        assert figure["broken"] == 0, f"{at} has coordinates that are not numbers"
        assert figure["width"] > 200 and figure["height"] > 150, f"{at} is {figure['width']} by {figure['height']}"
    return len(figures)


def check_width(page: Page, where: str) -> None:
    wide, room = page.evaluate("() => [document.documentElement.scrollWidth, document.documentElement.clientWidth]")
    assert wide <= room, f"{where}: {wide} pixels wide on a screen of {room}"


def press(page: Page, element, key: str = "Enter") -> None:
    element.focus()
    assert element.evaluate("one => one === document.activeElement"), "cannot be reached from the keyboard"
    page.keyboard.press(key)


def check_controls(page: Page, where: str) -> int:
    """Every kind of control does its work from the keyboard."""
    used = 0
    for views in page.query_selector_all(".views"):
        buttons = views.query_selector_all("button")
        before = views.evaluate("one => one.closest('figure').querySelector('.plot').layout.yaxis.type")
        press(page, buttons[1])
        assert [button.get_attribute("aria-pressed") for button in buttons] == ["false", "true"], where
        # The figure follows: plotly.js draws in a task of its own.
        page.wait_for_function(
            "([one, before]) => one.closest('figure').querySelector('.plot').layout.yaxis.type !== before", arg=[views, before]
        )
        used += 1
    for walk in page.query_selector_all(".walk"):
        slider, output = walk.query_selector("input"), walk.query_selector("output")
        steps = int(slider.get_attribute("max"))
        press(page, slider, "Home")
        assert slider.input_value() == "0", where
        press(page, walk.query_selector("button:nth-of-type(3)"))
        assert slider.input_value() == "1" and output.text_content().endswith(" 1"), output.text_content()
        shown = walk.evaluate(
            "one => { const plot = one.closest('figure').querySelector('.plot');"
            " const spec = JSON.parse(one.closest('figure').querySelector('script').textContent);"
            " return spec.walk.trails.map(trail => plot.data[trail].x.length); }"
        )
        assert shown and all(points == 2 for points in shown), f"{where}: after one step a path shows {shown} points"
        walk.query_selector("select").select_option("4")
        press(page, walk.query_selector(".play"))
        page.wait_for_function("([slider, steps]) => Number(slider.value) === steps", arg=[slider, steps], timeout=30_000)
        used += 1
    for lookup in page.query_selector_all("details.lookup"):
        press(page, lookup.query_selector("summary"))
        page.wait_for_function("one => one.querySelectorAll('tbody tr').length > 0", arg=lookup)
        all_rows = int(re.search(r"\((\d+)\)", lookup.query_selector("summary").text_content())[1])
        lookup.query_selector("input").focus()
        page.keyboard.type("8-BIT 1")
        rows = [row.text_content().lower() for row in lookup.query_selector_all("tbody tr")]
        assert rows and all("8-bit" in row and "1" in row for row in rows), where
        said = [int(number) for number in re.findall(r"\d+", lookup.query_selector("output").text_content())]
        assert sorted(said) == sorted([len(rows), all_rows]), (where, said, len(rows), all_rows)
        used += 1
    return used


def check_data(page: Page, folder: Path, where: str) -> int:
    """Each link to data leads to a table."""
    links = [link.get_attribute("href") for link in page.query_selector_all("a[download]")]
    for link in links:
        if link.startswith("data:"):
            text = unquote(link.split(",", 1)[1])
        else:
            text = (folder / unquote(link)).read_text()
        rows = list(csv.reader(text.splitlines()))
        assert len(rows) > 1 and all(len(row) == len(rows[0]) for row in rows), f"{where}: {link[:80]} is no table"
    return len(links)


def check_headings(page: Page, where: str) -> None:
    levels = page.evaluate("() => [...document.querySelectorAll('h1, h2, h3')].map(one => Number(one.tagName[1]))")
    assert levels[0] == 1 and levels.count(1) == 1, (where, levels)
    assert all(after <= before + 1 for before, after in zip(levels, levels[1:])), (where, levels)
    unnamed = page.evaluate(
        "() => [...document.querySelectorAll('img:not([alt]), button, input')].filter("
        "one => !(one.textContent.trim() || one.ariaLabel || one.labels?.length)).length"
    )
    assert unnamed == 0, f"{where}: {unnamed} pictures or controls have no name"


def main(browser: str, folder: Path, screenshots: Path | None) -> None:
    pages = sorted(folder.glob("*/report.html"))
    assert pages, f"no pages in {folder}"
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=browser,
            args=["--no-sandbox", "--disable-quic", "--disable-background-networking", "--disable-component-update",
                  "--enable-unsafe-swiftshader"],
        )
        for path in pages:
            name = path.parent.name
            papers, figures, used, tables = set(), 0, 0, 0
            for screen, settings in SCREENS.items():
                where = f"{name}, {screen}"
                context = chromium.new_context(**settings)
                page = context.new_page()
                said, asked = [], []
                page.on("console", lambda message: said.append(f"{message.type}: {message.text}")
                        if message.type in ("error", "warning", "assert") else None)
                page.on("pageerror", lambda error: said.append(f"error: {error}"))
                page.on("request", lambda request: asked.append(request.url))
                page.goto(path.as_uri())
                assert page.get_attribute("html", "lang") == name.rsplit("-", 1)[1], where
                figures = check_figures(page, where)
                check_width(page, where)
                papers.add(page.evaluate("() => getComputedStyle(document.body).backgroundColor"))
                if screenshots:
                    screenshots.mkdir(parents=True, exist_ok=True)
                    page.screenshot(path=screenshots / f"{name}-{screen}.png", full_page=True)
                check_headings(page, where)
                if screen != "wide-dark":
                    used = check_controls(page, where)
                    check_width(page, f"{where}, after its controls were used")
                tables = check_data(page, path.parent, where)
                said = [text for text in said if not any(remark in text for remark in ABOUT_DRAWING)]
                assert not said, f"{where} said on the console: {said}"
                outside = [url for url in asked if not url.startswith(("file:", "data:", "blob:"))]
                assert not outside, f"{where} asked for {outside}"
                context.close()
            assert len(papers) == 2, f"{name}: light and dark look the same: {papers}"
            print(f"{name:14} {figures:3} figures, {used:2} controls, {tables:3} tables of data")
        chromium.close()


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]) if len(sys.argv) > 3 else None)
