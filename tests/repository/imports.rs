//! What a file of Rust imports: its `use` lines, and the paths in its code that begin at a module.
//!
//! A reader of tokens, and no compiler: it knows `use` trees, modules in a file and beside it, and what is left out of a build without
//! tests. It does not know macros from within; a path in the body of a `macro_rules!` counts as one of the file.

use super::source::code_of;
use std::collections::BTreeSet;

/// Where a path begins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Start {
    /// `crate::`
    Root,
    /// `self::` (0), `super::` (1), `super::super::` (2), seen from the module of the file.
    Up(usize),
    /// A name: a module below the file's, a name that the file imports, or another crate.
    Name,
    /// `::name`: another crate.
    Outside,
}

/// A path, and its line. The last segment of a glob is `*`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Import {
    pub(crate) line: usize,
    pub(crate) start: Start,
    pub(crate) segments: Vec<String>,
    /// What a `use` calls it here; nothing for a path in code.
    pub(crate) name: Option<String>,
    /// It is handed on: `pub use`, `pub(crate) use`.
    pub(crate) is_public: bool,
}

/// A module in a file of its own: `mod x;`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Module {
    pub(crate) name: String,
    /// The modules of this file that it stands in.
    pub(crate) inside: Vec<String>,
    /// Those of them that are a folder: all but what says `#[path = "."]`.
    pub(crate) folders: Vec<String>,
    /// What `#[path = "…"]` says.
    pub(crate) path: Option<String>,
}

/// A file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Parsed {
    pub(crate) modules: Vec<Module>,
    pub(crate) imports: Vec<Import>,
    /// The names of what it defines itself, at its outermost level.
    pub(crate) defines: BTreeSet<String>,
    /// It has code of its own: more than `mod` and `use` lines.
    pub(crate) has_code: bool,
    /// The words of that code.
    pub(crate) words: BTreeSet<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Token<'t> {
    text: &'t str,
    at: usize,
}

fn tokens(code: &str) -> Vec<Token<'_>> {
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    let mut tokens = Vec::new();
    let mut at = 0;
    while let Some(first) = code[at..].chars().next() {
        let rest = &code[at..];
        let length = match first {
            _ if is_word(first) => rest.find(|c| !is_word(c)).unwrap_or(rest.len()),
            ':' if rest.starts_with("::") => 2,
            _ => first.len_utf8(),
        };
        if !first.is_whitespace() {
            tokens.push(Token { text: &rest[..length], at });
        }
        at += length;
    }
    tokens
}

/// Words that begin what has a name.
const NAMED: [&str; 8] = ["struct", "enum", "union", "trait", "type", "fn", "const", "static"];
/// Words that begin an item, or come before one.
const ITEMS: [&str; 7] = ["pub", "mod", "use", "impl", "unsafe", "extern", "macro_rules"];
/// Types that have functions, and are no modules.
const PRIMITIVE: [&str; 17] = [
    "bool", "char", "str", "f32", "f64", "i8", "i16", "i32", "i64", "i128", "isize", "u8", "u16", "u32",
    "u64", "u128", "usize",
];

struct Reader<'t> {
    text: &'t str,
    code: &'t str,
    tokens: Vec<Token<'t>>,
    next: usize,
    /// The open braces: the name of the module that one opens, if it opens one.
    open: Vec<Option<String>>,
    /// The modules of this file that are no folder: `#[path = "."] mod x { … }`.
    in_place: BTreeSet<String>,
    parsed: Parsed,
}

/// Reads a file.
pub(crate) fn parse(text: &str) -> Parsed {
    let code = code_of(text);
    let tokens = tokens(&code);
    let (open, in_place, parsed) = Default::default();
    let reader = Reader { text, code: &code, tokens, next: 0, open, in_place, parsed };
    reader.read()
}

impl<'t> Reader<'t> {
    fn peek(&self, beyond: usize) -> &'t str {
        self.tokens.get(self.next + beyond).map_or("", |token| token.text)
    }

    fn before(&self, steps: usize) -> &'t str {
        self.next.checked_sub(steps).map_or("", |at| self.tokens[at].text)
    }

    fn line(&self) -> usize {
        let at = self.tokens.get(self.next).map_or(self.code.len(), |token| token.at);
        self.code[..at].matches('\n').count() + 1
    }

    fn is_name(text: &str) -> bool {
        text.starts_with(|c: char| c.is_alphabetic() || c == '_')
    }

    fn read(mut self) -> Parsed {
        let (mut path, mut is_test, mut is_public) = (None, false, false);
        while self.next < self.tokens.len() {
            match self.peek(0) {
                "#" => {
                    let attribute = self.attribute();
                    is_test |= attribute.0;
                    path = attribute.1.or(path);
                    continue;
                }
                _ if std::mem::take(&mut is_test) => {
                    self.skip_item();
                    continue;
                }
                "pub" => {
                    is_public = true;
                    self.next += 1;
                    if self.peek(0) == "(" {
                        self.skip_brackets();
                    }
                    continue;
                }
                "use" if self.peek(1) != "<" => {
                    let line = self.line();
                    self.next += 1;
                    self.tree(line, Start::Name, Vec::new(), is_public);
                }
                "mod" => self.module(path.take()),
                _ => self.code_token(),
            }
            (is_public, path) = (false, None);
        }
        self.parsed
    }

    /// Whether it is a `cfg` of tests, and the path that it gives.
    fn attribute(&mut self) -> (bool, Option<String>) {
        let from = self.tokens[self.next].at;
        self.next += if self.peek(1) == "!" { 2 } else { 1 };
        let first = self.next;
        self.skip_brackets();
        let words = &self.tokens[first..self.next];
        let has = |word: &str| words.iter().any(|token| token.text == word);
        let is_test = words.get(1).is_some_and(|word| word.text == "cfg") && has("test") && !has("not");
        let end = self.tokens.get(self.next).map_or(self.text.len(), |token| token.at);
        let path = words.get(1).is_some_and(|word| word.text == "path");
        let path = path.then(|| self.text[from..end].split('"').nth(1).unwrap_or_default().to_owned());
        (is_test, path)
    }

    /// From an opening bracket beyond the one that closes it.
    fn skip_brackets(&mut self) {
        let mut depth = 0_usize;
        while self.next < self.tokens.len() {
            match self.peek(0) {
                "(" | "[" | "{" => depth += 1,
                ")" | "]" | "}" => depth = depth.saturating_sub(1),
                _ => {}
            }
            self.next += 1;
            if depth == 0 {
                return;
            }
        }
    }

    /// Over what an attribute is about: an item, a statement, a field.
    fn skip_item(&mut self) {
        let is_item = [&NAMED[..], &ITEMS[..]].concat().contains(&self.peek(0));
        while self.next < self.tokens.len() {
            match self.peek(0) {
                "{" => return self.skip_brackets_of_item(),
                "(" | "[" => self.skip_brackets(),
                ")" | "]" | "}" => return,
                ";" => return self.next += 1,
                "," if !is_item => return self.next += 1,
                _ => self.next += 1,
            }
        }
    }

    /// The braces of an item end it, but those of `use a::{b};`.
    fn skip_brackets_of_item(&mut self) {
        self.skip_brackets();
        if self.peek(0) == ";" {
            self.next += 1;
        }
    }

    fn module(&mut self, path: Option<String>) {
        let name = self.peek(1).to_owned();
        if self.peek(2) == "{" {
            self.parsed.has_code = true;
            if self.open.is_empty() {
                self.parsed.defines.insert(name.clone());
            }
            if path.as_deref() == Some(".") {
                self.in_place.insert(name.clone());
            }
            self.open.push(Some(name));
        } else {
            let inside: Vec<String> = self.open.iter().flatten().cloned().collect();
            let folders = inside.iter().filter(|name| !self.in_place.contains(*name)).cloned().collect();
            self.parsed.modules.push(Module { name, inside, folders, path });
        }
        self.next += 3;
    }

    /// A tree of a `use`, from where it stands: adds what it names.
    fn tree(&mut self, line: usize, mut start: Start, mut segments: Vec<String>, is_public: bool) {
        loop {
            match self.peek(0) {
                "::" if segments.is_empty() && start == Start::Name => start = Start::Outside,
                "::" => {}
                "{" => {
                    self.next += 1;
                    while !["}", ""].contains(&self.peek(0)) {
                        self.tree(line, start.clone(), segments.clone(), is_public);
                        self.next += usize::from(self.peek(0) == ",");
                    }
                    self.next += 1;
                    return;
                }
                word => start = self.segment(word, start, &mut segments),
            }
            self.next += 1;
            if !["::", "{"].contains(&self.peek(0)) && self.before(1) != "::" {
                break;
            }
        }
        let mut name = segments.last().cloned();
        if self.peek(0) == "as" {
            name = Some(self.peek(1).to_owned());
            self.next += 2;
        }
        self.add(line, start, segments, name, is_public);
    }

    /// Takes a word of a path: a name, or one of `crate`, `self`, `super`.
    fn segment(&self, word: &str, start: Start, segments: &mut Vec<String>) -> Start {
        let is_first = segments.is_empty();
        match (word, &start) {
            ("crate", _) if is_first => return Start::Root,
            ("self", Start::Name) if is_first => return Start::Up(0),
            ("super", Start::Name) if is_first => return Start::Up(1),
            ("super", Start::Up(levels)) if is_first => return Start::Up(levels + 1),
            ("self", _) => {} // `a::{self}` is `a`
            (name, _) => segments.push(name.to_owned()),
        }
        start
    }

    fn add(
        &mut self,
        line: usize,
        start: Start,
        segments: Vec<String>,
        name: Option<String>,
        is_public: bool,
    ) {
        let within = self.open.iter().flatten().count();
        let start = match start {
            // In a module within the file: what stays in the file is no import.
            Start::Up(levels) if within > 0 && levels < within => return,
            Start::Up(levels) => Start::Up(levels - within),
            start => start,
        };
        self.parsed.imports.push(Import { line, start, segments, name, is_public });
    }

    /// A word of the code: a brace, the name of an item, a path, or nothing of interest.
    fn code_token(&mut self) {
        let word = self.peek(0);
        match word {
            "{" => self.open.push(None),
            "}" => drop(self.open.pop()),
            _ => {}
        }
        self.parsed.has_code |= ![";", "}"].contains(&word);
        self.parsed.words.insert(word.to_owned());
        let names = if word == "macro_rules" { self.peek(2) } else { self.peek(1) };
        let is_named = NAMED.contains(&word) || word == "macro_rules";
        if self.open.is_empty() && is_named && Self::is_name(names) && !NAMED.contains(&names) {
            self.parsed.defines.insert(names.to_owned());
        }
        let is_first = !["::", "."].contains(&self.before(1));
        if is_first && self.peek(1) == "::" && Self::is_name(self.peek(2)) {
            return self.path(word);
        }
        self.next += 1;
    }

    fn path(&mut self, first: &str) {
        let (line, mut start, mut segments) = (self.line(), Start::Name, Vec::new());
        let is_module = first.starts_with(|c: char| c.is_lowercase()) && !PRIMITIVE.contains(&first);
        loop {
            start = self.segment(self.peek(0), start, &mut segments);
            self.next += 1;
            if self.peek(0) != "::" || !Self::is_name(self.peek(1)) {
                break;
            }
            self.next += 1;
        }
        if is_module {
            self.add(line, start, segments, None, false);
        }
    }
}
