//! The contents of a page, in the order in which people ask.

use crate::{Answer, Figure, ImageGrid, Language, Lookup, Table, diagram::Diagram};

/// A report.
#[derive(Debug, Clone, Default)]
pub struct Page {
    /// Language of the fixed words.
    pub language: Language,
    /// Title.
    pub title: String,
    /// A line below the title: what was compared on what, when.
    pub subtitle: String,
    /// What can be concluded, problem by problem.
    pub answers: Vec<Answer>,
    /// What can and cannot be concluded: below the answers, or else the first sentence in large type and the others below it.
    pub conclusion: Vec<String>,
    /// The main table.
    pub table: Option<Table>,
    /// Figures and other blocks, in sections.
    pub sections: Vec<Section>,
    /// What is needed to get the same result: what it is (a command, a seed, a version), and its text.
    pub reproduce: Vec<(String, String)>,
    /// The same page in another language, to which the reader can switch.
    pub translation: Option<Box<Page>>,
}

/// A chapter of a page.
#[derive(Debug, Clone, Default)]
pub struct Section {
    /// Heading.
    pub title: String,
    /// What the chapter is about; may be empty.
    pub introduction: String,
    /// What it shows.
    pub blocks: Vec<Block>,
}

/// One thing in a chapter.
#[derive(Debug, Clone)]
pub enum Block {
    /// An interactive figure.
    Figure(Box<Figure>),
    /// A table.
    Table(Table),
    /// Plain text; an empty line starts a new paragraph.
    Text(String),
    /// Sample images.
    Images(ImageGrid),
    /// Boxes and arrows.
    Diagram(Diagram),
    /// A long table to look things up in.
    Lookup(Lookup),
}

impl Page {
    /// Creates a page with a title and nothing else.
    pub fn new(language: Language, title: impl Into<String>) -> Self {
        Self { language, title: title.into(), ..Self::default() }
    }

    /// Adds the same page in another language.
    pub fn translated(mut self, other: Page) -> Self {
        self.translation = Some(Box::new(other));
        self
    }

    /// Makes a page in both languages, of which `first` is shown at first.
    ///
    /// # Errors
    /// Those of `make`.
    pub fn bilingual<E>(
        first: Language,
        mut make: impl FnMut(Language) -> Result<Page, E>,
    ) -> Result<Page, E> {
        let second = match first {
            Language::English => Language::Korean,
            Language::Korean => Language::English,
        };
        let (mut shown, mut other) = (make(first)?, make(second)?);
        match first {
            Language::English => other.name_files_as(&shown),
            Language::Korean => shown.name_files_as(&other),
        }
        Ok(shown.translated(other))
    }

    /// Gives the data of figures the file names that the same page has in another language: names of files are English.
    fn name_files_as(&mut self, other: &Page) {
        let blocks = self.sections.iter_mut().flat_map(|section| &mut section.blocks);
        for (block, other) in blocks.zip(other.sections.iter().flat_map(|section| &section.blocks)) {
            if let (Block::Figure(figure), Block::Figure(other)) = (block, other)
                && let (Some((name, _)), Some((english, _))) = (&mut figure.csv, &other.csv)
            {
                name.clone_from(english);
            }
        }
    }

    /// Creates a page for one figure.
    pub fn single(language: Language, mut figure: Figure) -> Self {
        let title = std::mem::take(&mut figure.title);
        figure.wide = true;
        let section = Section { blocks: vec![figure.into()], ..Section::default() };
        Self { sections: vec![section], ..Self::new(language, title) }
    }
}

impl Section {
    /// Creates a section.
    pub fn new(title: impl Into<String>, introduction: impl Into<String>, blocks: Vec<Block>) -> Self {
        Self { title: title.into(), introduction: introduction.into(), blocks }
    }
}

impl From<Figure> for Block {
    fn from(figure: Figure) -> Self {
        Block::Figure(Box::new(figure))
    }
}

impl From<Table> for Block {
    fn from(table: Table) -> Self {
        Block::Table(table)
    }
}

impl From<&str> for Block {
    fn from(text: &str) -> Self {
        Block::Text(text.to_owned())
    }
}

impl From<ImageGrid> for Block {
    fn from(images: ImageGrid) -> Self {
        Block::Images(images)
    }
}

impl From<Lookup> for Block {
    fn from(lookup: Lookup) -> Self {
        Block::Lookup(lookup)
    }
}

impl From<Diagram> for Block {
    fn from(diagram: Diagram) -> Self {
        Block::Diagram(diagram)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn files_of_figures_have_english_names_in_every_language() {
        let make = |language: Language| {
            let title = language.words().sweep_figure();
            let figure = Figure::new(title, vec![], json!({})).with_csv(title, "a\n1\n".into());
            let section = Section::new("", "", vec![figure.into()]);
            Ok::<_, ()>(Page { sections: vec![section], ..Page::new(language, title) })
        };
        let page = Page::bilingual(Language::Korean, make).unwrap();
        let Block::Figure(figure) = &page.sections[0].blocks[0] else { panic!("a figure") };
        let name = &figure.csv.as_ref().unwrap().0;
        assert!(name.is_ascii(), "{name}");
    }
}
