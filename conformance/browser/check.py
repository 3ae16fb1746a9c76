"""Do the pages in a folder work in a browser?

python3 conformance/browser/check.py BROWSER FOLDER [SCREENSHOTS]

FOLDER holds NAME-LANGUAGE/report.html. Each page is opened wide and as on a phone, in light and dark. It must cause no error and no
warning on the console, ask the network for nothing, draw every figure with labels that do not touch, fit its width, tables included,
and do what its buttons say, with the keyboard alone: sort, save data and pictures, change colours and language. On paper it is
unfolded, in light colours, and no wider than the sheet.
"""

import csv
import re
import sys
import xml.etree.ElementTree
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

SCREENS = {
    "wide-light": {"viewport": {"width": 1280, "height": 900}, "color_scheme": "light"},
    "wide-dark": {"viewport": {"width": 1280, "height": 900}, "color_scheme": "dark"},
    "phone-light": {"viewport": {"width": 390, "height": 844}, "color_scheme": "light", "has_touch": True, "is_mobile": True},
}

# Chromium's remarks on how plotly.js uses the graphics card, or the software that stands in for one: not about the page.
ABOUT_DRAWING = ("GPU stall due to ReadPixels", "Canvas2D: Multiple readback operations")

# The page holds a body for each language; one of them is shown.
SHOWN = ".page:not([hidden])"

# Every figure: how many traces it was given, how many it holds, what it has drawn, and its size.
FIGURES = """() => [...document.querySelectorAll(".page:not([hidden]) figure[id]")].map(figure => {
    const plot = figure.querySelector(".plot");
    const box = plot.getBoundingClientRect();
    const canvases = [...plot.querySelectorAll("canvas")].filter(canvas => canvas.width > 1);
    const marks = plot.querySelectorAll(
        ".scatterlayer path, .barlayer path, .heatmaplayer image, .contourlayer path, .shapelayer path, .parcoords path");
    return {
        id: figure.id,
        title: figure.querySelector(".head")?.textContent ?? "",
        // A translation gives what it changes, not the traces again.
        given: JSON.parse(figure.querySelector("script.figure").textContent).data?.length ?? plot.data?.length,
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
        """() => [...document.querySelectorAll(".page:not([hidden]) figure[id] .plot")].every(
            plot => plot.classList.contains("failed") || (plot.data && plot.querySelector(".main-svg, canvas")))""",
        timeout=180_000,
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


# Labels of an axis that touch one another, and logarithmic axes with fewer than two labels.
LABELS = """() => [...document.querySelectorAll(".page:not([hidden]) figure[id] .plot")].flatMap(plot => {
    const id = plot.closest("figure").id, wrong = [];
    for (const [name, axis] of Object.entries(plot._fullLayout ?? {})) {
        if (!/^[xy]axis[0-9]*$/.test(name) || axis.visible === false) continue;
        const labels = [...plot.querySelectorAll(`.${axis._id}tick text`)].filter(one => one.textContent.trim());
        if (axis.type === "log" && labels.length < 2) wrong.push(`${id} ${name} has ${labels.length} labels`);
        const boxes = labels.map(one => [one.textContent, one.getBoundingClientRect()]);
        for (const [at, [text, a]] of boxes.entries()) for (const [other, b] of boxes.slice(at + 1)) {
            const touch = a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
            if (touch) wrong.push(`${id} ${name}: ${text} and ${other}`);
        }
    }
    return wrong;
})"""


def check_labels(page: Page, where: str) -> None:
    wrong = page.evaluate(LABELS)
    assert not wrong, f"{where}: labels touch or are missing: {wrong}"


def check_width(page: Page, where: str) -> None:
    wide, room = page.evaluate("() => [document.documentElement.scrollWidth, document.documentElement.clientWidth]")
    assert wide <= room, f"{where}: {wide} pixels wide on a screen of {room}"
    tables = page.evaluate(
        f"""() => [...document.querySelectorAll("{SHOWN} .table")].filter(one => one.checkVisibility()).map(one => [one.scrollWidth, one.clientWidth, one.textContent.slice(0, 60)])"""
    )
    for wide, room, text in tables:
        assert wide <= room, f"{where}: a table of {wide} pixels in a frame of {room}: {text}"


def press(page: Page, element, key: str = "Enter") -> None:
    element.focus()
    assert element.evaluate("one => one === document.activeElement"), "cannot be reached from the keyboard"
    page.keyboard.press(key)


def check_controls(page: Page, where: str) -> int:
    """Every kind of control does its work from the keyboard."""
    used = 0
    for views in page.query_selector_all(f"{SHOWN} .views"):
        buttons = views.query_selector_all("button")
        before = views.evaluate("one => one.closest('figure').querySelector('.plot').layout.yaxis.type")
        press(page, buttons[1])
        assert [button.get_attribute("aria-pressed") for button in buttons] == ["false", "true"], where
        # The figure follows: plotly.js draws in a task of its own.
        page.wait_for_function(
            "([one, before]) => one.closest('figure').querySelector('.plot').layout.yaxis.type !== before", arg=[views, before]
        )
        used += 1
    for walk in page.query_selector_all(f"{SHOWN} .walk"):
        slider, output = walk.query_selector("input"), walk.query_selector("output")
        steps = int(slider.get_attribute("max"))
        press(page, slider, "Home")
        assert slider.input_value() == "0", where
        press(page, walk.query_selector("button:nth-of-type(3)"))
        assert slider.input_value() == "1" and output.text_content().endswith(" 1"), output.text_content()
        shown = walk.evaluate(
            "one => { const plot = one.closest('figure').querySelector('.plot');"
            " const spec = JSON.parse(one.closest('figure').querySelector('script.figure').textContent);"
            " return spec.walk.trails.map(trail => plot.data[trail].x.length); }"
        )
        assert shown and all(points == 2 for points in shown), f"{where}: after one step a path shows {shown} points"
        walk.query_selector("select").select_option("4")
        press(page, walk.query_selector(".play"))
        page.wait_for_function("([slider, steps]) => Number(slider.value) === steps", arg=[slider, steps], timeout=30_000)
        used += 1
    for lookup in page.query_selector_all(f"{SHOWN} details.lookup"):
        press(page, lookup.query_selector("summary"))
        page.wait_for_function("one => one.querySelectorAll('tbody tr').length > 0", arg=lookup)
        all_rows = int(re.search(r"\((\d+)\)", lookup.query_selector("summary").text_content())[1])
        lookup.query_selector("input").focus()
        # A word of each of two cells, in capitals.
        wanted = [cell.split()[0] for cell in rows_of(lookup)[-1] if cell.split()][:2]
        page.keyboard.type(" ".join(wanted).upper())
        rows = [" ".join(row).lower() for row in rows_of(lookup)]
        assert rows and all(word.lower() in row for word in wanted for row in rows), (where, wanted)
        said = [int(number) for number in re.findall(r"\d+", lookup.query_selector("output").text_content())]
        assert sorted(said) == sorted([len(rows), all_rows]), (where, said, len(rows), all_rows)
        used += 1
    return used


def rows_of(element) -> list[list[str]]:
    return element.evaluate(
        "one => [...one.querySelectorAll('tbody tr')].map(row => [...row.cells].map(cell => cell.dataset.raw ?? cell.textContent))"
    )


def check_sorting(page: Page, where: str) -> int:
    """Every column sorts upwards, downwards and back: numbers by value, what is no number behind them."""
    tables = page.query_selector_all(f"{SHOWN} .data-table, {SHOWN} details.lookup[open]")
    for table in tables:
        before = rows_of(table)
        for column, title in enumerate(table.query_selector_all("thead th")):
            button = title.query_selector("button")
            for direction in ("ascending", "descending"):
                press(page, button)
                assert title.get_attribute("aria-sort") == direction, where
                sorting = table.query_selector_all("thead [aria-sort]")
                assert len(sorting) == 1, f"{where}: {len(sorting)} columns say that they are sorted"
                values = [row[column] for row in rows_of(table)]
                numbers = [float(value) for value in values if is_number(value)]
                assert numbers == sorted(numbers, reverse=direction == "descending"), f"{where}: {values}"
                assert all(is_number(value) for value in values[: len(numbers)]), f"{where}: {values}"
            press(page, button)
            assert title.get_attribute("aria-sort") is None and rows_of(table) == before, where
    return len(tables)


def is_number(text: str) -> bool:
    try:
        return float(text) == float(text)
    except ValueError:
        return False


def check_data(page: Page, folder: Path, where: str) -> int:
    """Each button gives a table, the one that lies beside the page where one of this name does."""
    buttons = [button for button in page.query_selector_all(f"{SHOWN} .save-data, {SHOWN} .save-table") if button.is_visible()]
    for number, button in enumerate(buttons):
        name, text = (saved if number else downloaded)(page, button)
        rows = list(csv.reader(text.splitlines()))
        assert len(rows) > 1 and all(len(row) == len(rows[0]) for row in rows), f"{where}: {name} is no table"
        beside = folder / name
        if "save-data" in button.get_attribute("class") and beside.exists():
            assert text == beside.read_text(), f"{where}: {name} is not what lies beside the page"
    assert not page.query_selector_all("a[download]"), f"{where}: links lead out of the page"
    return len(buttons)


def downloaded(page: Page, button) -> tuple[str, str]:
    """The file that a button saves, by way of the browser."""
    with page.expect_download() as download:
        press(page, button)
    return download.value.suggested_filename, Path(download.value.path()).read_text()


# Chromium lets a page save ten files in a row and asks the user then, so all but the first are taken on their way.
TAKE = """() => {
    window.taken = {};
    URL.createObjectURL = blob => { window.taken.blob = blob; return "blob:taken"; };
    HTMLAnchorElement.prototype.click = function () { window.taken.name = this.download; };
}"""


def saved(page: Page, button) -> tuple[str, str]:
    """The file that a button would save."""
    page.evaluate(TAKE)
    press(page, button)
    for _ in range(1200):
        if page.evaluate("() => Boolean(window.taken.name)"):
            break
        page.wait_for_timeout(100)
    return tuple(page.evaluate("async () => [window.taken.name, await window.taken.blob.text()]"))


def check_pictures(page: Page, where: str) -> None:
    """Each figure is saved as a picture that stands alone: its colours are in it, and what is behind it."""
    card = page.evaluate("() => { const one = document.createElement('i'); one.style.color = 'var(--card)'; document.body.append(one);"
                         " const colour = getComputedStyle(one).color; one.remove(); return colour; }")
    for button in page.query_selector_all(f"{SHOWN} .save-picture"):
        name, text = saved(page, button)
        picture = xml.etree.ElementTree.fromstring(text)
        assert picture.tag == "{http://www.w3.org/2000/svg}svg" and name.endswith(".svg"), f"{where}: {name} is no picture"
        assert "var(" not in text and "class=\"dashed\" />" not in text, f"{where}: {name} has colours of the page only"
        assert card in text, f"{where}: {name} has no ground"
        shapes = [one for one in picture.iter() if one.tag.endswith(("}path", "}rect", "}image"))]
        assert len(shapes) > 2, f"{where}: {name} is empty"


def check_theme(page: Page, where: str) -> None:
    """Colours of the reader's choice, in figures too, remembered by the next page."""
    ground = "() => [getComputedStyle(document.body).backgroundColor, document.querySelector('.main-svg text')?.style.fill]"
    seen = {}
    for theme in ("dark", "light"):
        page.select_option(f"{SHOWN} select.theme", theme)
        page.wait_for_timeout(50)
        drawn(page)
        page.wait_for_timeout(500)
        seen[theme] = page.evaluate(ground)
        page.reload()
        drawn(page)
        page.wait_for_timeout(500)
        assert page.evaluate(ground) == seen[theme], f"{where}: the colours are not remembered"
        assert page.input_value(f"{SHOWN} select.theme") == theme, where
    assert seen["dark"][0] != seen["light"][0], f"{where}: {seen}"
    if seen["dark"][1]:
        assert seen["dark"][1] != seen["light"][1], f"{where}: figures do not follow: {seen}"


def check_language(page: Page, where: str) -> bool:
    """The other language: its words, all figures, and the way back."""
    if not page.query_selector("select.language"):
        return False
    here = page.get_attribute("html", "lang")
    there = {"en": "ko", "ko": "en"}[here]
    text = f"() => document.querySelector('{SHOWN}').innerText"
    figures, before = len(drawn(page)), page.evaluate(text)
    page.select_option(f"{SHOWN} select.language", there)
    assert page.get_attribute("html", "lang") == there == page.get_attribute(SHOWN, "lang"), where
    assert check_figures(page, f"{where}, switched") == figures, where
    after = page.evaluate(text)
    hangul = {"ko": after, "en": before}[there if there == "ko" else "en"]
    assert before != after and re.search("[가-힣]", hangul), f"{where}: nothing changes"
    check_width(page, f"{where}, switched")
    page.reload()
    assert page.get_attribute("html", "lang") == there, f"{where}: the language is not remembered"
    page.select_option(f"{SHOWN} select.language", here)
    drawn(page)
    assert page.evaluate(text) == before, where
    return True


def check_print(page: Page, where: str) -> None:
    """Paper: unfolded, without controls, light, and no wider than a sheet; afterwards all is as it was."""
    state = (
        f"() => [document.querySelectorAll('{SHOWN} details[open]').length, document.documentElement.dataset.theme]"
    )
    before = page.evaluate(state)
    page.evaluate("() => dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print")
    page.wait_for_timeout(300)
    assert not page.query_selector_all(f"{SHOWN} details:not([open])"), f"{where}: something is folded"
    controls = [one for one in page.query_selector_all("button, select, input") if one.is_visible() and not one.evaluate("one => one.closest('thead')")]
    assert not controls, f"{where}: {len(controls)} controls on paper"
    assert page.evaluate("() => document.documentElement.dataset.theme") == "light", where
    for wide, high, place in page.evaluate(
        f"""() => [...document.querySelectorAll("{SHOWN} .plot")].filter(plot => plot.data).map(plot => {{
            const drawing = plot.querySelector(".main-svg").getBoundingClientRect();
            return [drawing.width, drawing.height, plot.getBoundingClientRect().height];
        }})"""
    ):
        assert wide <= 661 and high <= place + 1, f"{where}: a figure of {wide} by {high} in {place} pixels of height"
    page.emulate_media(media="screen")
    page.evaluate("() => dispatchEvent(new Event('afterprint'))")
    page.wait_for_timeout(300)
    assert page.evaluate(state) == before, f"{where}: printing leaves traces"


def check_headings(page: Page, where: str) -> None:
    levels = page.evaluate(f"""() => [...document.querySelector("{SHOWN}").querySelectorAll("h1, h2, h3")].map(
        one => Number(one.tagName[1]))""")
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
                # A surface drawn without a graphics card keeps a busy machine from answering for a while.
                page.set_default_timeout(120_000)
                said, asked = [], []
                page.on("console", lambda message: said.append(f"{message.type}: {message.text}")
                        if message.type in ("error", "warning", "assert") else None)
                page.on("pageerror", lambda error: said.append(f"error: {error}"))
                page.on("request", lambda request: asked.append(request.url))
                page.goto(path.as_uri())
                assert page.get_attribute("html", "lang") == name.rsplit("-", 1)[1], where
                figures = check_figures(page, where)
                check_labels(page, where)
                check_width(page, where)
                papers.add(page.evaluate("() => getComputedStyle(document.body).backgroundColor"))
                if screenshots:
                    screenshots.mkdir(parents=True, exist_ok=True)
                    page.screenshot(path=screenshots / f"{name}-{screen}.png", full_page=True)
                check_headings(page, where)
                if screen != "wide-dark":
                    worked = check_controls(page, where)
                    check_width(page, f"{where}, after its controls were used")
                # The same whatever the screen.
                if screen == "wide-light":
                    used = worked + check_sorting(page, where)
                    tables = check_data(page, path.parent, where)
                    check_print(page, where)
                    check_theme(page, where)
                    used += check_language(page, where)
                if screen != "phone-light":
                    check_pictures(page, where)
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
