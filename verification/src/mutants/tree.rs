//! The copy of the tree in which edits are made, and its build.
//!
//! One place, always the same, with a target folder of its own: cargo takes what it built for a copy elsewhere as fresh, so two
//! copies must not share one. A file that is edited or restored gets a new time of change, by which cargo knows.

use super::Mutant;
use crate::orderings::record::root;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// The copy.
#[derive(Debug)]
pub struct Tree {
    folder: PathBuf,
    target: PathBuf,
}

/// Folders that nothing is built from.
const LEFT_OUT: [&str; 4] = ["target", ".git", "docs", "specs"];

fn io<T>(what: &Path, result: std::io::Result<T>) -> Result<T, String> {
    result.map_err(|error| format!("`{}`: {error}", what.display()))
}

impl Tree {
    /// Brings the copy up to date with the tree.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn copy() -> Result<Tree, String> {
        let base = root().join("target/mutants");
        let tree = Tree { folder: base.join("tree"), target: base.join("target") };
        copy_folder(&root(), &tree.folder, true)?;
        Ok(tree)
    }

    /// Makes the edits, all or none. Returns the files as they were.
    ///
    /// # Errors
    /// When one does not match once.
    pub fn edit(&self, mutant: &Mutant) -> Result<Vec<(String, String)>, String> {
        let mut texts: BTreeMap<&str, (String, String)> = BTreeMap::new();
        for edit in &mutant.edit {
            let path = self.folder.join(&edit.file);
            if !texts.contains_key(edit.file.as_str()) {
                let text = io(&path, std::fs::read_to_string(&path))?;
                texts.insert(&edit.file, (text.clone(), text));
            }
            if let Some((_, text)) = texts.get_mut(edit.file.as_str()) {
                *text = edit.apply(text)?;
            }
        }
        texts.iter().try_for_each(|(file, (_, text))| self.write(file, text))?;
        Ok(texts.into_iter().map(|(file, (before, _))| (file.to_owned(), before)).collect())
    }

    /// Replaces a file's text.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn write(&self, file: &str, text: &str) -> Result<(), String> {
        let path = self.folder.join(file);
        io(&path, std::fs::write(&path, text))
    }

    /// A file of the copy.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn read(&self, file: &str) -> Result<String, String> {
        let path = self.folder.join(file);
        io(&path, std::fs::read_to_string(&path))
    }

    fn cargo(&self) -> Command {
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let mut command = Command::new(cargo);
        command.current_dir(&self.folder).env("CARGO_TARGET_DIR", &self.target).stdin(Stdio::null());
        command
    }

    /// Builds the suite in the copy, and returns the program.
    ///
    /// # Errors
    /// What the compiler says.
    pub fn build(&self) -> Result<PathBuf, String> {
        let mut command = self.cargo();
        command.args(["build", "--quiet", "--locked", "--profile", "mutants", "--package", "verify"]);
        let output = io(&self.folder, command.output())?;
        if !output.status.success() {
            return Err(errors(&String::from_utf8_lossy(&output.stderr)));
        }
        Ok(self.target.join("mutants/verify"))
    }

    /// Runs a test in the copy. `Ok(true)` if it passes.
    ///
    /// # Errors
    /// When it does not compile, or there is no such test.
    pub fn test(&self, package: &str, target: &str, name: &str) -> Result<bool, String> {
        let mut command = self.cargo();
        command.args(["test", "--quiet", "--locked", "--profile", "mutants", "--package", package]);
        command.args(["--test", target, "--no-run"]);
        let built = io(&self.folder, command.output())?;
        if !built.status.success() {
            return Err(errors(&String::from_utf8_lossy(&built.stderr)));
        }
        let mut command = self.cargo();
        command.args(["test", "--quiet", "--locked", "--profile", "mutants", "--package", package]);
        command.args(["--test", target]);
        if !name.is_empty() {
            command.args(["--", "--exact", name]);
        }
        let run = io(&self.folder, command.output())?;
        if String::from_utf8_lossy(&run.stdout).contains("running 0 tests") {
            return Err(format!("there is no test `{name}` in tests/{target}"));
        }
        Ok(run.status.success())
    }
}

/// The errors of a compiler's output, without the warnings.
fn errors(output: &str) -> String {
    let from = output.find("error").unwrap_or(0);
    output[from..].lines().take(12).collect::<Vec<_>>().join("\n")
}

/// Copies what differs, and removes what is not there any more.
fn copy_folder(from: &Path, to: &Path, top: bool) -> Result<(), String> {
    io(to, std::fs::create_dir_all(to))?;
    let mut names = Vec::new();
    for entry in io(from, std::fs::read_dir(from))? {
        let entry = io(from, entry)?;
        let name = entry.file_name();
        if top && LEFT_OUT.iter().any(|left_out| name == *left_out) {
            continue;
        }
        let (source, copy) = (entry.path(), to.join(&name));
        names.push(name);
        if io(&source, entry.file_type())?.is_dir() {
            copy_folder(&source, &copy, false)?;
            continue;
        }
        let content = io(&source, std::fs::read(&source))?;
        if std::fs::read(&copy).is_ok_and(|old| old == content) {
            continue;
        }
        io(&copy, std::fs::write(&copy, content))?;
    }
    for entry in io(to, std::fs::read_dir(to))? {
        let entry = io(to, entry)?;
        if !names.contains(&entry.file_name()) {
            let path = entry.path();
            let is_folder = io(&path, entry.file_type())?.is_dir();
            io(&path, if is_folder { std::fs::remove_dir_all(&path) } else { std::fs::remove_file(&path) })?;
        }
    }
    Ok(())
}
