//! What has changed since a revision: which promises' code, which unsafe blocks are new, which certificates are of an earlier source.

use super::ledger::Holds;
use super::pack::Pack;
use super::rust::{Source, Unsafe};
use super::unsafe_rows::of_sources;
use super::{evidence, words};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;

/// What has changed.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Changes {
    /// Promises with code that was changed, each with the symbols.
    pub promises: BTreeMap<String, Vec<String>>,
    /// Promises whose words were not in that revision, or not all of them.
    pub reworded: Vec<String>,
    /// Unsafe operations that were not there.
    pub new_unsafe: Vec<String>,
    /// Certificates that are not of this source.
    pub stale: Vec<String>,
}

/// Runs git, and returns what it prints.
fn git(root: &Path, words: &[&str]) -> Result<String, String> {
    let output = Command::new("git").arg("-C").arg(root).args(words).output();
    let output = output.map_err(|error| format!("git cannot be run: {error}"))?;
    if !output.status.success() {
        let why = String::from_utf8_lossy(&output.stderr).trim().to_owned();
        return Err(format!("`git {}`: {why}", words.join(" ")));
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// What has changed between a revision and the files of a pack.
///
/// # Errors
/// When there is no git, or no such revision.
pub fn changes(pack: &Pack, root: &Path, revision: &str) -> Result<Changes, String> {
    let commit = git(root, &["rev-parse", "--verify", "--quiet", &format!("{revision}^{{commit}}")])
        .map_err(|_| {
            format!("`{revision}` is no revision of this repository: name a commit, a branch or a tag")
        })?;
    let commit = commit.trim();
    let diff = git(root, &["diff", "--no-color", "--unified=0", commit, "--", "src"])?;
    let changed = changed_lines(&diff);
    let mut all = Changes::default();
    let mut symbols = BTreeSet::new();
    for (file, lines) in &changed {
        let Some(source) = pack.sources.get(file) else { continue };
        for item in source.items.iter().filter(|item| !item.path.is_empty()) {
            if lines.iter().any(|(first, last)| item.lines.0 <= *last && *first <= item.lines.1) {
                symbols.insert(item.path.clone());
            }
        }
    }
    let old = |file: &str| git(root, &["show", &format!("{commit}:{file}")]).unwrap_or_default();
    let mut old_texts: BTreeMap<String, String> = BTreeMap::new();
    for promise in &pack.ledger.promise {
        let own: Vec<String> =
            promise.code.symbols.iter().filter(|symbol| symbols.contains(*symbol)).cloned().collect();
        if !own.is_empty() {
            all.promises.insert(promise.id.clone(), own);
        }
        let is_new = promise.quotes().any(|quote| {
            let text = old_texts.entry(quote.file.clone()).or_insert_with(|| old(&quote.file));
            !words::plain(&quote.file, text).contains(&super::rust::one_line(&quote.text))
        });
        if is_new {
            all.reworded.push(promise.id.clone());
        }
    }
    all.new_unsafe = new_unsafe(pack, old);
    all.stale = stale(pack);
    Ok(all)
}

/// The lines of the new text that a diff without context adds or changes, by file: from the first to the last.
fn changed_lines(diff: &str) -> BTreeMap<String, Vec<(usize, usize)>> {
    let mut changed: BTreeMap<String, Vec<(usize, usize)>> = BTreeMap::new();
    let mut file = String::new();
    for line in diff.lines() {
        if let Some(name) = line.strip_prefix("+++ b/") {
            name.clone_into(&mut file);
        } else if let Some(hunk) = line.strip_prefix("@@ ") {
            let new = hunk.split(' ').find_map(|word| word.strip_prefix('+')).unwrap_or_default();
            let (first, many) = new.split_once(',').unwrap_or((new, "1"));
            let (first, many): (usize, usize) = (first.parse().unwrap_or(0), many.parse().unwrap_or(1));
            changed.entry(file.clone()).or_default().push((first, first + many.max(1) - 1));
        }
    }
    changed
}

/// The unsafe operations that the revision did not have, in the same item of the same file.
fn new_unsafe(pack: &Pack, old: impl Fn(&str) -> String) -> Vec<String> {
    let mut known: BTreeMap<String, Vec<Unsafe>> = BTreeMap::new();
    let mut new = Vec::new();
    for it in of_sources(&pack.sources) {
        let before = known.entry(it.file.clone()).or_insert_with(|| {
            Source::read(&it.file, &old(&it.file)).map(|source| source.unsafes).unwrap_or_default()
        });
        if !before.iter().any(|other| other.at == it.at && other.code == it.code) {
            new.push(format!("{}:{} {}: {}", it.file, it.line, it.at, it.code));
        }
    }
    new
}

/// The evidence that is of an earlier source.
pub fn stale(pack: &Pack) -> Vec<String> {
    let files: BTreeSet<&str> = pack
        .ledger
        .promise
        .iter()
        .flat_map(|promise| &promise.evidence)
        .map(|evidence| evidence.file.as_str())
        .collect();
    let is_stale =
        |file: &&str| evidence::known(file, &pack.files).is_ok_and(|known| known.holds == Holds::Stale);
    files.into_iter().filter(is_stale).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_diff_tells_which_lines_of_the_new_text_are_new() {
        let diff = "+++ b/src/a.rs\n@@ -1 +2,3 @@ fn\n+x\n@@ -9,2 +12,0 @@\n+++ b/src/b.rs\n@@ -0,0 +1 @@\n";
        let changed = changed_lines(diff);
        assert_eq!(changed["src/a.rs"], [(2, 4), (12, 12)]);
        assert_eq!(changed["src/b.rs"], [(1, 1)]);
    }
}
