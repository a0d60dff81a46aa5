//! The pages that a newcomer reads: the README is short, a link to a place of a page finds it, and each page of the book says whom
//! it is for.

use super::assert_none;
use super::documents::{Link, documents, links};
use std::collections::BTreeSet;
use std::path::Path;

const BYTES_OF_THE_README: usize = 8_000;
const LINES_OF_THE_README: usize = 160;

fn text(path: &Path) -> String {
    std::fs::read_to_string(path).expect("a document")
}

#[test]
fn the_readme_is_short() {
    let readme = text("README.md".as_ref());
    let (bytes, lines) = (readme.len(), readme.lines().count());
    assert!(bytes <= BYTES_OF_THE_README, "README.md: {bytes} bytes, of at most {BYTES_OF_THE_README}");
    assert!(lines <= LINES_OF_THE_README, "README.md: {lines} lines, of at most {LINES_OF_THE_README}");
}

/// The fragments of the headings of a page, as a forge and mdBook make them.
fn fragments(page: &str) -> BTreeSet<String> {
    let mut fragments = BTreeSet::new();
    let mut in_code = false;
    for line in page.lines() {
        in_code ^= line.trim_start().starts_with("```");
        let heading = line.trim_start_matches('#');
        if in_code || heading.len() == line.len() || !heading.starts_with(' ') {
            continue;
        }
        let kept = heading.trim().to_lowercase();
        let kept = kept.chars().filter(|letter| letter.is_alphanumeric() || " -_".contains(*letter));
        let fragment: String = kept.map(|letter| if letter == ' ' { '-' } else { letter }).collect();
        let again = (1..).map(|number| format!("{fragment}-{number}"));
        let new = std::iter::once(fragment.clone()).chain(again).find(|name| !fragments.contains(name));
        fragments.extend(new);
    }
    fragments
}

/// The place in a page that a link leads to, when the page lacks it.
fn missing_place(link: &Link) -> Option<String> {
    let (_, fragment) = link.to.split_once('#')?;
    let is_address = link.to.contains("://");
    let page = link.file().unwrap_or_else(|| link.from.clone());
    if is_address || page.extension().is_none_or(|extension| extension != "md") {
        return None;
    }
    let is_there = page.exists() && fragments(&text(&page)).contains(fragment);
    (!is_there).then(|| format!("{}: {} has no heading #{fragment}", link.place, page.display()))
}

#[test]
fn every_link_to_a_heading_finds_it() {
    let all: Vec<Link> = documents().iter().flat_map(|page| links(page)).collect();
    let with_a_place = all.iter().filter(|link| link.to.contains('#')).count();
    assert!(with_a_place > 20, "only {with_a_place} links to a heading were found");
    assert_none(all.iter().filter_map(missing_place).collect());
}

#[test]
fn every_page_of_the_book_says_whom_it_is_for() {
    let pages: Vec<_> = documents()
        .into_iter()
        .filter(|page| page.starts_with("./docs") && !page.starts_with("./docs/adr"))
        .filter(|page| !["SUMMARY.md", "README.md"].iter().any(|name| page.ends_with(name)))
        .collect();
    assert!(pages.len() > 10, "the pages are found");
    let says = |page: &Path| {
        let text = text(page);
        let mut lines = text.lines().filter(|line| !line.is_empty());
        lines.next().is_some_and(|title| title.starts_with("# "))
            && lines.next().is_some_and(|first| first.starts_with("*For "))
    };
    let silent = pages.iter().filter(|page| !says(page));
    assert_none(silent.map(|page| format!("{}: does not begin with `*For …*`", page.display())).collect());
}

/// Its code is that of the example, which is run.
#[test]
fn the_chapter_on_your_own_structure_has_the_code_of_the_example() {
    let page = text("docs/check-your-own.md".as_ref());
    let example = text("examples/own_structure/src/lib.rs".as_ref());
    assert!(page.contains(&format!("```rust\n{example}```\n")), "copy the file into the chapter");
}

/// The orderings of which the book says that no weakening breaks a program: those of the page of orderings, no other.
#[test]
fn the_orderings_that_no_program_needs_are_named() {
    let page = text("docs/orderings.md".as_ref());
    let sections = page.split("\n## ORD-").skip(1);
    let no_program = |section: &&str| section.contains("| weaker |") && !section.contains("| needed |");
    let number = |section: &str| section.split(' ').next().expect("a number").to_owned();
    let numbers: Vec<String> = sections.filter(no_program).map(number).collect();
    let (last, others) = numbers.split_last().expect("there are some");
    let named = format!("for ORD-{} and {last} no weakening does", others.join(", "));
    let checked = "docs/what-was-checked.md";
    let words: Vec<String> = text(checked.as_ref()).split_whitespace().map(str::to_owned).collect();
    assert!(words.join(" ").contains(&named), "{checked} must say: {named}");
}
