//! What was passed so far, in a file without names: `my-labs/progress.json`.

use runner::write_file::write_whole;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Of one lab.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Done {
    /// How many of its hints were read.
    pub(crate) hints: usize,
    /// The most points that were earned.
    pub(crate) points: u32,
    /// All checks have passed once.
    pub(crate) passed: bool,
}

/// Of all labs, by their names.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Progress {
    #[serde(skip)]
    path: PathBuf,
    labs: BTreeMap<String, Done>,
}

impl Progress {
    /// What the file in this folder says; nothing yet, if it is not there.
    ///
    /// # Errors
    /// When it cannot be read.
    pub(crate) fn read(desk: &Path) -> Result<Progress, String> {
        let path = desk.join("progress.json");
        let mut progress = match path.exists() {
            false => Progress::default(),
            true => {
                let text = crate::places::read(&path)?;
                serde_json::from_str(&text).map_err(|error| {
                    let path = path.display();
                    format!("`{path}` is damaged: {error}. Delete it: your answers stay, what was passed is forgotten")
                })?
            }
        };
        progress.path = path;
        Ok(progress)
    }

    pub(crate) fn of(&self, lab: &str) -> Done {
        self.labs.get(lab).cloned().unwrap_or_default()
    }

    /// Changes what is known of a lab, and writes it.
    ///
    /// # Errors
    /// When it cannot be written.
    pub(crate) fn change(&mut self, lab: &str, change: impl FnOnce(&mut Done)) -> Result<(), String> {
        change(self.labs.entry(lab.to_owned()).or_default());
        let text = serde_json::to_string_pretty(self).expect("plain data");
        let folder = self.path.parent().unwrap_or(Path::new("."));
        let written = std::fs::create_dir_all(folder).and_then(|()| write_whole(&self.path, text.as_bytes()));
        written.map_err(|error| format!("`{}` cannot be written: {error}", self.path.display()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_passed_is_kept_and_a_damaged_file_is_named() {
        let place = tempfile::tempdir().expect("a folder");
        let mut progress = Progress::read(place.path()).expect("nothing yet");
        progress.change("01-x", |done| done.hints = 2).expect("written");
        assert_eq!(Progress::read(place.path()).expect("there").of("01-x").hints, 2);
        std::fs::write(place.path().join("progress.json"), "{").expect("written");
        assert!(Progress::read(place.path()).expect_err("damaged").contains("is damaged"));
    }
}
