//! The files that an audit reads, as one tree in memory: so that a test can change one of them and see what an audit says.

use std::collections::BTreeMap;
use std::path::Path;

/// Texts by their names from the root of the repository, as `src/map/read.rs`.
#[derive(Clone, Debug, Default)]
pub struct Files(BTreeMap<String, String>);

/// What is read: folders of the root, and files in it.
const READ: [&str; 16] = [
    ".ci",
    "ARCHITECTURE.md",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "Cargo.lock",
    "Cargo.toml",
    "README.md",
    "SECURITY.md",
    "benches",
    "deny.toml",
    "docs",
    "examples",
    "specs",
    "src",
    "supply-chain",
    "tests",
];

/// Folders below them that say nothing of their own: what is built, drawn failures, other people's crates.
const SKIPPED: [&str; 4] = ["target", "drawn", "pictures", "book"];

const ENDINGS: [&str; 9] = ["rs", "md", "toml", "json", "tla", "cfg", "lock", "sh", "v"];

impl Files {
    /// Those of a repository.
    ///
    /// # Errors
    /// When one cannot be read.
    pub fn read(root: &Path) -> Result<Files, String> {
        let mut files = Files::default();
        for place in READ.iter().chain(&["verification"]) {
            let path = root.join(place);
            if path.exists() {
                files.walk(&path, place)?;
            }
        }
        Ok(files)
    }

    fn walk(&mut self, path: &Path, name: &str) -> Result<(), String> {
        let fails = |error: std::io::Error| format!("`{name}` cannot be read: {error}");
        if path.is_symlink() {
            return Ok(()); // the sources of the twins are links to `src`
        }
        if path.is_dir() {
            for entry in std::fs::read_dir(path).map_err(fails)? {
                let entry = entry.map_err(fails)?;
                let own = entry.file_name().to_string_lossy().into_owned();
                if !SKIPPED.contains(&own.as_str()) {
                    self.walk(&entry.path(), &format!("{name}/{own}"))?;
                }
            }
            return Ok(());
        }
        let ending = name.rsplit('/').next().and_then(|own| own.rsplit_once('.')).map(|(_, ending)| ending);
        if ending.is_none_or(|ending| ENDINGS.contains(&ending)) {
            // What is no text is no file of an audit.
            if let Ok(text) = std::fs::read_to_string(path) {
                self.0.insert(name.to_owned(), text);
            }
        }
        Ok(())
    }

    /// The text of a file.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    /// The text of a file that must be there.
    ///
    /// # Errors
    /// Its name, if it is not.
    pub fn need(&self, name: &str) -> Result<&str, String> {
        self.get(name).ok_or_else(|| format!("there is no file `{name}`"))
    }

    /// Puts a text in the place of a file's: for trials.
    pub fn put(&mut self, name: &str, text: String) {
        self.0.insert(name.to_owned(), text);
    }

    /// The names of all, and their texts.
    pub fn all(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, text)| (name.as_str(), text.as_str()))
    }

    /// Those below a folder with this ending.
    pub fn below<'f>(&'f self, folder: &'f str, ending: &'f str) -> impl Iterator<Item = (&'f str, &'f str)> {
        self.all().filter(move |(name, _)| name.starts_with(folder) && name.ends_with(ending))
    }
}
