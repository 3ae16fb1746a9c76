//! The page as a whole: self-contained, offline, and safe with hostile names.

use std::fs;

use serde_json::Value;
use thalweg_report::{
    Block, Cell, Column, Language, Page, Section, Table,
    figures::{Band, Curve, Curves, Dots, Finals, Landscape, Path, Paths, Scale, Surface},
};

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
    let mut table = Table::new(vec![Column::text(text).help(text)]);
    table.push([Cell::rule(text, text)]);
    let blocks: Vec<Block> = vec![
        Paths { landscape: &landscape, paths: &paths }.figure(language).into(),
        Surface { landscape: &landscape, paths: &paths }.figure(language).into(),
        curves(text, text).figure(language).into(),
        dots.figure(language).into(),
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
    }
}

/// The page without the text of plotly.js, which is not ours.
fn own(html: &str) -> String {
    let start = html.find("/**\n* plotly.js v").expect("plotly.js is in the page");
    let end = start + html[start..].find("</script>").expect("its element ends");
    format!("{}{}", &html[..start], &html[end..])
}

fn figures(html: &str) -> Vec<Value> {
    let parts = html.split("<script type=\"application/json\">").skip(1);
    parts
        .map(|part| serde_json::from_str(part.split("</script>").next().expect("a text")).expect("JSON"))
        .collect()
}

#[test]
fn the_script_is_there_once_however_many_figures() {
    let html = page("a").html();
    assert_eq!(html.matches("* plotly.js v").count(), 1);
    assert_eq!(figures(&html).len(), 4);
    // What is ours is small beside it.
    assert!(own(&html).len() < 600_000, "{}", own(&html).len());
}

#[test]
fn a_page_without_figures_has_no_script() {
    let html = Page::new(Language::English, "words").html();
    assert!(html.len() < 20_000 && !html.contains("<script"));
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
    assert!(!own.contains("<b onclick") && !own.contains("<img"));
    // Four figures with their JSON, plotly.js (cut out, its end tag left) and the script of the page.
    assert_eq!(own.matches("</script>").count(), 6);
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
fn files_lie_beside_the_page_and_links_lead_to_them() {
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
    assert!(html.contains("href=\"%EC%86%90%EC%8B%A4-a-b-2.csv\" download=\"손실-a-b-2.csv\""));
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
    assert!(html.contains("href=\"data:text/csv;charset=utf-8,rule,label,run,x,x%0Asgd,x,1,1,2%0A"));
}
