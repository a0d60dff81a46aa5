//! The copy of the tree in which edits are made, and its build.
//!
//! One place, always the same, with a target folder of its own: cargo takes what it built for a copy elsewhere as fresh, so two
//! copies must not share one. A file that is edited or restored gets a new time of change, by which cargo knows.

use super::Mutant;
use crate::orderings::record::root;
use fs4::FileExt;
use std::collections::BTreeMap;
use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// The copy. One process has it at a time.
#[derive(Debug)]
pub struct Tree {
    folder: PathBuf,
    target: PathBuf,
    /// Locked until it is closed.
    _lock: File,
}

/// What a test did.
#[derive(Clone, Debug)]
pub struct TestRun {
    /// It ended well, in time.
    pub passes: bool,
    /// What it printed; what became of it, if it did not end.
    pub output: String,
}

/// How long a test may take, when nobody else bounds it: an edit can make it run for ever.
const PATIENCE: Duration = Duration::from_secs(120);

/// Folders that nothing is built from.
const LEFT_OUT: [&str; 4] = ["target", ".git", "docs", "specs"];

fn io<T>(what: &Path, result: std::io::Result<T>) -> Result<T, String> {
    result.map_err(|error| format!("`{}`: {error}", what.display()))
}

impl Tree {
    /// Brings the copy at the usual place, `target/mutants`, up to date with the tree.
    ///
    /// # Errors
    /// When it cannot be written, or another process has it.
    pub fn copy() -> Result<Tree, String> {
        Tree::copy_to(&root().join("target/mutants"))
    }

    /// The same at another place.
    ///
    /// # Errors
    /// When it cannot be written, or another process has it.
    pub fn copy_to(place: &Path) -> Result<Tree, String> {
        // cargo is started in the copy.
        let place = &io(place, std::path::absolute(place))?;
        io(place, std::fs::create_dir_all(place))?;
        let lock = lock(&place.join("lock"))?;
        let tree = Tree { folder: place.join("tree"), target: place.join("target"), _lock: lock };
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
        self.succeed(&mut command)?;
        built(self.target.join("mutants/verify"))
    }

    /// The same under a sanitizer, whose switch a stable compiler keeps to itself unless it is asked this way.
    ///
    /// # Errors
    /// What the compiler says.
    pub fn build_sanitized(&self, sanitizer: &str) -> Result<PathBuf, String> {
        let version = io(&self.folder, Command::new("rustc").arg("-vV").output())?;
        let version = String::from_utf8_lossy(&version.stdout).into_owned();
        let host = version.lines().find_map(|line| line.strip_prefix("host: "));
        let host = host.ok_or("`rustc -vV` does not say its host")?;
        let target = self.target.join(sanitizer);
        let mut command = self.cargo();
        command.args(["build", "--quiet", "--locked", "--profile", "mutants", "--package", "verify"]);
        // With a target given, build scripts and macros are not sanitized.
        command.args(["--target", host]).env("CARGO_TARGET_DIR", &target).env("RUSTC_BOOTSTRAP", "1");
        let flags = format!("-Zsanitizer={sanitizer} -Cunsafe-allow-abi-mismatch=sanitizer");
        command.env("RUSTFLAGS", flags);
        self.succeed(&mut command)?;
        built(target.join(host).join("mutants/verify"))
    }

    fn succeed(&self, command: &mut Command) -> Result<String, String> {
        let output = io(&self.folder, command.output())?;
        if !output.status.success() {
            return Err(errors(&String::from_utf8_lossy(&output.stderr)));
        }
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    }

    /// Runs the tests of a file of `tests/`: one by its whole name, those of a module by `name::`, or all. What takes longer
    /// than two minutes does not pass.
    ///
    /// # Errors
    /// When it does not compile, or there is no such test.
    pub fn test(&self, package: &str, target: &str, name: &str) -> Result<TestRun, String> {
        let mut command = self.cargo();
        command.args(["test", "--quiet", "--locked", "--profile", "mutants", "--package", package]);
        command.args(["--test", target, "--no-run", "--message-format", "json"]);
        let messages = self.succeed(&mut command)?;
        let program = messages.lines().rev().find_map(|line| {
            let message: serde_json::Value = serde_json::from_str(line).ok()?;
            Some(PathBuf::from(message.get("executable")?.as_str()?))
        });
        let program = program.ok_or_else(|| format!("no program came of tests/{target}"))?;
        let mut command = Command::new(program);
        command.current_dir(&self.folder).env("CARGO_MANIFEST_DIR", &self.folder);
        match name {
            "" => {}
            module if module.ends_with("::") => drop(command.arg(module)),
            test => drop(command.args(["--exact", test])),
        }
        let run = within(command, PATIENCE)?;
        if run.output.contains("running 0 tests") {
            return Err(format!("there is no test `{name}` in tests/{target}"));
        }
        Ok(run)
    }
}

/// The program, which must be there.
fn built(program: PathBuf) -> Result<PathBuf, String> {
    match io(&program, program.try_exists())? {
        true => Ok(program),
        false => Err(format!("cargo has built no `{}`", program.display())),
    }
}

/// Locks a file until it is closed.
fn lock(path: &Path) -> Result<File, String> {
    let open = File::options().create(true).truncate(false).read(true).write(true).open(path);
    let mut file = io(path, open)?;
    match FileExt::try_lock(&file) {
        Ok(()) => {}
        Err(fs4::TryLockError::WouldBlock) => {
            let owner = std::fs::read_to_string(path).unwrap_or_default();
            return Err(format!(
                "`{}` is in use by process {}: wait for it, or take another place with --scratch DIR",
                path.parent().unwrap_or(path).display(),
                owner.trim()
            ));
        }
        Err(fs4::TryLockError::Error(error)) => return io(path, Err(error)),
    }
    io(path, file.set_len(0))?;
    io(path, writeln!(file, "{}", std::process::id()))?;
    Ok(file)
}

/// Runs a command that may not end.
fn within(mut command: Command, patience: Duration) -> Result<TestRun, String> {
    let what = PathBuf::from(command.get_program());
    // A file, not a pipe: a pipe must be read all the time.
    let output = io(&what, tempfile::NamedTempFile::new())?;
    let (to, and) = (io(&what, output.reopen())?, io(&what, output.reopen())?);
    let mut child = io(&what, command.stdin(Stdio::null()).stdout(to).stderr(and).spawn())?;
    let started = Instant::now();
    let status = loop {
        if let Some(status) = io(&what, child.try_wait())? {
            break Some(status);
        }
        if started.elapsed() > patience {
            io(&what, child.kill())?;
            io(&what, child.wait())?;
            break None;
        }
        std::thread::sleep(Duration::from_millis(20));
    };
    let mut text = String::from_utf8_lossy(&io(&what, std::fs::read(output.path()))?).into_owned();
    if status.is_none() {
        text.push_str("it did not end in time");
    }
    Ok(TestRun { passes: status.is_some_and(|status| status.success()), output: text })
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
