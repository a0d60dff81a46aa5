//! What an audit knows of a file of Rust: its items with their documentation, and its unsafe operations.
//!
//! Items are read by `syn`. Unsafe blocks are found in the tokens, so that none in the argument of a macro is missed.

use proc_macro2::{Delimiter, Group, Span, TokenStream, TokenTree};
use syn::parse::{Parse, ParseStream};
use syn::spanned::Spanned;
use syn::{Attribute, ImplItem, Item, TraitItem, Visibility};

/// Something that has a name.
#[derive(Clone, Debug)]
pub struct Named {
    /// As `Pinned::load`; empty for the file itself.
    pub path: String,
    /// Its first and its last line, from 1.
    pub lines: (usize, usize),
    /// Its documentation.
    pub docs: String,
    /// Whether it is `pub`, without a restriction.
    pub is_public: bool,
}

/// An unsafe block or implementation.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Unsafe {
    /// The file.
    pub file: String,
    /// The item that it stands in.
    pub at: String,
    /// What stands between its braces; the head of an implementation.
    pub code: String,
    /// Its line.
    pub line: usize,
    /// What the `SAFETY:` comment says.
    pub reason: String,
}

/// A file.
#[derive(Clone, Debug)]
pub struct Source {
    /// Its name.
    pub name: String,
    /// Its items, outer before inner.
    pub items: Vec<Named>,
    /// Its unsafe operations, in their order.
    pub unsafes: Vec<Unsafe>,
}

impl Source {
    /// Reads a file.
    ///
    /// # Errors
    /// When it is no Rust.
    pub fn read(name: &str, text: &str) -> Result<Source, String> {
        let fails = |error: syn::Error| {
            format!("`{name}`, line {}: it cannot be read as Rust: {error}", error.span().start().line)
        };
        let file = syn::parse_file(text).map_err(fails)?;
        let last = text.lines().count();
        let whole = Named { path: String::new(), lines: (1, last), docs: docs(&file.attrs), is_public: true };
        let mut items = vec![whole];
        file.items.iter().for_each(|item| walk(item, &mut items));
        let tokens: TokenStream = text.parse().map_err(|error| format!("`{name}`: {error}"))?;
        let lines: Vec<&str> = text.lines().collect();
        let mut unsafes = Vec::new();
        find_unsafe(tokens, &mut |span, code| {
            let line = span.start().line;
            let reason = reason_above(&lines[..line - 1]).unwrap_or_default();
            unsafes.push(Unsafe { file: name.to_owned(), at: at(&items, line), code, line, reason });
        });
        Ok(Source { name: name.to_owned(), items, unsafes })
    }

    /// The items with this path: a name that is given under two `cfg`s has two.
    pub fn named<'s>(&'s self, path: &'s str) -> impl Iterator<Item = &'s Named> {
        self.items.iter().filter(move |item| item.path == path)
    }
}

/// The innermost item that has a line.
fn at(items: &[Named], line: usize) -> String {
    let has = |item: &&Named| (item.lines.0..=item.lines.1).contains(&line);
    let inner = items.iter().filter(has).min_by_key(|item| item.lines.1 - item.lines.0);
    inner.map(|item| item.path.clone()).unwrap_or_default()
}

/// The text of `///`, `//!` and `#[doc = "…"]`.
fn docs(attributes: &[Attribute]) -> String {
    let line = |attribute: &Attribute| {
        let syn::Meta::NameValue(pair) = &attribute.meta else { return None };
        let syn::Expr::Lit(syn::ExprLit { lit: syn::Lit::Str(text), .. }) = &pair.value else { return None };
        let text = text.value();
        pair.path.is_ident("doc").then(|| text.strip_prefix(' ').unwrap_or(&text).to_owned())
    };
    attributes.iter().filter_map(line).collect::<Vec<_>>().join("\n")
}

fn lines(span: Span) -> (usize, usize) {
    (span.start().line, span.end().line)
}

fn is_public(visibility: &Visibility) -> bool {
    matches!(visibility, Visibility::Public(_))
}

fn named(path: String, span: Span, attributes: &[Attribute], is_public: bool) -> Named {
    Named { path, lines: lines(span), docs: docs(attributes), is_public }
}

/// The items of a file, of a module in it, and of what a macro is given.
fn walk(item: &Item, found: &mut Vec<Named>) {
    let span = item.span();
    let mut add = |name: &syn::Ident, attributes: &[Attribute], visibility: &Visibility| {
        found.push(named(name.to_string(), span, attributes, is_public(visibility)));
    };
    match item {
        Item::Fn(it) => add(&it.sig.ident, &it.attrs, &it.vis),
        Item::Struct(it) => add(&it.ident, &it.attrs, &it.vis),
        Item::Const(it) => add(&it.ident, &it.attrs, &it.vis),
        Item::Static(it) => add(&it.ident, &it.attrs, &it.vis),
        Item::Type(it) => add(&it.ident, &it.attrs, &it.vis),
        Item::Enum(it) => {
            add(&it.ident, &it.attrs, &it.vis);
            let own = it.variants.iter().map(|variant| {
                let path = format!("{}::{}", it.ident, variant.ident);
                named(path, variant.span(), &variant.attrs, is_public(&it.vis))
            });
            found.extend(own);
        }
        Item::Trait(it) => {
            add(&it.ident, &it.attrs, &it.vis);
            for inner in &it.items {
                if let TraitItem::Fn(function) = inner {
                    let path = format!("{}::{}", it.ident, function.sig.ident);
                    found.push(named(path, function.span(), &function.attrs, is_public(&it.vis)));
                }
            }
        }
        Item::Impl(it) => {
            let owner = type_name(&it.self_ty);
            found.push(Named {
                path: owner.clone(),
                lines: lines(span),
                docs: String::new(),
                is_public: false,
            });
            it.items.iter().for_each(|inner| walk_impl(&owner, inner, found));
        }
        Item::Mod(it) => it.content.iter().flat_map(|(_, items)| items).for_each(|inner| walk(inner, found)),
        Item::Macro(it) => {
            if let Some(name) = &it.ident {
                found.push(named(name.to_string(), span, &it.attrs, false));
            } else if let Ok(Several::<Item>(items)) = it.mac.parse_body() {
                items.iter().for_each(|inner| walk(inner, found));
            }
        }
        _ => {}
    }
}

fn walk_impl(owner: &str, item: &ImplItem, found: &mut Vec<Named>) {
    let mut add = |name: &syn::Ident, span: Span, attributes: &[Attribute], visibility: &Visibility| {
        found.push(named(format!("{owner}::{name}"), span, attributes, is_public(visibility)));
    };
    match item {
        ImplItem::Fn(it) => add(&it.sig.ident, it.span(), &it.attrs, &it.vis),
        ImplItem::Const(it) => add(&it.ident, it.span(), &it.attrs, &it.vis),
        ImplItem::Macro(it) => {
            if let Ok(Several::<ImplItem>(items)) = it.mac.parse_body() {
                items.iter().for_each(|inner| walk_impl(owner, inner, found));
            }
        }
        _ => {}
    }
}

/// What a macro is given, if that is a list of items.
struct Several<T>(Vec<T>);

impl<T: Parse> Parse for Several<T> {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let mut items = Vec::new();
        while !input.is_empty() {
            items.push(input.parse()?);
        }
        Ok(Several(items))
    }
}

/// The last name of a path: `Pinned` of `super::Pinned<'_, K, V, S>`.
fn type_name(of: &syn::Type) -> String {
    match of {
        syn::Type::Path(path) => {
            path.path.segments.last().map(|segment| segment.ident.to_string()).unwrap_or_default()
        }
        syn::Type::Reference(reference) => type_name(&reference.elem),
        _ => String::new(),
    }
}

/// Calls `tell` for each `unsafe { … }` and `unsafe impl … {`.
fn find_unsafe(tokens: TokenStream, tell: &mut impl FnMut(Span, String)) {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    for (place, token) in tokens.iter().enumerate() {
        match (token, tokens.get(place + 1)) {
            (TokenTree::Ident(word), Some(TokenTree::Group(group)))
                if *word == "unsafe" && is_block(group) =>
            {
                tell(word.span(), one_line(&group.stream().to_string()));
            }
            (TokenTree::Ident(word), Some(TokenTree::Ident(next)))
                if *word == "unsafe" && *next == "impl" =>
            {
                let rest = tokens[place..]
                    .iter()
                    .take_while(|token| !matches!(token, TokenTree::Group(group) if is_block(group)));
                let head: TokenStream = rest.cloned().collect();
                tell(word.span(), one_line(&head.to_string()));
            }
            _ => {}
        }
        if let TokenTree::Group(group) = token {
            find_unsafe(group.stream(), tell);
        }
    }
}

fn is_block(group: &Group) -> bool {
    group.delimiter() == Delimiter::Brace
}

/// Text with one blank for each run of blanks and line breaks.
pub fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// What the `SAFETY:` comment says that ends above the statement of which the next line is a part.
fn reason_above(lines: &[&str]) -> Option<String> {
    let is_comment = |line: &&&str| line.trim_start().starts_with("//");
    let between = lines.iter().rev().take_while(|line| !is_comment(line)).count();
    if between > 4 {
        return None;
    }
    let above = &lines[..lines.len() - between];
    let mut comment: Vec<&str> = above.iter().rev().take_while(is_comment).copied().collect();
    comment.reverse();
    let words = comment.iter().map(|line| line.trim_start_matches(['/', ' ', '!']));
    let words = words.collect::<Vec<_>>().join(" ");
    words.split_once("SAFETY:").map(|(_, reason)| reason.trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = r#"//! The file.
/// A box.
pub struct Box2;
impl Box2 {
    /// Takes.
    ///
    /// **Panics.** Never.
    pub fn take(&self) -> u8 {
        // SAFETY: INV-6: mine.
        let it = vec![unsafe { read(self) }];
        it[0]
    }
    const_constructor! {
        /// Made.
        pub fn new() -> Self { Box2 }
    }
}
// SAFETY: it holds nothing.
unsafe impl Send for Box2 {}
"#;

    #[test]
    fn items_have_their_documentation_and_unsafe_code_its_place_and_reason() {
        let source = Source::read("a.rs", TEXT).unwrap();
        let of = |path: &str| source.named(path).find(|item| item.is_public).map(|item| item.docs.clone());
        assert_eq!(of("").unwrap(), "The file.");
        assert_eq!(of("Box2::take").unwrap(), "Takes.\n\n**Panics.** Never.");
        assert_eq!(of("Box2::new").unwrap(), "Made.", "what a macro is given");
        assert_eq!(of("Box2::no"), None);
        let found: Vec<_> =
            source.unsafes.iter().map(|it| (it.at.as_str(), it.line, it.code.as_str())).collect();
        assert_eq!(found, [("Box2::take", 10, "read (self)"), ("Box2", 19, "unsafe impl Send for Box2")]);
        assert_eq!(source.unsafes[0].reason, "INV-6: mine.");
        assert_eq!(source.unsafes[1].reason, "it holds nothing.");
    }

    #[test]
    fn what_is_no_rust_is_said_to_be_none() {
        assert!(Source::read("a.rs", "fn (").unwrap_err().contains("`a.rs`, line 1"));
    }
}
