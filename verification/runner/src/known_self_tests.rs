//! Self-tests that passed earlier: kept beside the executable, and believed for that executable only.
//!
//! A self-test proves the binary that ran it. While the binary stays the same, running the test again with the same seed and the same
//! number of programs gives the same answer; and a test of more programs, or of larger ones, shows more. So each result is kept in
//! `self-tests/`, beside the executable, with the hash of its contents.
//!
//! A result is believed only if it is of this executable, of the same test or of a larger one, and passed. A file that is corrupt, or
//! that is not of this executable, is as good as none: the test is run. Nothing here is an error: where the folder cannot be written, each run tests anew.

use crate::write_file::write_whole;
use explore::search_oracle::{SelfTest, SelfTestReport};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::path::{Path, PathBuf};

/// The folder, beside the executable.
pub const FOLDER: &str = "self-tests";

/// No result is as long as this.
const MOST_BYTES: u64 = 1 << 20;

/// The results that are kept for one executable.
#[derive(Clone, Debug)]
pub struct KnownSelfTests {
    folder: PathBuf,
    executable: String,
}

/// The first line of a file. The second is the report.
#[derive(Serialize, Deserialize)]
struct Head {
    /// The hash of the executable that ran the test.
    executable: String,
    /// The hash of that and of the report.
    sum: String,
}

fn hash(parts: &[&[u8]]) -> String {
    let mut hasher = Sha256::new();
    parts.iter().for_each(|part| hasher.update(part));
    hasher.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Whether self-tests are always run: under continuous integration.
pub fn are_run_anew() -> bool {
    std::env::var_os("CI").is_some_and(|value| !value.is_empty())
}

impl KnownSelfTests {
    /// What is kept for the executable that is running; nothing if it cannot be read.
    pub fn of_this_executable() -> Option<KnownSelfTests> {
        let executable = std::env::current_exe().ok()?;
        KnownSelfTests::of(&executable, &executable.parent()?.join(FOLDER))
    }

    /// What is kept for an executable in a folder; nothing if it cannot be read.
    pub fn of(executable: &Path, folder: &Path) -> Option<KnownSelfTests> {
        let contents = std::fs::read(executable).ok()?;
        Some(KnownSelfTests { folder: folder.to_owned(), executable: hash(&[&contents]) })
    }

    fn path(&self, test: &SelfTest) -> PathBuf {
        self.folder.join(format!("{:?}-seed-{}.json", test.search, test.seed))
    }

    fn sum(&self, report: &str) -> String {
        hash(&[self.executable.as_bytes(), report.as_bytes()])
    }

    /// The result of this test, or of one of more programs, if this executable has passed it.
    pub fn find(&self, test: &SelfTest) -> Option<SelfTestReport> {
        let path = self.path(test);
        // A pipe would be waited for, and a file without end read without end.
        if !std::fs::metadata(&path).is_ok_and(|file| file.is_file() && file.len() < MOST_BYTES) {
            return None;
        }
        let text = std::fs::read_to_string(path).ok()?;
        let (head, report) = text.trim_end().split_once('\n')?;
        let head: Head = serde_json::from_str(head).ok()?;
        if head.executable != self.executable || head.sum != self.sum(report) {
            return None;
        }
        let report: SelfTestReport = serde_json::from_str(report).ok()?;
        let (is, wanted) = (&report.test, test);
        let same = (is.search, is.seed) == (wanted.search, wanted.seed) && is.programs >= wanted.programs;
        // One of programs of any size is worth more than one of small ones.
        let same = same && (is.within.is_none() || is.within == wanted.within);
        (same && report.passes()).then_some(report)
    }

    /// Keeps a result. One that did not pass is not kept, and ends what was kept of that test.
    pub fn keep(&self, report: &SelfTestReport) {
        let path = self.path(&report.test);
        if !report.passes() {
            drop(std::fs::remove_file(path));
            return;
        }
        if self.find(&report.test).is_some() {
            return; // of as many programs, or more
        }
        if std::fs::symlink_metadata(&path).is_ok_and(|file| !file.is_file()) {
            return; // not one of ours
        }
        let Ok(text) = serde_json::to_string(report) else { return };
        let head = Head { executable: self.executable.clone(), sum: self.sum(&text) };
        let Ok(head) = serde_json::to_string(&head) else { return };
        // A folder that cannot be written: the next run tests anew.
        if std::fs::create_dir_all(&self.folder).is_ok() {
            drop(write_whole(&path, format!("{head}\n{text}\n").as_bytes()));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use explore::search_oracle::Search;

    fn report(seed: u64, missed: usize) -> SelfTestReport {
        let test = SelfTest { search: Search::Loom, seed, programs: 400, within: None };
        SelfTestReport { test, executions: 1, outcomes: 1, missed, extra: 0, first: None, seconds: 0.125 }
    }

    /// A folder with an executable.
    fn kept() -> (tempfile::TempDir, KnownSelfTests) {
        let folder = tempfile::tempdir().unwrap();
        let executable = folder.path().join("verify");
        std::fs::write(&executable, "the executable").unwrap();
        let kept = KnownSelfTests::of(&executable, &folder.path().join(FOLDER)).unwrap();
        (folder, kept)
    }

    #[test]
    fn a_result_is_believed_for_this_test_of_this_executable_only() {
        let (folder, kept) = kept();
        let test = report(1, 0).test;
        assert!(kept.find(&test).is_none());
        kept.keep(&report(1, 0));
        assert_eq!(kept.find(&test).map(|report| report.seconds), Some(0.125));
        for other in [
            SelfTest { seed: 2, ..test.clone() },
            SelfTest { programs: 401, ..test.clone() },
            SelfTest { search: Search::Sleep, ..test.clone() },
        ] {
            assert!(kept.find(&other).is_none(), "{other:?}");
            // Not under another name either.
            if kept.path(&test) != kept.path(&other) {
                std::fs::copy(kept.path(&test), kept.path(&other)).unwrap();
            }
            assert!(kept.find(&other).is_none(), "{other:?}");
        }
        let fewer = SelfTest { programs: 6, within: Some(2_000), ..test.clone() };
        assert_eq!(kept.find(&fewer).map(|report| report.test.programs), Some(400));
        kept.keep(&SelfTestReport { test: fewer, ..report(1, 0) });
        assert!(kept.find(&test).is_some(), "a smaller test does not take the place of a larger one");
        let small = SelfTest { seed: 3, within: Some(2_000), ..test.clone() };
        kept.keep(&SelfTestReport { test: small.clone(), ..report(3, 0) });
        assert!(kept.find(&small).is_some() && kept.find(&SelfTest { within: None, ..small }).is_none());
        let changed = folder.path().join("verify");
        std::fs::write(&changed, "the executable, built anew").unwrap();
        let changed = KnownSelfTests::of(&changed, &folder.path().join(FOLDER)).unwrap();
        assert!(changed.find(&test).is_none());
    }

    #[test]
    fn a_corrupt_file_is_as_good_as_none() {
        let (_folder, kept) = kept();
        kept.keep(&report(1, 0));
        let path = kept.path(&report(1, 0).test);
        let whole = std::fs::read_to_string(&path).unwrap();
        let cases = [
            String::new(),
            "\u{0}".to_owned(),
            whole[..whole.len() / 2].to_owned(),
            whole.lines().next().unwrap().to_owned(),
            whole.replace("\"missed\":0", "\"missed\":1"),
            whole.replace("\"executions\":1", "\"executions\":2"),
        ];
        for text in cases {
            assert_ne!(text, whole);
            std::fs::write(&path, &text).unwrap();
            assert!(kept.find(&report(1, 0).test).is_none(), "{text}");
        }
        std::fs::write(&path, whole).unwrap();
        assert!(kept.find(&report(1, 0).test).is_some());
    }

    #[cfg(unix)]
    #[test]
    fn a_pipe_is_not_waited_for() {
        let (_folder, kept) = kept();
        let path = kept.path(&report(1, 0).test);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        assert!(std::process::Command::new("mkfifo").arg(&path).status().unwrap().success());
        assert!(kept.find(&report(1, 0).test).is_none());
        kept.keep(&report(1, 0));
        assert!(kept.find(&report(1, 0).test).is_none());
    }

    #[test]
    fn a_failure_is_not_kept_and_ends_what_was_kept() {
        let (_folder, kept) = kept();
        kept.keep(&report(1, 0));
        kept.keep(&report(1, 1));
        assert!(kept.find(&report(1, 0).test).is_none());
        kept.keep(&report(2, 1));
        assert!(!kept.path(&report(2, 1).test).exists());
    }

    /// (Root may write anywhere: a file where the folder would be stops it too.)
    #[test]
    fn a_folder_that_cannot_be_written_is_no_error() {
        let (folder, kept) = kept();
        std::fs::write(folder.path().join(FOLDER), "").unwrap();
        kept.keep(&report(1, 0));
        assert!(kept.find(&report(1, 0).test).is_none());
    }
}
