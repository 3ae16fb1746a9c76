//! A study with its texts in another language.

use super::{Line, Study};

impl Study {
    /// Returns the study with its texts in the language of a code, as far as it has them.
    pub fn in_language(&self, code: &str) -> Self {
        let mut study = self.clone();
        if let Some(translation) = self.translations.get(code) {
            study.title = translation.title.clone().unwrap_or(study.title);
            study.about = translation.about.clone().unwrap_or(study.about);
        }
        study.lines = self.lines.iter().map(|line| self.line_in_language(line, code)).collect();
        study
    }

    /// Returns one of its lines with the names of a language.
    pub fn line_in_language(&self, line: &Line, code: &str) -> Line {
        let mut line = line.clone();
        if let Some(translation) = self.translations.get(code) {
            if let Some(name) = translation.lines.get(&line.name) {
                line.name.clone_from(name);
            }
            if let (Some(key), Some((_, value))) = (&translation.panels, line.panel.split_once(' ')) {
                line.panel = format!("{key} {value}");
            }
        }
        line
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::vocabulary;

    #[test]
    fn a_study_has_its_texts_in_another_language() {
        let text = "title = 'Two'\nfigure = 'loss'\nrules = ['sgd']\npanels = { batch = [10, 20] }\nlines = [{ name = 'without' }]\n\
                    [problem]\ndataset = 'digits'\n[translations.ko]\ntitle = '둘'\npanels = '배치'\nlines = { without = '없음' }\n";
        let study = Study::parse("two.toml", text, &vocabulary()).unwrap();
        let korean = study.in_language("ko");
        assert_eq!((korean.title.as_str(), korean.about.as_str()), ("둘", ""));
        let names = korean.lines.iter().map(|line| (line.panel.as_str(), line.name.as_str()));
        assert_eq!(names.collect::<Vec<_>>(), [("배치 10", "없음"), ("배치 20", "없음")]);
        assert_eq!(study.in_language("fr").lines[1].name, "without");
    }
}
