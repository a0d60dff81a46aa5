//! The labels of the code: which action of the specification each atomic access is.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// File (below `src/`) and line of an access, and the actions that it may be.
pub type Labels = BTreeMap<(String, usize), BTreeSet<String>>;

/// The sources that have labels: the file below `src/`, and its text.
///
/// # Errors
/// That a file cannot be read.
pub fn sources() -> Result<Vec<(String, String)>, String> {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../src");
    let mut files: Vec<PathBuf> = Vec::new();
    for room in ["counter", "map"] {
        let entries = std::fs::read_dir(src.join(room)).map_err(|error| format!("src/{room}: {error}"))?;
        files.extend(entries.flatten().map(|entry| entry.path()));
    }
    files.sort();
    let read = |path: PathBuf| {
        let text = std::fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
        Ok((path.strip_prefix(&src).unwrap_or(&path).to_string_lossy().into_owned(), text))
    };
    files.into_iter().map(read).collect()
}

/// Reads the labels of `src/map/` and `src/counter/`.
///
/// # Errors
/// That a file cannot be read.
pub fn read() -> Result<Labels, String> {
    let mut labels = Labels::new();
    for (name, text) in sources()? {
        for (line, actions) in of_text(&text, "// TLA: ") {
            labels.insert((name.clone(), line), actions);
        }
    }
    Ok(labels)
}

/// `// TLA: A, B. More words`, or what the marker is: behind an access, or on a line of its own above one.
pub fn of_text(text: &str, marker: &str) -> Vec<(usize, BTreeSet<String>)> {
    let mut labels = Vec::new();
    for (line, number) in text.lines().zip(1..) {
        let Some((code, label)) = line.split_once(marker) else { continue };
        if code.trim_start().starts_with("//") {
            continue;
        }
        let names = label.split(['.', '(']).next().unwrap_or_default();
        let names = names.split(',').map(|name| name.trim().to_owned()).collect();
        labels.push((if code.trim().is_empty() { number + 1 } else { number }, names));
    }
    labels
}
