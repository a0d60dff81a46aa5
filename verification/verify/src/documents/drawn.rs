//! Failures that are kept to be drawn: one of each broken variant that an engine sees, one of each weakened ordering that breaks a program.
//!
//! `docs/drawn/NAME.json` is a failure file as any other: `cargo verify explain` draws it. The gallery and the page of the orderings link to
//! them; in the built book each is a page.

use crate::gallery::{Variant, matrix};
use crate::repository::root;
use explore::engine::Engine;
use runner::explain::FailureFile;
use runner::write_file::write_whole;
use std::path::PathBuf;

/// The folder.
pub const FOLDER: &str = "docs/drawn";

/// The engines whose execution is kept, the first that fails: one without weak memory is the easier to read.
const ORDER: [Engine; 4] = [Engine::ShuttleSleep, Engine::LoomLeak, Engine::LoomEager, Engine::LoomVisible];

/// A failure that is kept, or is to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Drawn {
    /// The name of its file, without its end.
    pub name: String,
    /// How its `about` ends: so one of another edit is known.
    of: String,
    /// What makes it.
    command: String,
}

impl Drawn {
    /// That of a broken variant.
    pub fn of_variant(variant: &Variant) -> Drawn {
        Drawn {
            name: variant.id.clone(),
            of: format!("Kept of the edit {}.", matrix::mark(variant)),
            command: format!("cargo verify mutants {} --keep", variant.id),
        }
    }

    /// That of a weakened ordering which fails in this program.
    pub fn of_weakening(id: &str, weaker: &str, program: &str) -> Drawn {
        Drawn {
            name: format!("{id}-{weaker}"),
            of: format!("Kept of `{program}`."),
            command: format!("cargo verify orderings {id}:{weaker} --keep"),
        }
    }

    fn path(&self) -> PathBuf {
        root().join(FOLDER).join(format!("{}.json", self.name))
    }

    /// Keeps one of these failures, in the place of what was kept. Returns its file, or nothing if none has steps that can be drawn.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn keep(&self, failures: &[FailureFile]) -> Result<Option<PathBuf>, String> {
        let has_steps = |file: &&FailureFile| {
            file.verdict.failure.as_ref().is_some_and(|failure| !failure.steps.is_empty())
        };
        let place = |file: &&FailureFile| ORDER.iter().position(|engine| *engine == file.job.engine);
        let candidates = failures.iter().filter(has_steps);
        let Some(file) = candidates.min_by_key(|file| place(file).unwrap_or(ORDER.len())) else {
            return Ok(None);
        };
        let mut file = file.clone();
        file.about = format!("{} {}", file.about, self.of);
        let path = self.path();
        // Without line breaks: there are many, and nobody reads them as they are.
        let text = serde_json::to_string(&file).map_err(|error| error.to_string())? + "\n";
        std::fs::create_dir_all(root().join(FOLDER))
            .and_then(|()| write_whole(&path, text.as_bytes()))
            .map_err(|error| format!("`{}` cannot be written: {error}", path.display()))?;
        Ok(Some(path))
    }

    /// What is kept; nothing if there is no file.
    ///
    /// # Errors
    /// When the file cannot be read, or is of something else.
    pub fn kept(&self) -> Result<Option<FailureFile>, String> {
        let path = self.path();
        let text = match std::fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(format!("`{}` cannot be read: {error}", path.display())),
        };
        let file = FailureFile::read(&text).map_err(|error| format!("`{}`: {error}", path.display()))?;
        match file.about.ends_with(&self.of) {
            true => Ok(Some(file)),
            false => Err(format!("`{}` is of something else now: run `{}`", path.display(), self.command)),
        }
    }

    /// A link to it, from a page in `docs/`.
    pub fn link(&self) -> String {
        format!("[step by step](drawn/{}.json)", self.name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gallery;
    use crate::orderings::kept::Record;
    use std::collections::BTreeSet;

    /// All that there should be, each with whether it must be there: a variant that only tests see has no execution.
    fn all() -> Vec<(Drawn, bool)> {
        let variants = gallery::all().unwrap();
        let of_variants = variants.iter().map(|variant| {
            let is_seen = variant.kills.keys().any(|checker| !checker.starts_with("threads"));
            (Drawn::of_variant(variant), is_seen)
        });
        let rows = Record::kept().unwrap().rows;
        let of_rows = rows.iter().filter_map(|row| {
            let program = &row.killer.as_ref()?.program;
            Some((Drawn::of_weakening(&row.id, &row.weaker, program), true))
        });
        of_variants.chain(of_rows).collect()
    }

    #[test]
    fn each_variant_that_an_engine_sees_and_each_ordering_that_is_needed_has_a_failure_that_is_drawn() {
        let missing: Vec<String> = all()
            .into_iter()
            .filter_map(|(drawn, must)| match drawn.kept() {
                Ok(None) if must => {
                    Some(format!("`{}` is not there: run `{}`", drawn.path().display(), drawn.command))
                }
                Ok(_) => None,
                Err(problem) => Some(problem),
            })
            .collect();
        assert!(missing.is_empty(), "\n{}", missing.join("\n"));
    }

    #[test]
    fn every_file_of_the_folder_is_of_a_variant_or_of_an_ordering() {
        let known: BTreeSet<PathBuf> = all().iter().map(|(drawn, _)| drawn.path()).collect();
        let files = std::fs::read_dir(root().join(FOLDER)).unwrap();
        for file in files.map(|entry| entry.unwrap().path()) {
            assert!(known.contains(&file), "{} is of nothing", file.display());
        }
    }

    #[test]
    fn a_failure_that_is_kept_of_another_edit_is_seen() {
        let mut variant =
            gallery::all().unwrap().into_iter().find(|variant| variant.id == "swap-into-expunged").unwrap();
        assert!(Drawn::of_variant(&variant).kept().unwrap().is_some());
        variant.edit[0].replace.push(' ');
        let problem = Drawn::of_variant(&variant).kept().expect_err("another edit");
        assert!(problem.contains("run `cargo verify mutants swap-into-expunged --keep`"), "{problem}");
    }
}
