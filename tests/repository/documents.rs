//! The documents: what they link to is there, and the book has all its pages.

use std::path::{Path, PathBuf};

/// A link of a document: where it stands, and where it leads.
pub(crate) struct Link {
    pub(crate) place: String,
    pub(crate) from: PathBuf,
    pub(crate) to: String,
}

/// Every Markdown file of the repository that is not made by a command.
pub(crate) fn documents() -> Vec<PathBuf> {
    fn walk(directory: &Path, found: &mut Vec<PathBuf>) {
        for entry in std::fs::read_dir(directory).expect("a directory") {
            let path = entry.expect("an entry").path();
            let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
            let is_made = ["target", "report"].contains(&name.as_str()) || path == Path::new("./docs/book");
            if path.is_dir() && !is_made && !name.starts_with('.') {
                walk(&path, found);
            } else if path.extension().is_some_and(|extension| extension == "md") {
                found.push(path);
            }
        }
    }
    let mut found = Vec::new();
    walk(Path::new("."), &mut found);
    found.sort();
    found
}

/// The links `[text](target)` of a document outside of code.
pub(crate) fn links(document: &Path) -> Vec<Link> {
    let text = std::fs::read_to_string(document).expect("a document");
    let mut in_code = false;
    let mut links = Vec::new();
    for (line, number) in text.lines().zip(1..) {
        in_code ^= line.trim_start().starts_with("```");
        if in_code {
            continue;
        }
        for (start, _) in line.match_indices("](") {
            let target = line[start + 2..].split(')').next().unwrap_or_default();
            links.push(Link {
                place: format!("{}:{number}", document.display()),
                from: document.to_owned(),
                to: target.to_owned(),
            });
        }
    }
    links
}

impl Link {
    /// The file that a relative link leads to; nothing for an address, or a place in the same page.
    pub(crate) fn file(&self) -> Option<PathBuf> {
        let (target, _) = self.to.split_once('#').unwrap_or((&self.to, ""));
        let is_address = target.contains("://") || target.starts_with("mailto:");
        (!is_address && !target.is_empty()).then(|| self.from.parent().unwrap_or(Path::new(".")).join(target))
    }
}
