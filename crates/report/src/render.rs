//! The page as HTML.
//!
//! A page in two languages holds the text of both, one after the other, and shows one of them: as honest as two pages, and no
//! program has to know which sentence is which. Text is a small part of a page. The numbers are not, so those of figures and
//! tables stand in the first language alone; the second says what it changes in them ([`changes`]), which is the words.

use serde_json::Value;
use thalweg_words::Words;

use crate::picture::picture;
use crate::{
    Arm, Block, Figure, Page, Section, Standing, View, Walk,
    escape::{file_stem, html, script},
    figure::changes,
    palette::declarations,
    script::{early, own, plotly},
};

/// The page loads nothing from elsewhere: even a hostile name that passed the escaping could not send data out.
const POLICY: &str = "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data: blob:; font-src data:";

/// Walks over the page in one language; numbers what it meets.
struct Renderer<'a> {
    words: &'static dyn Words,
    page: &'a Page,
    figures: usize,
    /// What stands in `<script type="application/json">`, in the order of the page.
    data: Vec<Value>,
    /// The same of the first language.
    original: Option<&'a [Value]>,
}

impl Page {
    /// Returns the whole page as one self-contained HTML text, the data of the figures inside it.
    pub fn html(&self) -> String {
        let mut first = Renderer::new(self, None);
        let mut bodies = first.body();
        if let Some(translation) = &self.translation {
            bodies += &Renderer::new(translation, Some(&first.data)).body();
        }
        // A page without figures needs no plotly.js, and is 4.6 MB lighter.
        let library =
            if first.figures > 0 { format!("<script>{}</script>\n", plotly()) } else { String::new() };
        format!(
            "<!doctype html>\n<html lang=\"{language}\">\n<head>\n<meta charset=\"utf-8\">\n\
             <meta http-equiv=\"Content-Security-Policy\" content=\"{POLICY}\">\n\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
             <meta name=\"color-scheme\" content=\"light dark\">\n\
             <meta name=\"generator\" content=\"thalweg {version}\">\n\
             <title>{title}</title>\n<style>\n{style}:root {{\n{looks}}}\n</style>\n<script>{early}</script>\n</head>\n<body>\n\
             {bodies}{library}<script>\n{own}</script>\n</body>\n</html>\n",
            language = self.language.code(),
            version = env!("CARGO_PKG_VERSION"),
            title = html(&self.title),
            style = include_str!("../assets/page.css"),
            looks = declarations(&self.arms()),
            early = early(),
            own = own(),
        )
    }

    /// Everything that has a look of its own, in the order of the page.
    fn arms(&self) -> Vec<Arm> {
        let mut arms: Vec<Arm> = self.table.iter().flat_map(|table| table.arms()).collect();
        let tiers = self.answers.iter().filter_map(|answer| answer.tiers.as_ref());
        arms.extend(tiers.flat_map(|tiers| &tiers.rows).map(Standing::arm));
        for block in self.sections.iter().flat_map(|section| &section.blocks) {
            match block {
                Block::Figure(figure) => arms.extend(figure.arms.iter().cloned()),
                Block::Table(table) => arms.extend(table.arms()),
                Block::Text(_) | Block::Images(_) | Block::Diagram(_) | Block::Lookup(_) => {}
            }
        }
        // What a translation calls otherwise has a look as well.
        arms.extend(self.translation.iter().flat_map(|other| other.arms()));
        arms
    }

    /// Returns every CSV of the page, name and content, in the order of the page.
    pub(crate) fn files(&self) -> Vec<(String, String)> {
        let table = self.table.iter().map(|table| ("results.csv".to_owned(), table.to_csv()));
        let blocks = self.sections.iter().flat_map(|section| &section.blocks);
        let figures = blocks.filter_map(|block| match block {
            Block::Figure(figure) => {
                figure.csv.as_ref().map(|(name, content)| (file_name(name), content.clone()))
            }
            Block::Table(_) | Block::Text(_) | Block::Images(_) | Block::Diagram(_) | Block::Lookup(_) => {
                None
            }
        });
        table.chain(figures).collect()
    }
}

impl<'a> Renderer<'a> {
    fn new(page: &'a Page, original: Option<&'a [Value]>) -> Self {
        Self { words: page.language.words(), page, figures: 0, data: Vec::new(), original }
    }

    fn body(&mut self) -> String {
        let page = self.page;
        let mut body = format!("<h1>{}</h1>\n", html(&page.title));
        if !page.subtitle.is_empty() {
            body += &format!("<p class=\"subtitle\">{}</p>\n", html(&page.subtitle));
        }
        body = format!("<header>\n{}{body}</header>\n<main>\n", self.settings());
        body += &self.conclusion();
        if let Some(table) = &page.table {
            let title = self.words.results();
            body += &format!(
                "<section id=\"{}\">\n<h2>{title}</h2>\n{}</section>\n",
                self.id("results"),
                self.table(&table.to_html())
            );
        }
        body += &self.contents();
        for (index, section) in page.sections.iter().enumerate() {
            body += &self.section(index, section);
        }
        body += &format!("<noscript><p>{}</p></noscript>\n", self.words.no_script());
        body += &self.reproduce();
        let hidden = if self.original.is_some() { " hidden" } else { "" };
        format!(
            "<div class=\"page\" lang=\"{}\" data-title=\"{}\"{hidden}>\n{body}</main>\n</div>\n",
            page.language.code(),
            html(&page.title)
        )
    }

    /// An `id` that the other language does not have.
    fn id(&self, name: &str) -> String {
        match self.original {
            None => name.to_owned(),
            Some(_) => format!("{}-{name}", self.page.language.code()),
        }
    }

    /// The switches of language and colours. The script of the page shows them.
    fn settings(&self) -> String {
        let words = self.words;
        let select = |name: &str, label: &str, options: &[(&str, &str)]| {
            let options: String = options
                .iter()
                .map(|(value, text)| format!("<option value=\"{value}\">{text}</option>"))
                .collect();
            format!("<label>{label} <select class=\"{name}\">{options}</select></label>")
        };
        let themes = [("system", words.system()), ("light", words.light()), ("dark", words.dark())];
        let languages = match (self.original, &self.page.translation) {
            (None, None) => String::new(),
            _ => {
                let mut languages = [crate::Language::English, crate::Language::Korean]
                    .map(|language| (language.code(), language.own_name()));
                languages.sort_unstable();
                select("language", words.language(), &languages)
            }
        };
        format!(
            "<div class=\"settings\" hidden>{languages}{}</div>\n",
            select("theme", words.theme(), &themes)
        )
    }

    fn conclusion(&self) -> String {
        let page = self.page;
        let answers: String = page.answers.iter().map(|answer| answer.html(self.words)).collect();
        if !answers.is_empty() {
            let others = page.conclusion.iter().map(|sentence| format!("<p>{}</p>\n", html(sentence)));
            return answers + &others.collect::<String>();
        }
        let Some((first, others)) = page.conclusion.split_first() else { return String::new() };
        let others: String = others.iter().map(|sentence| format!("<p>{}</p>\n", html(sentence))).collect();
        format!(
            "<section class=\"conclusion\">\n<h2>{}</h2>\n<p class=\"first\">{}</p>\n{others}</section>\n",
            self.words.conclusion(),
            html(first)
        )
    }

    /// Links to the chapters, if there are enough to lose one's way.
    fn contents(&self) -> String {
        let titled = self.page.sections.iter().enumerate().filter(|(_, section)| !section.title.is_empty());
        let links: Vec<String> = titled
            .map(|(index, section)| {
                let target = self.id(&format!("section-{index}"));
                format!("<a href=\"#{target}\">{}</a>", html(&section.title))
            })
            .collect();
        if links.len() < 3 {
            return String::new();
        }
        format!("<nav aria-label=\"{}\">{}</nav>\n", self.words.contents(), links.join(" "))
    }

    fn section(&mut self, index: usize, section: &Section) -> String {
        let title = match section.title.as_str() {
            "" => String::new(),
            title => format!("<h2>{}</h2>\n", html(title)),
        };
        let blocks: String = section.blocks.iter().map(|block| self.block(block)).collect();
        let introduction = paragraphs(&section.introduction);
        let id = self.id(&format!("section-{index}"));
        format!(
            "<section id=\"{id}\">\n{title}{introduction}<div class=\"blocks\">\n{blocks}</div>\n</section>\n"
        )
    }

    fn block(&mut self, block: &Block) -> String {
        match block {
            Block::Figure(figure) => self.figure(figure),
            Block::Table(table) => format!("<div class=\"wide\">\n{}</div>\n", self.table(&table.to_html())),
            Block::Text(text) => format!("<div class=\"wide\">\n{}</div>\n", paragraphs(text)),
            Block::Images(images) => images.html(self.page.language),
            Block::Diagram(diagram) => diagram.html(self.words),
            Block::Lookup(lookup) => {
                let rows = self.json("", serde_json::json!(lookup.rows));
                lookup.html(self.words, &rows)
            }
        }
    }

    /// A table, and the button that saves it.
    fn table(&self, table: &str) -> String {
        format!(
            "<div class=\"data-table\">\n{table}<p class=\"tools\"><button type=\"button\" class=\"save-table\">{}</button></p>\n\
             </div>\n",
            self.words.data()
        )
    }

    fn figure(&mut self, figure: &Figure) -> String {
        let id = self.id(&format!("figure-{}", self.figures));
        self.figures += 1;
        let class = if figure.wide { " class=\"wide\"" } else { "" };
        let title = match figure.title.as_str() {
            "" => String::new(),
            title => format!("<h3>{}</h3>", html(title)),
        };
        let walk = figure.walk.as_ref().map(|walk| self.walk(walk)).unwrap_or_default();
        let (tall, narrow) = figure.height;
        let json = self.json("class=\"figure\"", figure.specification());
        let (csv, save) =
            figure.csv.as_ref().map(|(name, content)| self.csv(name, content)).unwrap_or_default();
        format!(
            "<figure id=\"{id}\"{class}>\n<div class=\"head\">{title}{views}</div>\n{walk}\
             <div class=\"plot\" style=\"--height:{tall}px;--narrow-height:{narrow}px\" data-failed=\"{failed}\"></div>\n\
             {json}{csv}<figcaption>{caption}</figcaption>\n<p class=\"tools\">{save}{picture}</p>\n</figure>\n",
            views = views(figure),
            failed = self.words.not_drawn(),
            caption = html(&figure.caption),
            picture = picture(self.words),
        )
    }

    /// The element with the data of a figure, and the button that saves it. The table is the same in both languages, so the second
    /// has that of the first.
    fn csv(&mut self, name: &str, content: &str) -> (String, String) {
        let original = self.original.and_then(|original| original.get(self.data.len()));
        let content = original.filter(|value| value.is_string()).cloned().unwrap_or_else(|| content.into());
        let save = format!(
            "<button type=\"button\" class=\"save-data\" data-name=\"{}\">{}</button>",
            html(&file_name(name)),
            self.words.data()
        );
        (self.json("class=\"csv\"", content), save)
    }

    /// An element that holds JSON: a value, or what it changes in that of the first language.
    fn json(&mut self, attributes: &str, value: Value) -> String {
        let place = self.data.len();
        let changed = self.original.and_then(|original| changes(original.get(place)?, &value));
        let element = match &changed {
            Some(changes) => {
                format!(
                    "<script type=\"application/json\" {attributes} data-of=\"{place}\">{}</script>\n",
                    script(changes)
                )
            }
            None => {
                let id = self.id(&format!("data-{place}"));
                format!(
                    "<script type=\"application/json\" {attributes} id=\"{id}\">{}</script>\n",
                    script(&value)
                )
            }
        };
        self.data.push(value);
        element
    }

    /// Controls the script of the page brings to life. Plain HTML: the keyboard and screen readers know them.
    fn walk(&self, walk: &Walk) -> String {
        let words = self.words;
        let speed = |(value, label): (&str, &str)| {
            let chosen = if value == "1" { " selected" } else { "" };
            format!("<option value=\"{value}\"{chosen}>{label}</option>")
        };
        let speeds: String = [("0.5", "½×"), ("1", "1×"), ("2", "2×"), ("4", "4×")].map(speed).concat();
        format!(
            "<div class=\"walk\" role=\"group\">\
             <button type=\"button\" class=\"play\" data-play=\"▶ {play}\" data-pause=\"❚❚ {pause}\">▶ {play}</button>\
             <button type=\"button\" title=\"{back}\" aria-label=\"{back}\">‹</button>\
             <button type=\"button\" title=\"{forward}\" aria-label=\"{forward}\">›</button>\
             <input type=\"range\" min=\"0\" max=\"{last}\" value=\"{last}\" aria-label=\"{step}\">\
             <output>{step} {number}</output><select aria-label=\"{speed}\">{speeds}</select></div>\n",
            play = words.play(),
            pause = words.pause(),
            back = words.back(),
            forward = words.forward(),
            step = words.walk_step(),
            speed = words.speed(),
            last = walk.steps.len().saturating_sub(1),
            number = walk.steps.last().copied().unwrap_or(0),
        )
    }

    fn reproduce(&self) -> String {
        if self.page.reproduce.is_empty() {
            return String::new();
        }
        let entry = |(what, text): &(String, String)| {
            format!("<dt>{}</dt><dd><pre>{}</pre></dd>\n", html(what), html(text))
        };
        let entries: String = self.page.reproduce.iter().map(entry).collect();
        let title = self.words.reproduce();
        format!(
            "<section id=\"{}\">\n<h2>{title}</h2>\n<dl class=\"reproduce\">\n{entries}</dl>\n</section>\n",
            self.id("reproduce")
        )
    }
}

/// The name may come from anywhere; what is left of it here cannot leave the folder.
fn file_name(name: &str) -> String {
    file_stem(name.strip_suffix(".csv").unwrap_or(name)) + ".csv"
}

/// Paragraphs, parted by empty lines.
fn paragraphs(text: &str) -> String {
    let paragraphs = text.split("\n\n").map(str::trim).filter(|paragraph| !paragraph.is_empty());
    paragraphs.map(|paragraph| format!("<p>{}</p>\n", html(paragraph))).collect()
}

/// A button for each variant of a figure.
fn views(figure: &Figure) -> String {
    let button = |(index, view): (usize, &View)| {
        format!("<button type=\"button\" aria-pressed=\"{}\">{}</button>", index == 0, html(&view.label))
    };
    let buttons: String = figure.views.iter().enumerate().map(button).collect();
    if buttons.is_empty() { buttons } else { format!("<div class=\"views\" role=\"group\">{buttons}</div>") }
}
