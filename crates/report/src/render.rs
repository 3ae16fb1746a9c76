//! The page as HTML.

use crate::{
    Block, Figure, Page, Section, View, Walk,
    escape::{file_stem, html, link, script},
    script::plotly,
};
use thalweg_words::Words;

/// The page loads nothing from elsewhere: even a hostile name that passed the escaping could not send data out.
const POLICY: &str = "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data: blob:; font-src data:";

/// Where the data of the figures is.
pub(crate) enum Data<'a> {
    /// Inside the page, as `data:` links.
    Inside,
    /// In files beside it, one name for each figure that has data (and one for the main table), in the order of
    /// [`Page::files`].
    Beside(&'a [String]),
}

/// Walks over the page; numbers the figures and the data as it meets them.
struct Renderer<'a> {
    words: &'static dyn Words,
    page: &'a Page,
    data: Data<'a>,
    figures: usize,
    files: usize,
}

impl Page {
    /// Returns the whole page as one self-contained HTML text, the data of the figures inside it.
    pub fn html(&self) -> String {
        self.render(Data::Inside)
    }

    pub(crate) fn render(&self, data: Data<'_>) -> String {
        let words = self.language.words();
        Renderer { words, page: self, data, figures: 0, files: 0 }.document()
    }

    /// Returns every CSV of the page, name and content, in the order of the page.
    pub(crate) fn files(&self) -> Vec<(String, String)> {
        let table = self.table.iter().map(|table| ("results.csv".to_owned(), table.to_csv()));
        let blocks = self.sections.iter().flat_map(|section| &section.blocks);
        let figures = blocks.filter_map(|block| match block {
            // The name may come from anywhere; what is left of it here cannot leave the folder.
            Block::Figure(figure) => figure.csv.as_ref().map(|(name, content)| {
                (file_stem(name.strip_suffix(".csv").unwrap_or(name)) + ".csv", content.clone())
            }),
            Block::Table(_) | Block::Text(_) | Block::Images(_) | Block::Diagram(_) | Block::Lookup(_) => {
                None
            }
        });
        table.chain(figures).collect()
    }
}

impl Renderer<'_> {
    fn document(&mut self) -> String {
        let body = self.body();
        // A page without figures needs no script, and is 4.6 MB lighter.
        let scripts = if self.figures > 0 {
            format!(
                "<script>{}</script>\n<script>\n{}</script>\n",
                plotly(),
                include_str!("../assets/page.js")
            )
        } else {
            String::new()
        };
        format!(
            "<!doctype html>\n<html lang=\"{language}\">\n<head>\n<meta charset=\"utf-8\">\n\
             <meta http-equiv=\"Content-Security-Policy\" content=\"{POLICY}\">\n\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
             <meta name=\"color-scheme\" content=\"light dark\">\n\
             <meta name=\"generator\" content=\"thalweg {version}\">\n\
             <title>{title}</title>\n<style>\n{style}</style>\n</head>\n<body>\n{body}{scripts}</body>\n</html>\n",
            language = self.page.language.code(),
            version = env!("CARGO_PKG_VERSION"),
            title = html(&self.page.title),
            style = include_str!("../assets/page.css"),
        )
    }

    fn body(&mut self) -> String {
        let page = self.page;
        let mut body = format!("<header>\n<h1>{}</h1>\n", html(&page.title));
        if !page.subtitle.is_empty() {
            body += &format!("<p class=\"subtitle\">{}</p>\n", html(&page.subtitle));
        }
        body += "</header>\n<main>\n";
        body += &self.conclusion();
        if let Some(table) = &page.table {
            let data = self.data_link(&table.to_csv(), "results.csv");
            let title = self.words.results();
            body += &format!(
                "<section id=\"results\">\n<h2>{title}</h2>\n{}<p class=\"data\">{data}</p>\n</section>\n",
                table.to_html()
            );
        }
        body += &self.contents();
        for (index, section) in page.sections.iter().enumerate() {
            body += &self.section(index, section);
        }
        if self.figures > 0 {
            body += &format!("<noscript><p>{}</p></noscript>\n", self.words.no_script());
        }
        body + &self.reproduce() + "</main>\n"
    }

    fn conclusion(&self) -> String {
        let Some((first, others)) = self.page.conclusion.split_first() else { return String::new() };
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
            .map(|(index, section)| format!("<a href=\"#section-{index}\">{}</a>", html(&section.title)))
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
        format!(
            "<section id=\"section-{index}\">\n{title}{introduction}<div class=\"blocks\">\n{blocks}</div>\n</section>\n"
        )
    }

    fn block(&mut self, block: &Block) -> String {
        match block {
            Block::Figure(figure) => self.figure(figure),
            Block::Table(table) => format!("<div class=\"wide\">\n{}</div>\n", table.to_html()),
            Block::Text(text) => format!("<div class=\"wide\">\n{}</div>\n", paragraphs(text)),
            Block::Images(images) => images.html(self.page.language),
            Block::Diagram(diagram) => diagram.html(),
            Block::Lookup(lookup) => lookup.html(self.words),
        }
    }

    fn figure(&mut self, figure: &Figure) -> String {
        let number = self.figures;
        self.figures += 1;
        let class = if figure.wide { " class=\"wide\"" } else { "" };
        let title = match figure.title.as_str() {
            "" => String::new(),
            title => format!("<h3>{}</h3>", html(title)),
        };
        let data =
            figure.csv.as_ref().map(|(name, content)| self.data_link(content, name)).unwrap_or_default();
        let (tall, narrow) = figure.height;
        format!(
            "<figure id=\"figure-{number}\"{class}>\n<div class=\"head\">{title}{views}</div>\n{walk}\
             <div class=\"plot\" style=\"--height:{tall}px;--narrow-height:{narrow}px\" data-failed=\"{failed}\"></div>\n\
             <script type=\"application/json\">{json}</script>\n<figcaption>{caption} {data}</figcaption>\n</figure>\n",
            views = views(figure),
            walk = figure.walk.as_ref().map(|walk| self.walk(walk)).unwrap_or_default(),
            failed = self.words.not_drawn(),
            json = script(&figure.specification()),
            caption = html(&figure.caption),
        )
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

    fn data_link(&mut self, content: &str, name: &str) -> String {
        let index = self.files;
        self.files += 1;
        let (target, name) = match &self.data {
            Data::Inside => (format!("data:text/csv;charset=utf-8,{}", link(content)), name),
            Data::Beside(names) => {
                let name = names.get(index).map_or(name, String::as_str);
                (link(name), name)
            }
        };
        format!("<a href=\"{target}\" download=\"{}\">{}</a>", html(name), self.words.data())
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
            "<section id=\"reproduce\">\n<h2>{title}</h2>\n<dl class=\"reproduce\">\n{entries}</dl>\n</section>\n"
        )
    }
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
