//! What `.ci/book` does beside mdBook.
//!
//! `copy DIR` copies docs/ to DIR. The pages link to files of the repository that are not in docs/: on a forge such a link works as it
//! is, in the book it would lead nowhere. So each of those files becomes a page of the book, in its last part, and the copy links there.
//! A failure file of docs/drawn is a page that `cargo verify explain` makes: the copy links to that.
//!
//! `check DIR` checks the built book: every link leads to a file, and every `#fragment` to a place in it.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::{Component, Path, PathBuf};
use std::process::ExitCode;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["copy", to] => copy(Path::new(to)),
        ["check", book] => check(Path::new(book)),
        _ => {
            eprintln!("usage: book copy DIR, book check DIR");
            ExitCode::from(2)
        }
    }
}

/// The files of a folder and below.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display())) {
        let path = entry.expect("an entry").path();
        if path.is_dir() { found.extend(files(&path)) } else { found.push(path) }
    }
    found.sort();
    found
}

/// A path without `.` and `..`.
fn plain(path: &Path) -> PathBuf {
    let mut plain = PathBuf::new();
    for part in path.components() {
        match part {
            Component::ParentDir => drop(plain.pop()),
            Component::CurDir => {}
            part => plain.push(part),
        }
    }
    plain
}

fn is_address(target: &str) -> bool {
    target.contains("://") || target.starts_with("mailto:") || target.starts_with("javascript:")
}

fn is_markdown(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == "md")
}

/// A failure that is kept, to be drawn.
fn is_drawn(path: &Path) -> bool {
    path.starts_with("docs/drawn") && path.extension().is_some_and(|extension| extension == "json")
}

/// Where a path of the repository is in the book.
fn in_book(path: &Path) -> PathBuf {
    // mdBook calls a README `index`, and does not say so to those who link to it.
    let as_page = |path: &Path| match path.file_name() {
        Some(name) if name == "README.md" => path.with_file_name("index.md"),
        _ => path.to_owned(),
    };
    if let Ok(page) = path.strip_prefix("docs") {
        // `.ci/book` makes a page of each failure that is kept.
        if is_drawn(path) {
            return page.with_extension("html");
        }
        if path.is_file() {
            return as_page(page);
        }
    }
    let page = Path::new("repository").join(as_page(path));
    if is_markdown(path) { page } else { PathBuf::from(format!("{}.md", page.display())) }
}

/// The way from a page to another file of the book.
fn way(from: &Path, to: &Path) -> String {
    let up = from.components().count() - 1;
    format!("{}{}", "../".repeat(up), to.display())
}

/// The text of a page, its links changed to where they lead in the book. What they lead to that is not in docs/ goes to `outside`.
fn linked(page: &Path, text: &str, outside: &mut BTreeSet<PathBuf>) -> String {
    let folder = page.parent().unwrap_or(Path::new(""));
    let mut changed = String::new();
    let mut in_code = false;
    for line in text.split_inclusive('\n') {
        in_code ^= line.trim_start().starts_with("```");
        let mut rest = line;
        while let Some(at) = (!in_code).then(|| rest.find("](")).flatten() {
            let (before, target) = rest.split_at(at + 2);
            changed.push_str(before);
            let (target, after) = target.split_at(target.find(')').unwrap_or(target.len()));
            rest = after;
            let (file, fragment) =
                target.split_once('#').map_or((target, None), |(file, part)| (file, Some(part)));
            if is_address(target) || file.is_empty() {
                changed.push_str(target);
                continue;
            }
            let path = plain(&folder.join(file));
            assert!(path.exists(), "{}: no {target}", page.display());
            if !(path.starts_with("docs") && path.is_file()) {
                outside.insert(path.clone());
            }
            changed.push_str(&way(&in_book(page), &in_book(&path)));
            fragment
                .into_iter()
                .for_each(|fragment| write!(changed, "#{fragment}").expect("a String takes all"));
        }
        changed.push_str(rest);
    }
    changed
}

/// A page of the book for a path that is not in docs/, or is a folder.
fn page_of(path: &Path, outside: &mut BTreeSet<PathBuf>) -> String {
    if path.is_dir() {
        let mut names: Vec<String> = fs::read_dir(path)
            .expect("a folder")
            .map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned())
            .collect();
        names.sort();
        return format!("# {}\n\nThe files of this folder: `{}`.\n", path.display(), names.join("`, `"));
    }
    let text = fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    if is_markdown(path) {
        return linked(path, &text, outside);
    }
    let language = match path.extension().and_then(|extension| extension.to_str()) {
        Some("rs") => "rust,noplayground",
        other => other.unwrap_or("sh"),
    };
    format!("# {}\n\n`````{language}\n{}\n`````\n", path.display(), text.trim_end())
}

fn write(path: &Path, text: impl AsRef<[u8]>) {
    fs::create_dir_all(path.parent().expect("a folder")).expect("the folder can be made");
    fs::write(path, text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
}

fn copy(to: &Path) -> ExitCode {
    let mut outside = BTreeSet::new();
    let mut summary = String::new();
    for path in files(Path::new("docs")) {
        if path.starts_with("docs/book") || is_drawn(&path) {
            continue;
        }
        let place = path.strip_prefix("docs").expect("in docs");
        if !is_markdown(&path) {
            write(&to.join(place), fs::read(&path).expect("a file"));
            continue;
        }
        let text = linked(&path, &fs::read_to_string(&path).expect("a text"), &mut outside);
        match place == Path::new("SUMMARY.md") {
            true => summary = text,
            false => write(&to.join(in_book(&path)), text),
        }
    }
    summary.push_str("\n# Files of the repository\n\n");
    let mut done = BTreeSet::new();
    while let Some(path) = outside.iter().find(|path| !done.contains(*path)).cloned() {
        write(&to.join(in_book(&path)), page_of(&path, &mut outside));
        done.insert(path);
    }
    for path in &done {
        summary.push_str(&format!("- [{}]({})\n", path.display(), in_book(path).display()));
    }
    write(&to.join("SUMMARY.md"), summary);
    println!("{} files of the repository are pages of the book, because others link to them", done.len());
    ExitCode::SUCCESS
}

/// The values of an attribute in a page.
fn values<'p>(page: &'p str, attribute: &str) -> Vec<&'p str> {
    let begin = format!(" {attribute}=\"");
    page.split(&begin).skip(1).filter_map(|rest| rest.split('"').next()).collect()
}

fn check(book: &Path) -> ExitCode {
    let pages: BTreeMap<PathBuf, String> = files(book)
        .into_iter()
        .filter(|path| path.extension().is_some_and(|extension| extension == "html"))
        .map(|path| (path.clone(), fs::read_to_string(&path).expect("a page")))
        .collect();
    let places: BTreeMap<&PathBuf, BTreeSet<&str>> =
        pages.iter().map(|(path, page)| (path, values(page, "id").into_iter().collect())).collect();
    // Made of the others by mdBook: a page with all of them, and the contents as a page.
    let is_made =
        |path: &&PathBuf| ["print.html", "toc.html", "404.html"].iter().any(|name| path.ends_with(name));
    let (mut links, mut dead) = (0, Vec::new());
    for path in pages.keys().filter(|path| !is_made(path)) {
        for target in values(&pages[path], "href").into_iter().chain(values(&pages[path], "src")) {
            if is_address(target) || target.is_empty() {
                continue;
            }
            links += 1;
            let (file, fragment) = target.split_once('#').unwrap_or((target, ""));
            let folder = path.parent().expect("a folder");
            let to = if file.is_empty() { path.clone() } else { plain(&folder.join(file)) };
            let place = fragment.split(':').next().unwrap_or_default();
            let found =
                to.is_file() && (place.is_empty() || places.get(&to).is_none_or(|ids| ids.contains(place)));
            if !found {
                dead.push(format!("{}: {target}", path.strip_prefix(book).expect("in the book").display()));
            }
        }
    }
    dead.sort();
    dead.dedup();
    dead.iter().for_each(|link| eprintln!("leads nowhere: {link}"));
    println!("{} pages, {links} links, {} lead nowhere", pages.len(), dead.len());
    assert!(links > 100, "links are found");
    ExitCode::from(u8::from(!dead.is_empty()))
}
