//! The page as a whole: self-contained, offline, and safe with hostile names.

use std::fs;
use std::path::Path as FilePath;

use serde_json::Value;
use thalweg_report::{
    Block, Cell, Column, Image, ImageGrid, Language, Lookup, Page, Section, Table,
    diagram::{Card, Diagram},
    figures::{
        Axis, AxisScale, Band, Better, Configurations, Contours, Curve, Curves, Difference, Distribution,
        Dots, Finals, Forest, Histograms, Landscape, Path, Paths, Scale, Searched, Sensitivity, Surface,
        Trial, Trials,
    },
};

/// How many figures [`page`] has.
const FIGURES: usize = 11;

const HOSTILE: &str = "</script><b onclick=\"alert(1)\">&<img src=\"https://example.org/x\">";

fn curves(title: &str, label: &str) -> Curves {
    let runs = vec![vec![2.0, 1.0], vec![2.0, f64::NAN]];
    let curve = Curve { rule: "sgd".into(), label: label.into(), steps: vec![1.0, 2.0], runs };
    let (across, up) = (label.into(), label.into());
    Curves { title: title.into(), across, up, scale: Scale::Linear, band: Band::Range, curves: vec![curve] }
}

/// A page in which every text a user can choose is `text`.
fn page(text: &str) -> Page {
    let language = Language::English;
    let value = |x: f64, y: f64| x * x + y * y;
    let gradient = |x: f64, y: f64| [2.0 * x, 2.0 * y];
    let landscape = Landscape::sample(text, text, (-1.0, 1.0), (-1.0, 1.0), value, gradient);
    let (points, values) = (vec![[1.0, 1.0], [0.5, 0.5]], vec![2.0, 0.5]);
    let paths = [Path { rule: text.into(), label: text.into(), points, values }];
    let finals = Finals { rule: text.into(), label: text.into(), values: vec![1.0, 2.0] };
    let dots = Dots { title: text.into(), across: text.into(), rules: vec![finals] };
    let difference = Difference {
        rule: text.into(),
        label: text.into(),
        difference: 0.1,
        interval: [0.0, 0.2],
        verdict: text.into(),
    };
    let forest = Forest { title: text.into(), across: text.into(), margin: 0.05, rows: vec![difference] };
    let searched = Searched {
        rule: text.into(),
        label: text.into(),
        trials: vec![Trial { learning_rate: 0.1, value: 0.5 }, Trial { learning_rate: 1.0, value: f64::NAN }],
        chosen: Some(0.1),
        cliff: None,
    };
    let sensitivity = Sensitivity {
        title: text.into(),
        up: text.into(),
        better: Better::Higher,
        scale: Scale::Linear,
        rules: vec![searched],
    };
    let trials = Trials {
        title: text.into(),
        caption: text.into(),
        across: text.into(),
        up: text.into(),
        points: vec![(0.1, 0.5), (1.0, f64::NAN)],
        range: [0.01, 1.0],
    };
    let axis = || Axis { name: text.into(), scale: AxisScale::Logarithmic, values: vec![0.1, 1.0] };
    let configurations = Configurations {
        title: text.into(),
        up: text.into(),
        higher_is_better: true,
        axes: vec![axis(), axis()],
        results: vec![0.5, f64::NAN],
    };
    let distribution = Distribution { label: text.into(), edges: vec![0.0, 1.0], counts: vec![2] };
    let histograms =
        Histograms { title: text.into(), caption: text.into(), distributions: vec![distribution] };
    let card = Card { title: text.into(), details: vec![text.into()], inputs: vec![], dashed: false };
    let diagram = Diagram { title: text.into(), caption: text.into(), boxes: vec![card] };
    let lookup = Lookup { title: text.into(), columns: vec![text.into()], rows: vec![vec![text.into()]] };
    let image = Image {
        width: 1,
        height: 1,
        pixels: vec![0.5],
        label: text.into(),
        predicted: Some(text.into()),
        probability: Some(0.5),
    };
    let mut table = Table::new(vec![Column::text(text).help(text)]);
    table.push([Cell::rule(text, text)]);
    let blocks: Vec<Block> = vec![
        Paths { landscape: &landscape, paths: &paths }.figure(language).into(),
        Surface { landscape: &landscape, paths: &paths }.figure(language).into(),
        curves(text, text).figure(language).into(),
        dots.figure(language).into(),
        Contours { landscape: &landscape }.figure(language).into(),
        forest.figure(language).into(),
        sensitivity.figure(language).into(),
        trials.figure().into(),
        configurations.parallel(language).into(),
        configurations.map(language).expect("two axes").into(),
        histograms.figure().into(),
        Block::Diagram(diagram),
        Block::Lookup(lookup),
        ImageGrid::new(text, vec![image]).expect("one pixel").into(),
        table.clone().into(),
        text.into(),
    ];
    Page {
        language,
        title: text.into(),
        subtitle: text.into(),
        conclusion: vec![text.into(), text.into()],
        table: Some(table),
        sections: vec![Section::new(text, text, blocks)],
        reproduce: vec![(text.into(), text.into())],
        translation: None,
    }
}

/// The page without the text of plotly.js, which is not ours.
fn own(html: &str) -> String {
    let start = html.find("/**\n* plotly.js v").expect("plotly.js is in the page");
    let end = start + html[start..].find("</script>").expect("its element ends");
    format!("{}{}", &html[..start], &html[end..])
}

fn figures(html: &str) -> Vec<Value> {
    data(html, "class=\"figure\"")
}

/// What is in the `<script>` elements of JSON with this attribute.
fn data(html: &str, attribute: &str) -> Vec<Value> {
    let elements = html.split("<script type=\"application/json\" ").skip(1);
    let parts = elements.filter_map(|part| part.split_once('>')).filter(|(head, _)| head.contains(attribute));
    let texts = parts.map(|(_, body)| body.split("</script>").next().expect("a text"));
    texts.map(|text| serde_json::from_str(text).expect("JSON")).collect()
}

#[test]
fn the_script_is_there_once_however_many_figures() {
    let html = page("a").html();
    assert_eq!(html.matches("* plotly.js v").count(), 1);
    assert_eq!(figures(&html).len(), FIGURES);
    // What is ours is small beside it.
    assert!(own(&html).len() < 600_000, "{}", own(&html).len());
}

#[test]
fn a_page_without_figures_is_small() {
    let html = Page::new(Language::English, "words").html();
    assert!(html.len() < 50_000 && !html.contains("plotly.js v"), "{}", html.len());
}

#[test]
fn nothing_is_loaded_from_outside() {
    let own = own(&page("a").html());
    for attribute in ["src=\"", "href=\"", "url("] {
        for target in own.split(attribute).skip(1) {
            assert!(target.starts_with("data:") || target.starts_with('#'), "{attribute}{:.60}", target);
        }
    }
    assert!(own.contains("default-src 'none'"));
}

#[test]
fn hostile_names_stay_text() {
    let own = own(&page(HOSTILE).html());
    assert!(!own.contains("<b onclick") && !own.contains("<img src=\"https"));
    // The figures, their data and the long table with their JSON; plotly.js (cut out, its end tag left) and two of the page.
    assert_eq!(own.matches("</script>").count(), 2 * FIGURES + 4);
    let drawn = figures(&page(HOSTILE).html());
    let name = drawn[2]["data"][2]["name"].as_str().expect("the name of the mean line");
    assert!(name.starts_with("&lt;/script&gt;&lt;b onclick"), "plotly.js would read tags: {name}");
}

#[test]
fn conclusion_table_figures_and_reproduction_come_in_this_order() {
    let html = own(&page("a").html());
    let marks = ["class=\"conclusion\"", "id=\"results\"", "id=\"section-0\"", "id=\"reproduce\""];
    let places: Vec<usize> = marks.iter().map(|mark| html.find(mark).expect("is there")).collect();
    assert!(places.is_sorted(), "{places:?}");
}

#[test]
fn files_lie_beside_the_page_and_their_data_is_in_it() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let target = folder.path().join("new").join("report");
    let language = Language::Korean;
    let mut page = Page::new(language, "보고서");
    let blocks = vec![
        curves("손실 (a/b)", "x").figure(language).into(),
        curves("손실 (a/b)", "y").figure(language).into(),
    ];
    page.sections = vec![Section::new("", "", blocks)];
    let path = page.write(&target).expect("written");
    assert_eq!(path, target.join("report.html"));
    // Writing again replaces.
    page.write(&target).expect("written again");

    let mut names: Vec<_> = fs::read_dir(&target)
        .expect("readable")
        .map(|entry| entry.expect("an entry").file_name().into_string().expect("UTF-8"))
        .collect();
    names.sort();
    assert_eq!(names, ["report.html", "손실-a-b-2.csv", "손실-a-b.csv"]);
    let second = fs::read_to_string(target.join("손실-a-b-2.csv")).expect("readable");
    assert_eq!(second, "rule,label,run,y,y\nsgd,y,1,1,2\nsgd,y,1,2,1\nsgd,y,2,1,2\nsgd,y,2,2,NaN\n");
    let html = fs::read_to_string(path).expect("readable");
    assert!(html.contains("<html lang=\"ko\">"));
    assert!(!own(&html).contains("href="), "a page that is sent on has no links to what stays behind");
    assert!(html.contains("class=\"save-data\" data-name=\"손실-a-b.csv\""));
    assert_eq!(data(&html, "class=\"csv\"")[1], Value::from(second));
}

#[test]
fn a_hostile_file_name_cannot_leave_the_folder() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mut figure = curves("loss", "x").figure(Language::English);
    figure.csv = Some(("../../outside.csv".into(), "x\n".into()));
    let inner = folder.path().join("a").join("b");
    Page::single(Language::English, figure).write(&inner).expect("written");
    assert!(inner.join("outside.csv").exists());
}

#[test]
fn a_folder_that_cannot_be_made_is_named() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = folder.path().join("file");
    fs::write(&file, "").expect("written");
    let error = Page::new(Language::English, "a").write(&file).expect_err("a file is in the way");
    assert!(error.to_string().contains(&file.display().to_string()), "{error}");
    assert!(error.to_string().contains("choose another one"), "{error}");
}

#[test]
fn a_single_figure_carries_its_data_inside() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("path.html");
    let page = Page::single(Language::English, curves("Loss of SGD", "x").figure(Language::English));
    page.write_file(&path).expect("written");
    let html = fs::read_to_string(&path).expect("readable");
    assert!(html.contains("<h1>Loss of SGD</h1>"));
    let csv = data(&html, "class=\"csv\"");
    assert!(csv[0].as_str().expect("a text").starts_with("rule,label,run,x,x\nsgd,x,1,1,2\n"), "{csv:?}");
}

#[test]
fn a_translation_holds_the_words_and_not_the_numbers_again() {
    let page = |language: Language, title: &str, up: &str| {
        let runs: Vec<Vec<f64>> =
            (0..10).map(|run| (0..500).map(|step| f64::from(step * run)).collect()).collect();
        let curve =
            Curve { rule: "sgd".into(), label: "SGD".into(), steps: (0..500).map(f64::from).collect(), runs };
        let (across, curves) = ("step".to_owned(), vec![curve]);
        let curves = Curves { title: title.into(), across, up: up.into(), curves, ..Curves::default() };
        let rows = (0..500).map(|row| vec![row.to_string(), up.to_owned()]).collect();
        let lookup = Lookup { title: title.into(), columns: vec!["a".into(), "b".into()], rows };
        let mut page = Page::new(language, title);
        page.sections = vec![Section::new(title, "", vec![curves.figure(language).into(), lookup.into()])];
        page
    };
    let english = || page(Language::English, "Loss", "loss");
    let alone = own(&english().html());
    let both = own(&english().translated(page(Language::Korean, "손실", "손실값")).html());
    assert!(
        both.contains("<html lang=\"en\">")
            && both.contains("<div class=\"page\" lang=\"en\" data-title=\"Loss\">")
    );
    assert!(both.contains("<div class=\"page\" lang=\"ko\" data-title=\"손실\" hidden>"));
    assert!(both.contains("<option value=\"ko\">한국어</option>") && !alone.contains("한국어"));
    assert!(both.len() < alone.len() + alone.len() / 3, "{} and {}", alone.len(), both.len());
    // The second figure is the first one with other words.
    let figures = figures(&both);
    assert_eq!(figures[1]["layout"]["yaxis"]["title"]["text"], "손실값");
    assert!(figures[1]["data"]["0"].is_null(), "{}", figures[1]);
    // Places to go to are not shared.
    for part in both.split(" id=\"").skip(1) {
        let id = part.split('"').next().expect("a name");
        assert_eq!(both.matches(&format!(" id=\"{id}\"")).count(), 1, "{id}");
    }
}

#[test]
fn a_label_has_one_colour_on_the_whole_page() {
    let figure = |labels: &[&str]| {
        let finals =
            |label: &&str| Finals { rule: "adamw".into(), label: (*label).into(), values: vec![1.0] };
        let rules = labels.iter().map(finals).collect();
        Dots { rules, ..Dots::default() }.figure(Language::English)
    };
    let mut page = Page::new(Language::English, "a");
    let blocks = vec![figure(&["adamw", "8-bit", "clipped"]).into(), figure(&["clipped", "8-bit"]).into()];
    page.sections = vec![Section::new("", "", blocks)];
    let html = page.html();
    let figures = figures(&html);
    let colour = |figure: usize, trace: usize| {
        let name = figures[figure]["data"][trace]["marker"]["color"].as_str().expect("a colour");
        let name = name.strip_prefix("var(").and_then(|name| name.strip_suffix(')')).expect("a variable");
        let value = html.split(&format!("{name}:")).nth(1).expect("its value").split(';').next();
        value.expect("a value").to_owned()
    };
    let [adamw, eight, clipped] = [0, 2, 4].map(|trace| colour(0, trace));
    assert_eq!(adamw, "#cc79a7");
    assert!(adamw != eight && eight != clipped && clipped != adamw, "{adamw} {eight} {clipped}");
    assert_eq!([colour(1, 0), colour(1, 2)], [clipped, eight]);
}

/// Reads a file of the repository.
fn read(path: &str) -> String {
    let path = FilePath::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(path);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Reads every file below a folder of the repository whose name ends so, with its path.
fn read_all(folder: &str, ending: &str) -> Vec<(String, String)> {
    let place = FilePath::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(folder);
    let mut found = Vec::new();
    for entry in fs::read_dir(&place).unwrap_or_else(|error| panic!("{}: {error}", place.display())) {
        let entry = entry.expect("an entry");
        let name = format!("{folder}/{}", entry.file_name().to_string_lossy());
        if entry.path().is_dir() {
            found.extend(read_all(&name, ending));
        } else if name.ends_with(ending) {
            found.push((name.clone(), read(&name)));
        }
    }
    found
}

/// The figures: the types in `src/figures` that have a method to draw a [`Figure`](thalweg_report::Figure).
fn drawn() -> Vec<String> {
    let mut found = Vec::new();
    for (_, text) in read_all("crates/report/src/figures", ".rs") {
        for block in text.split("\nimpl").skip(1) {
            let (head, body) = block.split_once('{').expect("an impl has a body");
            let body = body.split("\n}").next().unwrap_or_default();
            if body.contains("    pub fn ") && body.contains("-> Figure") && !head.contains(" for ") {
                let name = head.rsplit(' ').find(|word| !word.is_empty()).unwrap_or_default();
                found.push(name.split('<').next().unwrap_or_default().to_owned());
            }
        }
    }
    found.sort();
    found.dedup();
    found
}

#[test]
fn every_figure_is_in_the_gallery_on_a_page_and_in_the_list() {
    let drawn = drawn();
    assert!(drawn.len() > 8 && drawn.contains(&"Forest".to_owned()), "{drawn:?}");
    let (gallery, list) = (read("crates/report/examples/gallery.rs"), read("crates/report/src/figures.rs"));
    let tests = read("crates/report/tests/it/page.rs");
    let pages: String = read_all("crates/pages/src", ".rs").into_iter().map(|(_, text)| text).collect();
    for name in &drawn {
        let made = format!("{name} {{");
        assert!(gallery.contains(&made), "examples/gallery.rs does not show {name}");
        assert!(
            tests.contains(&made),
            "`page` in tests/it/page.rs does not hold {name} against hostile names"
        );
        assert!(
            list.contains(&format!("[`{name}`]")),
            "the documentation of figures.rs does not name {name}"
        );
        assert!(pages.contains(&made), "no page of crates/pages shows {name}");
    }
}

#[test]
fn every_page_is_opened_in_a_browser() {
    let script = read("conformance/browser/test.sh");
    let mut pages = 0;
    for (path, text) in read_all("crates/cli/src/commands", ".rs") {
        if !(text.contains("pages::") && [".write(", ".write_file("].iter().any(|call| text.contains(call))) {
            continue;
        }
        // `compare/run.rs` is a part of `compare`.
        let part = path.trim_start_matches("crates/cli/src/commands/");
        let command = part.split(['/', '.']).next().unwrap_or_default().replace('_', "-");
        let there = script.contains(&format!("\nthalweg {command} "));
        assert!(there, "`thalweg {command}` writes a page that conformance/browser/test.sh does not open");
        pages += 1;
    }
    assert!(pages > 5, "{pages}");
}
