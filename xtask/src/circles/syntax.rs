//! Splits Rust source text into token trees: as much of the grammar as finding imports needs.

/// A token, or the tokens between two brackets.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Tree {
    /// An identifier or a keyword, and its line (from 1).
    Word(String, usize),
    /// The path separator `::`.
    PathSeparator,
    /// Any other punctuation, one character at a time.
    Sign(char),
    /// The text of a string literal.
    Text(String),
    /// A number, a character or a lifetime: nothing that names an item.
    Other,
    /// The opening bracket and what stands between it and the closing one.
    Group(char, Vec<Tree>),
}

impl Tree {
    /// Returns the identifier or keyword.
    pub(crate) fn word(&self) -> Option<&str> {
        match self {
            Self::Word(word, _) => Some(word),
            _ => None,
        }
    }

    /// Returns what stands between brackets of this kind.
    pub(crate) fn group(&self, bracket: char) -> Option<&[Tree]> {
        match self {
            Self::Group(found, inside) if *found == bracket => Some(inside),
            _ => None,
        }
    }

    /// Tells whether this is the punctuation `sign`.
    pub(crate) fn is(&self, sign: char) -> bool {
        matches!(self, Self::Sign(found) if *found == sign)
    }
}

/// Splits `source` into token trees.
///
/// # Errors
/// If a bracket, a string or a comment is not closed.
pub(crate) fn parse(source: &str) -> Result<Vec<Tree>, String> {
    let mut lexer = Lexer { characters: source.chars().collect(), position: 0, line: 1 };
    let mut open: Vec<(char, usize)> = Vec::new();
    let mut levels: Vec<Vec<Tree>> = vec![Vec::new()];
    while let Some(token) = lexer.next()? {
        match token {
            Token::Open(bracket) => {
                open.push((bracket, lexer.line));
                levels.push(Vec::new());
            }
            Token::Close(bracket) => {
                let (opened, _) =
                    open.pop().ok_or_else(|| format!("line {}: `{bracket}` closes nothing", lexer.line))?;
                let inside = levels.pop().unwrap_or_default();
                levels.last_mut().expect("the outermost level stays").push(Tree::Group(opened, inside));
            }
            Token::Tree(tree) => levels.last_mut().expect("the outermost level stays").push(tree),
        }
    }
    match open.pop() {
        Some((bracket, line)) => Err(format!("line {line}: `{bracket}` is not closed")),
        None => Ok(levels.pop().unwrap_or_default()),
    }
}

enum Token {
    Open(char),
    Close(char),
    Tree(Tree),
}

struct Lexer {
    characters: Vec<char>,
    position: usize,
    line: usize,
}

impl Lexer {
    fn peek(&self, ahead: usize) -> Option<char> {
        self.characters.get(self.position + ahead).copied()
    }

    fn advance(&mut self) -> Option<char> {
        let found = self.peek(0)?;
        self.position += 1;
        self.line += usize::from(found == '\n');
        Some(found)
    }

    /// Consumes characters as long as they are of a kind, and returns them.
    fn take_while(&mut self, of_kind: impl Fn(char) -> bool) -> String {
        let mut text = String::new();
        while let Some(next) = self.peek(0).filter(|next| of_kind(*next)) {
            text.push(next);
            self.advance();
        }
        text
    }

    fn next(&mut self) -> Result<Option<Token>, String> {
        self.skip_blanks_and_comments()?;
        let Some(first) = self.peek(0) else { return Ok(None) };
        if let Some(hashes) = self.raw_string_ahead() {
            return self.raw_string(hashes).map(|text| Some(Token::Tree(Tree::Text(text))));
        }
        let tree = match first {
            '(' | '[' | '{' => {
                self.advance();
                return Ok(Some(Token::Open(first)));
            }
            ')' | ']' | '}' => {
                self.advance();
                return Ok(Some(Token::Close(first)));
            }
            '"' => Tree::Text(self.string()?),
            'b' | 'c' if self.peek(1) == Some('"') => {
                self.advance();
                Tree::Text(self.string()?)
            }
            'b' if self.peek(1) == Some('\'') => {
                self.advance();
                self.character_or_lifetime()?
            }
            '\'' => self.character_or_lifetime()?,
            ':' if self.peek(1) == Some(':') => {
                self.advance();
                self.advance();
                Tree::PathSeparator
            }
            _ if first.is_ascii_digit() => {
                self.number();
                Tree::Other
            }
            _ if is_word(first) => {
                let line = self.line;
                let mut word = self.take_while(is_word);
                if word == "r" && self.peek(0) == Some('#') && self.peek(1).is_some_and(is_word) {
                    self.advance();
                    word = format!("r#{}", self.take_while(is_word));
                }
                Tree::Word(word, line)
            }
            _ => {
                self.advance();
                Tree::Sign(first)
            }
        };
        Ok(Some(Token::Tree(tree)))
    }

    fn skip_blanks_and_comments(&mut self) -> Result<(), String> {
        loop {
            self.take_while(char::is_whitespace);
            match (self.peek(0), self.peek(1)) {
                (Some('/'), Some('/')) => {
                    self.take_while(|next| next != '\n');
                }
                (Some('/'), Some('*')) => self.block_comment()?,
                _ => return Ok(()),
            }
        }
    }

    fn block_comment(&mut self) -> Result<(), String> {
        let begin = self.line;
        let mut depth = 0;
        loop {
            match (self.peek(0), self.peek(1)) {
                (Some('/'), Some('*')) => depth += 1,
                (Some('*'), Some('/')) => depth -= 1,
                (None, _) => return Err(format!("line {begin}: a comment is not closed")),
                _ => {
                    self.advance();
                    continue;
                }
            }
            self.advance();
            self.advance();
            if depth == 0 {
                return Ok(());
            }
        }
    }

    /// Returns how many `#` a raw string has, if one begins here.
    fn raw_string_ahead(&self) -> Option<usize> {
        let prefix = match (self.peek(0)?, self.peek(1)) {
            ('r', _) => 1,
            ('b' | 'c', Some('r')) => 2,
            _ => return None,
        };
        let hashes = (prefix..).take_while(|ahead| self.peek(*ahead) == Some('#')).count();
        (self.peek(prefix + hashes) == Some('"')).then_some(hashes)
    }

    fn raw_string(&mut self, hashes: usize) -> Result<String, String> {
        let begin = self.line;
        self.take_while(|next| next != '"');
        self.advance();
        let mut text = String::new();
        loop {
            let next = self.advance().ok_or_else(|| format!("line {begin}: a raw string is not closed"))?;
            if next == '"' && (0..hashes).all(|ahead| self.peek(ahead) == Some('#')) {
                (0..hashes).for_each(|_| {
                    self.advance();
                });
                return Ok(text);
            }
            text.push(next);
        }
    }

    fn string(&mut self) -> Result<String, String> {
        let begin = self.line;
        self.advance();
        let mut text = String::new();
        loop {
            match self.advance() {
                Some('"') => return Ok(text),
                Some('\\') => {
                    text.push('\\');
                    text.extend(self.advance());
                }
                Some(next) => text.push(next),
                None => return Err(format!("line {begin}: a string is not closed")),
            }
        }
    }

    fn character_or_lifetime(&mut self) -> Result<Tree, String> {
        let line = self.line;
        self.advance();
        if self.peek(0) == Some('\\') {
            // The escaped character may be a quote itself.
            self.advance();
            self.advance();
            self.take_while(|next| next != '\'');
            return self
                .advance()
                .map(|_| Tree::Other)
                .ok_or(format!("line {line}: a character is not closed"));
        }
        if self.peek(1) == Some('\'') {
            self.advance();
            self.advance();
        } else {
            self.take_while(is_word);
        }
        Ok(Tree::Other)
    }

    fn number(&mut self) {
        self.take_while(is_word);
        if self.peek(0) == Some('.') && self.peek(1).is_some_and(|next| next.is_ascii_digit()) {
            self.advance();
            self.take_while(is_word);
        }
    }
}

fn is_word(character: char) -> bool {
    character == '_' || character.is_alphanumeric()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// All words of the source, in groups too.
    fn words(source: &str) -> Vec<String> {
        fn collect(trees: &[Tree], into: &mut Vec<String>) {
            for tree in trees {
                match tree {
                    Tree::Word(word, _) => into.push(word.clone()),
                    Tree::Group(_, inside) => collect(inside, into),
                    _ => {}
                }
            }
        }
        let mut found = Vec::new();
        collect(&parse(source).unwrap(), &mut found);
        found
    }

    #[test]
    fn comments_and_literals_hold_no_words() {
        assert_eq!(words("a // b\n/* c /* d */ e */ f"), ["a", "f"]);
        assert_eq!(words(r##"a "b \" c" r#"d " e"# br"f" b"g" c"h" i"##), ["a", "i"]);
        assert_eq!(words(r"a 'b' '\'' '\u{41}' b'c' d"), ["a", "d"]);
        assert_eq!(words("a 1e5 0x1f 2.5e3_f64 0..b"), ["a", "b"]);
    }

    #[test]
    fn lifetimes_are_no_characters() {
        assert_eq!(words("fn f<'a>(x: &'a str) -> &'static str {}"), ["fn", "f", "x", "str", "str"]);
        assert_eq!(words("'outer: loop { break 'outer }"), ["loop", "break"]);
    }

    #[test]
    fn groups_and_lines_are_kept() {
        let trees = parse("a\n(b::c,\n{})").unwrap();
        assert_eq!(trees[0], Tree::Word("a".into(), 1));
        let inside = trees[1].group('(').unwrap();
        assert_eq!(inside[..2], [Tree::Word("b".into(), 2), Tree::PathSeparator]);
        assert_eq!(inside[2], Tree::Word("c".into(), 2));
        assert!(inside[3].is(',') && inside[4].group('{') == Some(&[]));
    }

    #[test]
    fn raw_identifiers_are_words() {
        assert_eq!(words("r#type r"), ["r#type", "r"]);
    }

    #[test]
    fn what_is_not_closed_is_refused() {
        for (source, line) in [("a\n(b", 2), ("\"a", 1), ("/* a", 1), ("\n\nr#\"a\"", 3), ("'\\n", 1)] {
            assert!(parse(source).unwrap_err().starts_with(&format!("line {line}: ")), "{source}");
        }
        assert!(parse("a)").unwrap_err().contains("closes nothing"));
    }
}
