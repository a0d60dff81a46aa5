//! The labels of the code: which action of the specification each atomic access is.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// File (below `src/`) and line of an access, and the actions that it may be.
pub type Labels = BTreeMap<(String, usize), BTreeSet<String>>;

/// Reads the labels of `src/map/` and `src/counter.rs`.
///
/// # Errors
/// That a file cannot be read.
pub fn read() -> Result<Labels, String> {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../src");
    let mut files: Vec<PathBuf> = vec![src.join("counter.rs")];
    let entries = std::fs::read_dir(src.join("map")).map_err(|error| format!("src/map: {error}"))?;
    files.extend(entries.flatten().map(|entry| entry.path()));
    let mut labels = Labels::new();
    for path in files {
        let text = std::fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
        let name = path.strip_prefix(&src).unwrap_or(&path).to_string_lossy().into_owned();
        for (line, actions) in of_text(&text) {
            labels.insert((name.clone(), line), actions);
        }
    }
    Ok(labels)
}

/// `// TLA: A, B. More words`: behind an access, or on a line of its own above one.
pub fn of_text(text: &str) -> Vec<(usize, BTreeSet<String>)> {
    let mut labels = Vec::new();
    for (line, number) in text.lines().zip(1..) {
        let Some((code, label)) = line.split_once("// TLA: ") else { continue };
        if code.trim_start().starts_with("//") {
            continue;
        }
        let names = label.split('.').next().unwrap_or_default();
        let names = names.split(',').map(|name| name.trim().to_owned()).collect();
        labels.push((if code.trim().is_empty() { number + 1 } else { number }, names));
    }
    labels
}
