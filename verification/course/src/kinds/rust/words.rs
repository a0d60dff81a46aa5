//! What an answer in Rust may be made of, by its syntax tree: a list of what is allowed, so that nobody has to think of all that is not. It
//! may not reach files, processes, the environment or the network, nor the checks; and it may not write macros.

use super::tokens::{self, CRATES, MACROS, NOT_OF_STD, OF_STD};
use crate::checked::Wrong;
use crate::written::mistake;
use proc_macro2::{Span, TokenStream, TokenTree};
use syn::spanned::Spanned;
use syn::visit::{self, Visit};
use syn::{Attribute, Item, Macro, Path, UseTree};

/// Of `checker`, what an answer may not use: it would judge itself.
const NOT_OF_CHECKER: [&str; 9] =
    ["check", "explore", "family", "bite", "host", "Explored", "Family", "thread", "Bite"];

/// Attributes that it may carry.
const ATTRIBUTES: [&str; 8] =
    ["allow", "derive", "doc", "expect", "inline", "must_use", "default", "rustfmt"];

/// Traits that it may derive.
const DERIVED: [&str; 9] =
    ["Clone", "Copy", "Debug", "Default", "Eq", "Hash", "Ord", "PartialEq", "PartialOrd"];

/// Names that begin a path and are no crate's.
const OWN: [&str; 2] = ["Self", "self"];

/// Refuses an answer that has what it may not have.
///
/// # Errors
/// The first such place.
pub(in crate::kinds) fn refused(text: &str, may_be_unsafe: bool) -> Result<(), Wrong> {
    if let Some(at) = tokens::too_deep(text) {
        let help = "write it in smaller parts";
        return Err(forbidden(text, (at, 1), "so deep a nesting, or so long a row of operators,", help));
    }
    // A long chain of calls or sums is a deep tree: it needs more stack than a thread has by itself.
    let read = || read(text, may_be_unsafe);
    std::thread::scope(|scope| {
        let reader = std::thread::Builder::new().stack_size(STACK).spawn_scoped(scope, read);
        let reader = reader
            .map_err(|error| Wrong::not_checked(format!("no thread could read the answer: {error}")))?;
        reader.join().unwrap_or_else(|_| Err(Wrong::not_checked("the answer could not be read")))
    })
}

/// Enough for the deepest tree of the largest answer.
const STACK: usize = 512 << 20;

fn read(text: &str, may_be_unsafe: bool) -> Result<(), Wrong> {
    let not_rust = |error: &dyn std::fmt::Display, span: Span| {
        let (at, length) = place(text, span);
        let message = format!("this is not Rust: {error}");
        Wrong::mistake(mistake(text, at, length, &message, "rustc would say the same"))
    };
    let all: TokenStream =
        text.parse().map_err(|error: proc_macro2::LexError| not_rust(&error, error.span()))?;
    let help = "an answer is made of `checker`, of the harmless part of `std`, and of what it defines itself";
    let refused = |(span, what): (Span, String)| forbidden(text, place(text, span), &what, help);
    if let Some(found) = tokens::refused(all, false) {
        return Err(refused(found));
    }
    let file = syn::parse_file(text).map_err(|error| not_rust(&error, error.span()))?;
    let mut search = Search { may_be_unsafe, refused: None };
    file.attrs.iter().for_each(|attribute| search.attribute(attribute));
    search.visit_file(&file);
    search.refused.map_or(Ok(()), |found| Err(refused(found)))
}

fn forbidden(text: &str, (at, length): (usize, usize), what: &str, help: &str) -> Wrong {
    let shown = mistake(text, at, length, &format!("{what} is not allowed in an answer"), help);
    let sentence = "Your answer has something in it that an answer may not have.";
    Wrong::new("forbidden", sentence).drawn(shown.to_string())
}

/// The bytes of a span.
fn place(text: &str, span: Span) -> (usize, usize) {
    let range = span.byte_range();
    let end = range.end.min(text.len());
    (range.start.min(end), end.saturating_sub(range.start))
}

struct Search {
    may_be_unsafe: bool,
    refused: Option<(Span, String)>,
}

impl Search {
    fn refuse(&mut self, span: Span, what: impl Into<String>) {
        if self.refused.is_none() {
            self.refused = Some((span, what.into()));
        }
    }

    fn attribute(&mut self, attribute: &Attribute) {
        let name = attribute.path().get_ident().map(ToString::to_string).unwrap_or_default();
        if !ATTRIBUTES.contains(&name.as_str()) {
            self.refuse(attribute.span(), format!("the attribute `{name}`"));
        } else if name == "derive" {
            let _ = attribute.parse_nested_meta(|meta| {
                let derived = meta.path.get_ident().map(ToString::to_string).unwrap_or_default();
                if !DERIVED.contains(&derived.as_str()) {
                    self.refuse(meta.path.span(), format!("deriving `{derived}`"));
                }
                Ok(())
            });
        }
    }

    /// A path by its segments.
    fn segments(&mut self, names: &[String], span: Span, is_absolute: bool) {
        let first = names.first().map(String::as_str).unwrap_or_default();
        if is_absolute || ["crate", "super"].contains(&first) {
            return self.refuse(span, format!("`{first}` at the beginning of a path"));
        }
        let is_of_the_checks = |name: &String| name == "*" || NOT_OF_CHECKER.contains(&name.as_str());
        if first == "checker" && names.iter().any(is_of_the_checks) {
            return self.refuse(span, format!("`{}`", names.join("::")));
        }
        if CRATES[1..].contains(&first) {
            let second = names.get(1).map(String::as_str).unwrap_or_default();
            let is_one_of = |name: &String| NOT_OF_STD.contains(&name.as_str());
            if !OF_STD.contains(&second)
                || names.iter().any(is_one_of)
                || names.iter().any(|name| name == "*")
            {
                self.refuse(span, format!("`{}`", names.join("::")));
            }
        }
    }

    fn use_tree(&mut self, tree: &UseTree, mut before: Vec<String>) {
        match tree {
            UseTree::Path(path) => {
                before.push(path.ident.to_string());
                self.use_tree(&path.tree, before);
            }
            UseTree::Group(group) => group.items.iter().for_each(|tree| self.use_tree(tree, before.clone())),
            UseTree::Name(name) => self.imported(before, name.ident.to_string(), name.span()),
            UseTree::Rename(name) => {
                // Under another name a crate or a module would not be known again.
                let is_module = before.is_empty() || name.ident == "self";
                if is_module
                    && CRATES.contains(&before.first().map_or(name.ident.to_string(), Clone::clone).as_str())
                {
                    self.refuse(name.span(), "a crate or module under another name");
                }
                self.imported(before, name.ident.to_string(), name.span());
            }
            UseTree::Glob(glob) => self.imported(before, "*".to_owned(), glob.span()),
        }
    }

    fn imported(&mut self, mut before: Vec<String>, name: String, span: Span) {
        let is_own = |first: &String| OWN.contains(&first.as_str()) || first.starts_with(char::is_uppercase);
        let first = before.first().unwrap_or(&name).clone();
        if !CRATES.contains(&first.as_str()) && !is_own(&first) {
            self.refuse(span, format!("the crate or module `{first}`"));
        }
        before.push(name);
        self.segments(&before, span, false);
    }

    /// The tokens of a macro's call: they are not a syntax tree, so each name counts wherever it stands.
    fn tokens(&mut self, tokens: TokenStream) {
        let mut names: Vec<String> = Vec::new();
        let mut first = Span::call_site();
        for token in tokens {
            match token {
                TokenTree::Ident(name) => {
                    let name_is = name.to_string();
                    if name_is == "unsafe" && !self.may_be_unsafe {
                        self.refuse(name.span(), "`unsafe`");
                    }
                    if names.is_empty() {
                        first = name.span();
                    }
                    names.push(name_is);
                }
                TokenTree::Punct(mark) if mark.as_char() == ':' => {}
                TokenTree::Punct(mark) if mark.as_char() == '!' && !names.is_empty() => {
                    let name = names.last().cloned().unwrap_or_default();
                    let keyword =
                        ["return", "in", "if", "while", "match", "else", "as"].contains(&name.as_str());
                    if !keyword && !MACROS.contains(&name.as_str()) {
                        self.refuse(
                            first,
                            format!("the macro `{name}`, or a `!` after a name, inside a macro"),
                        );
                    }
                    names.clear();
                }
                TokenTree::Group(group) => {
                    self.names(&mut names, first);
                    self.tokens(group.stream());
                }
                TokenTree::Punct(_) | TokenTree::Literal(_) => self.names(&mut names, first),
            }
        }
        self.names(&mut names, first);
    }

    fn names(&mut self, names: &mut Vec<String>, span: Span) {
        if !names.is_empty() {
            self.segments(names, span, false);
            names.clear();
        }
    }
}

impl<'ast> Visit<'ast> for Search {
    fn visit_attribute(&mut self, attribute: &'ast Attribute) {
        self.attribute(attribute);
    }

    fn visit_item(&mut self, item: &'ast Item) {
        match item {
            Item::ExternCrate(_) => self.refuse(item.span(), "`extern crate`"),
            Item::ForeignMod(_) => self.refuse(item.span(), "`extern`"),
            Item::Macro(_) => self.refuse(item.span(), "a macro of your own"),
            Item::Mod(_) => self.refuse(item.span(), "a module"),
            Item::Static(_) => self.refuse(item.span(), "a `static`, which outlives an execution,"),
            Item::Verbatim(_) => self.refuse(item.span(), "this"),
            _ => visit::visit_item(self, item),
        }
    }

    fn visit_item_use(&mut self, item: &'ast syn::ItemUse) {
        if item.leading_colon.is_some() {
            self.refuse(item.span(), "`::` at the beginning of a path");
        }
        self.use_tree(&item.tree, Vec::new());
    }

    fn visit_visibility(&mut self, visibility: &'ast syn::Visibility) {
        if let syn::Visibility::Restricted(restricted) = visibility
            && restricted.in_token.is_some()
        {
            self.refuse(restricted.span(), "`pub(in …)`");
        }
    }

    fn visit_path(&mut self, path: &'ast Path) {
        let names: Vec<String> = path.segments.iter().map(|segment| segment.ident.to_string()).collect();
        self.segments(&names, path.span(), path.leading_colon.is_some());
        visit::visit_path(self, path);
    }

    fn visit_macro(&mut self, called: &'ast Macro) {
        let name = called.path.get_ident().map(ToString::to_string).unwrap_or_default();
        if !MACROS.contains(&name.as_str()) {
            self.refuse(called.path.span(), format!("the macro `{name}`"));
        }
        self.tokens(called.tokens.clone());
    }

    fn visit_expr_unsafe(&mut self, expr: &'ast syn::ExprUnsafe) {
        if !self.may_be_unsafe {
            self.refuse(expr.unsafe_token.span, "`unsafe`");
        }
        visit::visit_expr_unsafe(self, expr);
    }

    fn visit_item_impl(&mut self, item: &'ast syn::ItemImpl) {
        if let Some(token) = item.unsafety.filter(|_| !self.may_be_unsafe) {
            self.refuse(token.span, "`unsafe`");
        }
        visit::visit_item_impl(self, item);
    }

    fn visit_signature(&mut self, signature: &'ast syn::Signature) {
        if let Some(token) = signature.unsafety.filter(|_| !self.may_be_unsafe) {
            self.refuse(token.span, "`unsafe`");
        }
        if let Some(abi) = &signature.abi {
            self.refuse(abi.span(), "`extern`");
        }
        visit::visit_signature(self, signature);
    }

    fn visit_expr(&mut self, expr: &'ast syn::Expr) {
        if matches!(expr, syn::Expr::Verbatim(_)) {
            self.refuse(expr.span(), "this");
        }
        visit::visit_expr(self, expr);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(text: &str) -> Option<String> {
        refused(text, false).err().map(|wrong| wrong.drawn)
    }

    #[test]
    fn an_ordinary_answer_is_allowed() {
        let text = "use checker::sync::Mutex;\nuse std::collections::VecDeque;\n#[derive(Debug, Default)]\npub struct A(u8);\n\
                    impl A { pub fn f(&self) -> u8 { assert!(self.0 != 1, \"{}\", self.0); self.0 } }";
        assert_eq!(told(text), None);
    }

    #[test]
    fn what_reaches_out_is_refused_wherever_it_stands() {
        for (text, what) in [
            ("fn f() { std::process::exit(0) }", "std::process::exit"),
            ("use std::fs; fn f() { fs::read(\"x\"); }", "std::fs"),
            ("use std::{fs as cell};", "std::fs"),
            ("use std as core2; fn f() { core2::process::exit(0) }", "under another name"),
            ("use ::std::fs;", "std::fs"),
            ("fn f() { ::std::process::abort() }", "std::process"),
            ("use std::*;", "std::*"),
            ("fn f() { assert!(std::process::id() == 1) }", "std::process::id"),
            ("fn f() { vec![{ std :: env :: args() }]; }", "std::env::args"),
            ("fn f() { format!(\"{}\", include_str!(\"/etc/passwd\")); }", "include_str"),
            ("fn f() { include!(\"x\") }", "the macro `include`"),
            ("const X: &str = env!(\"HOME\");", "the macro `env`"),
            ("fn f() { unsafe { } }", "`unsafe`"),
            ("fn f() { assert!(unsafe { true }) }", "`unsafe`"),
            ("unsafe impl Send for A {}", "`unsafe`"),
            ("extern \"C\" { fn fork(); }", "`extern`"),
            ("extern \"C\" fn f() {}", "`extern`"),
            ("extern crate libc;", "`extern`"),
            ("macro_rules! m { () => {} }", "`macro_rules`"),
            ("#[path = \"/etc/passwd\"] mod x;", "a"),
            ("#[no_mangle] fn f() {}", "the attribute `no_mangle`"),
            ("#[derive(Serialize)] struct A;", "deriving `Serialize`"),
            ("static X: u8 = 1;", "a `static`"),
            ("use crate::checks;", "crate"),
            ("fn f() { super::checks::check(\"\") }", "super"),
            ("fn f() { checker::family::<A>(\"1x1\"); }", "checker::family"),
            ("use libc::fork;", "the crate or module `libc`"),
            ("use std::sync::atomic::AtomicUsize;", "std::sync::atomic"),
            ("fn f( {", "not Rust"),
        ] {
            let told = told(text).unwrap_or_else(|| panic!("{text} is allowed"));
            assert!(told.contains(what), "{text}: {told}");
        }
    }

    #[test]
    fn unsafe_is_allowed_where_a_lab_is_about_it() {
        assert!(refused("fn f() { unsafe { } }", true).is_ok());
    }
}
