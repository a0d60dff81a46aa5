//! An answer in Rust as mere tokens, before anything reads it as a syntax tree: what a tree does not show, or shows in too many ways.
//!
//! The tree ([`super::words`]) knows what a path is, but not what stands in a macro's call or in an attribute, nor that `r#std` is `std`. Here each
//! name counts wherever it stands.

use proc_macro2::{Spacing, Span, TokenStream, TokenTree};

/// The crates that an answer may name.
pub(super) const CRATES: [&str; 4] = ["checker", "std", "core", "alloc"];

/// The modules of `std` that an answer may use.
pub(super) const OF_STD: [&str; 21] = [
    "array",
    "borrow",
    "cmp",
    "collections",
    "convert",
    "default",
    "fmt",
    "hash",
    "iter",
    "marker",
    "mem",
    "num",
    "ops",
    "option",
    "ptr",
    "result",
    "slice",
    "str",
    "string",
    "sync",
    "vec",
];

/// Of those, what it may not.
pub(super) const NOT_OF_STD: [&str; 8] =
    ["Barrier", "Condvar", "LazyLock", "Mutex", "Once", "OnceLock", "RwLock", "atomic"];

/// Macros that it may call.
pub(super) const MACROS: [&str; 14] = [
    "assert",
    "assert_eq",
    "assert_ne",
    "debug_assert",
    "debug_assert_eq",
    "debug_assert_ne",
    "format",
    "matches",
    "panic",
    "unreachable",
    "vec",
    "write",
    "writeln",
    "todo",
];

/// Deeper nesting, or more prefix operators in a row, would end the reader itself.
const DEEPEST: usize = 100;

/// What may not stand in a macro's call: items and attributes are not looked at there.
const NOT_IN_A_MACRO: [&str; 13] = [
    "use",
    "mod",
    "extern",
    "static",
    "fn",
    "impl",
    "trait",
    "struct",
    "enum",
    "type",
    "union",
    "const",
    "macro_rules",
];

/// What may stand nowhere.
const NOWHERE: [&str; 4] = ["super", "mod", "extern", "macro_rules"];

/// Keywords after which a `!` begins an expression.
const BEFORE_AN_EXPRESSION: [&str; 10] =
    ["return", "in", "if", "while", "match", "else", "as", "break", "move", "mut"];

/// Where the text is nested too deeply to be read: the byte.
pub(super) fn too_deep(text: &str) -> Option<usize> {
    let (mut depth, mut row) = (0_usize, 0_usize);
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'(' | b'[' | b'{' => depth += 1,
            b')' | b']' | b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        row = match byte {
            b'!' | b'&' | b'*' | b'-' | b'<' | b'|' => row + 1,
            b' ' | b'\t' | b'\n' | b'\r' => row,
            _ => 0,
        };
        if depth > DEEPEST || row > DEEPEST {
            return Some(at);
        }
    }
    None
}

/// The first place that an answer may not have, and what it is.
pub(super) fn refused(tokens: TokenStream, in_a_macro: bool) -> Option<(Span, String)> {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    for (at, token) in tokens.iter().enumerate() {
        let found = match token {
            TokenTree::Ident(name) => word(&name.to_string(), &tokens, at, in_a_macro),
            TokenTree::Punct(mark) if in_a_macro && mark.as_char() == '#' => {
                Some("an attribute inside a macro".to_owned())
            }
            TokenTree::Group(group) => {
                let is_call = in_a_macro || is_macro(&tokens, at);
                if let Some(found) = refused(group.stream(), is_call) {
                    return Some(found);
                }
                None
            }
            _ => None,
        };
        if let Some(what) = found {
            return Some((token.span(), what));
        }
    }
    None
}

fn is_mark(token: Option<&TokenTree>, mark: char) -> bool {
    matches!(token, Some(TokenTree::Punct(punct)) if punct.as_char() == mark)
}

/// A `!` that belongs to the name before it: not that of `!=`.
fn is_call(tokens: &[TokenTree], at: usize) -> bool {
    match tokens.get(at) {
        Some(TokenTree::Punct(mark)) if mark.as_char() == '!' => {
            mark.spacing() == Spacing::Alone || !is_mark(tokens.get(at + 1), '=')
        }
        _ => false,
    }
}

/// Whether a group is what a macro is called with.
fn is_macro(tokens: &[TokenTree], at: usize) -> bool {
    let before = at.checked_sub(2).and_then(|at| tokens.get(at));
    is_mark(at.checked_sub(1).and_then(|at| tokens.get(at)), '!')
        && matches!(before, Some(TokenTree::Ident(_)))
}

fn word(name: &str, tokens: &[TokenTree], at: usize, in_a_macro: bool) -> Option<String> {
    let is_lifetime = is_mark(at.checked_sub(1).and_then(|at| tokens.get(at)), '\'');
    if is_lifetime {
        return None;
    }
    if name.starts_with("r#") {
        return Some(format!("the raw name `{name}`"));
    }
    if NOWHERE.contains(&name) || (in_a_macro && NOT_IN_A_MACRO.contains(&name)) {
        return Some(format!("`{name}`{}", if in_a_macro { " inside a macro" } else { "" }));
    }
    let is_called = is_call(tokens, at + 1) && !BEFORE_AN_EXPRESSION.contains(&name);
    if is_called && !MACROS.contains(&name) {
        return Some(format!("the macro `{name}`"));
    }
    if !CRATES[1..].contains(&name) || !is_mark(tokens.get(at + 1), ':') {
        return None;
    }
    // A path: `std :: NAME :: …`.
    let (mut path, mut next) = (vec![name.to_owned()], at + 1);
    while is_mark(tokens.get(next), ':') && is_mark(tokens.get(next + 1), ':') {
        match tokens.get(next + 2) {
            Some(TokenTree::Ident(part)) => path.push(part.to_string()),
            // Outside a macro the syntax tree has it.
            Some(TokenTree::Group(_)) if !in_a_macro && path.len() == 1 => return None,
            Some(TokenTree::Group(_)) if !in_a_macro => break,
            Some(TokenTree::Punct(mark)) if mark.as_char() == '<' && path.len() > 1 => break,
            _ => return Some(format!("`{}`", path.join("::"))),
        }
        next += 3;
    }
    let is_harmless = path.get(1).is_some_and(|part| OF_STD.contains(&part.as_str()))
        && !path.iter().any(|part| NOT_OF_STD.contains(&part.as_str()));
    (!is_harmless).then(|| format!("`{}`", path.join("::")))
}
