//! What the source as it is has passed already: kept in the folder of the copy, and believed for that source only.
//!
//! Before a variant is run, the tree without its edit goes the same way, and must pass what the variant must not. Its answer depends on what the
//! copy is built from, on the compiler, and on the variant's file; so it is kept with the hash of these. Whatever else is there is as good as
//! nothing: the tree is run. Under continuous integration it is always run.

use super::Variant;
use super::copy::Tree;
use super::folder::io;
use super::run::{Cell, checkers};
use runner::write_file::write_whole;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::path::{Path, PathBuf};

/// No file of it is as long as this.
const MOST_BYTES: u64 = 1 << 20;

/// The controls that one source has passed.
#[derive(Debug)]
pub struct KnownControls {
    folder: PathBuf,
    /// What the copy is built from, and with.
    source: String,
}

/// A file.
#[derive(Serialize, Deserialize)]
struct Kept {
    /// The hash of the source, of the variant's file, and of the cells.
    sum: String,
    cells: Vec<Cell>,
}

fn hash(parts: &[&[u8]]) -> String {
    let mut hasher = Sha256::new();
    for part in parts {
        hasher.update(part.len().to_le_bytes());
        hasher.update(part);
    }
    hasher.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

impl KnownControls {
    /// Those of the copy as it is now, without an edit.
    ///
    /// # Errors
    /// When a file of the copy cannot be read.
    pub fn of(tree: &Tree) -> Result<KnownControls, String> {
        let mut hasher = Sha256::new();
        hasher.update(tree.built_with()?);
        add(&mut hasher, tree.folder(), tree.folder())?;
        let source = hasher.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
        Ok(KnownControls { folder: tree.folder().with_file_name("known-controls"), source })
    }

    fn path(&self, variant: &Variant) -> PathBuf {
        self.folder.join(format!("{}.json", variant.id))
    }

    fn sum(&self, variant: &Variant, cells: &[Cell]) -> String {
        let cells = serde_json::to_string(cells).unwrap_or_default();
        hash(&[self.source.as_bytes(), format!("{variant:?}").as_bytes(), cells.as_bytes()])
    }

    /// What the source passed when the control of the variant was run; nothing, if that is not known of this source.
    pub fn find(&self, variant: &Variant) -> Option<Vec<Cell>> {
        let path = self.path(variant);
        // A pipe would be waited for.
        if !std::fs::metadata(&path).is_ok_and(|file| file.is_file() && file.len() < MOST_BYTES) {
            return None;
        }
        let kept: Kept = serde_json::from_str(&std::fs::read_to_string(path).ok()?).ok()?;
        let is_of_this = kept.sum == self.sum(variant, &kept.cells);
        (is_of_this && passes(variant, &kept.cells)).then_some(kept.cells)
    }

    /// Keeps what came of the control of a variant. What did not pass ends what was kept.
    pub fn keep(&self, variant: &Variant, cells: &[Cell]) {
        let path = self.path(variant);
        if !passes(variant, cells) {
            drop(std::fs::remove_file(path));
            return;
        }
        let kept = Kept { sum: self.sum(variant, cells), cells: cells.to_vec() };
        let Ok(text) = serde_json::to_string(&kept) else { return };
        // A folder that cannot be written: the next run runs the tree again.
        if std::fs::create_dir_all(&self.folder).is_ok() {
            drop(write_whole(&path, text.as_bytes()));
        }
    }
}

/// A control that was interrupted has fewer cells than checkers.
fn passes(variant: &Variant, cells: &[Cell]) -> bool {
    cells.len() == checkers(variant) && cells.iter().all(|cell| cell.passes)
}

/// Names, links and contents below a folder, in one order.
fn add(hasher: &mut Sha256, folder: &Path, top: &Path) -> Result<(), String> {
    let mut paths = Vec::new();
    for entry in io(folder, std::fs::read_dir(folder))? {
        paths.push(io(folder, entry)?.path());
    }
    paths.sort();
    for path in paths {
        let kind = io(&path, path.symlink_metadata())?.file_type();
        if kind.is_dir() {
            add(hasher, &path, top)?;
            continue;
        }
        let content = match kind.is_symlink() {
            true => io(&path, std::fs::read_link(&path))?.into_os_string().into_encoded_bytes(),
            false => io(&path, std::fs::read(&path))?,
        };
        let name = path.strip_prefix(top).unwrap_or(&path).as_os_str().as_encoded_bytes();
        hasher.update(hash(&[name, &content]));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn variant(program: &str) -> Variant {
        let text = format!(
            "title = 't'\nbreaks = 'b'\nabout = 'a'\nprogram = '{program}'\nedit = []\n[kills]\n\"loom/leak\" = 'leak'"
        );
        Variant { id: "one".into(), ..toml::from_str(&text).unwrap() }
    }

    fn cell(passes: bool) -> Cell {
        let text = |text: &str| text.to_owned();
        let (checker, expected, found) = (text("loom/leak"), text("one survives"), text("COMPLETE"));
        Cell { checker, expected, found, executions: 3, passes, why: None }
    }

    fn known(place: &Path, source: &str) -> KnownControls {
        KnownControls { folder: place.to_owned(), source: source.to_owned() }
    }

    #[test]
    fn a_control_is_believed_for_this_source_and_this_variant_only() {
        let place = tempfile::tempdir().unwrap();
        let (of, variant) = (known(place.path(), "source"), variant("|| load a"));
        assert!(of.find(&variant).is_none());
        of.keep(&variant, &[cell(true)]);
        assert_eq!(of.find(&variant), Some(vec![cell(true)]));
        assert!(known(place.path(), "another source").find(&variant).is_none());
        assert!(of.find(&self::variant("|| load b")).is_none(), "its file has changed");
    }

    #[test]
    fn what_did_not_pass_and_what_was_interrupted_is_never_believed() {
        let place = tempfile::tempdir().unwrap();
        let (of, variant) = (known(place.path(), "source"), variant("|| load a"));
        of.keep(&variant, &[cell(true)]);
        of.keep(&variant, &[cell(false)]);
        assert!(of.find(&variant).is_none());
        of.keep(&variant, &[]);
        assert!(of.find(&variant).is_none());
        of.keep(&variant, &[cell(true)]);
        let path = of.path(&variant);
        let whole = std::fs::read_to_string(&path).unwrap();
        for text in [
            "",
            "{",
            &whole.replace("COMPLETE", "TRUNCATED"),
            &whole.replace("\"executions\":3", "\"executions\":4"),
        ] {
            std::fs::write(&path, text).unwrap();
            assert!(of.find(&variant).is_none(), "{text}");
        }
    }

    #[test]
    fn a_name_a_link_or_a_byte_that_differs_is_another_source() {
        let place = tempfile::tempdir().unwrap();
        let of = || {
            let mut hasher = Sha256::new();
            add(&mut hasher, place.path(), place.path()).unwrap();
            hasher.finalize()
        };
        std::fs::create_dir(place.path().join("src")).unwrap();
        std::fs::write(place.path().join("src/a.rs"), "one").unwrap();
        let mut seen = vec![of()];
        std::fs::write(place.path().join("src/a.rs"), "two").unwrap();
        seen.push(of());
        std::fs::rename(place.path().join("src/a.rs"), place.path().join("src/b.rs")).unwrap();
        seen.push(of());
        #[cfg(unix)]
        for target in ["src", "other"] {
            drop(std::fs::remove_file(place.path().join("link")));
            std::os::unix::fs::symlink(target, place.path().join("link")).unwrap();
            seen.push(of());
        }
        let different: std::collections::BTreeSet<_> = seen.iter().map(|hash| hash.to_vec()).collect();
        assert_eq!(different.len(), seen.len());
    }
}
