//! How a check tells what came of it: by a file that only the process of this check is told of, with a word that is made for this run.
//!
//! The process reads both from its standard input before any code of the answer runs, and what explores the answer is a process below it, which
//! is told neither. So nothing that an answer prints is a result, nor is a file that it writes by a name that it can know.

use serde::{Deserialize, Serialize};
use std::hash::{BuildHasher, RandomState};
use std::path::{Path, PathBuf};
use std::time::Instant;
use tempfile::TempDir;

/// No result is longer.
const MOST_BYTES: u64 = 16 << 20;

/// A file for one result.
pub(super) struct Channel {
    place: TempDir,
    word: String,
}

/// What the process is told, in a line: see `lab-answer`.
#[derive(Serialize)]
struct Address<'c> {
    file: &'c Path,
    word: &'c str,
    /// The program whose self-tests of the searches count.
    control: Option<&'c Path>,
}

/// What it writes.
#[derive(Deserialize)]
struct Letter {
    word: String,
    /// There must be a field, though it may say `null`.
    #[serde(deserialize_with = "Option::deserialize")]
    wrong: Option<Told>,
}

/// What a check answers when something is wrong.
#[derive(Debug, Deserialize)]
pub(super) struct Told {
    pub(super) kind: String,
    pub(super) program: Option<String>,
    pub(super) sentence: String,
    pub(super) drawn: String,
    pub(super) page: Option<PathBuf>,
}

impl Channel {
    /// A new one, in a folder that only this user can enter.
    ///
    /// # Errors
    /// When there can be no folder.
    pub(super) fn new() -> std::io::Result<Channel> {
        let bits = || RandomState::new().hash_one(Instant::now());
        let word = format!("{:016x}{:016x}", bits(), bits());
        Ok(Channel { place: tempfile::tempdir()?, word })
    }

    fn file(&self) -> PathBuf {
        self.place.path().join("result")
    }

    /// The line that the process is told, and with it whose self-tests count, if those of another program do.
    pub(super) fn address(&self, control: Option<&Path>) -> String {
        let address = Address { file: &self.file(), word: &self.word, control };
        serde_json::to_string(&address).expect("plain data")
    }

    /// What came of the check; nothing if no result of this run is there.
    pub(super) fn heard(&self) -> Option<Result<(), Told>> {
        let file = self.file();
        let known = std::fs::symlink_metadata(&file).ok()?;
        if !known.is_file() || known.len() > MOST_BYTES {
            return None;
        }
        let letter: Letter = serde_json::from_slice(&std::fs::read(file).ok()?).ok()?;
        (letter.word == self.word).then(|| letter.wrong.map_or(Ok(()), Err))
    }
}
