//! The copy of the tree in which edits are made, and its build.
//!
//! One place, always the same, with a target folder of its own: cargo takes what it built for a copy elsewhere as fresh, so two
//! copies must not share one. A file that is edited or restored gets a new time of change, by which cargo knows.

use super::Variant;
use super::folder::{copy_folder, io};
use super::seed::{self, Profile};
use crate::repository::root;
use fs4::FileExt;
use runner::building;
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
    /// What it is built with.
    profile: Profile,
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
    /// How many tests were run: one at least.
    pub count: u64,
}

impl TestRun {
    /// Why it does not pass: the end of what the first test that failed has printed, or of all.
    pub fn why(&self) -> String {
        let lines: Vec<&str> = self.output.lines().filter(|line| !line.trim().is_empty()).collect();
        let from = lines.iter().position(|line| line.starts_with("---- ") && line.ends_with(" stdout ----"));
        let of_one = from.map(|from| {
            let rest = &lines[from + 1..];
            let to = rest.iter().position(|line| line.starts_with("---- ") || *line == "failures:");
            &rest[..to.unwrap_or(rest.len())]
        });
        let told = of_one.filter(|told| !told.is_empty()).unwrap_or(&lines);
        told[told.len().saturating_sub(MOST_LINES)..].join("\n")
    }
}

/// How much of a test's output is shown.
const MOST_LINES: usize = 12;

/// What the watchdog of a test says.
const HANGS: &str = "hangs: no end after";

/// How long a test may take, when nobody else bounds it: an edit can make it run for ever.
const PATIENCE: Duration = Duration::from_secs(120);

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
        let (folder, target) = (place.join("tree"), place.join("target"));
        let (profile, built) = seed::profile();
        copy_folder(&root(), &folder, true)?;
        let to = target.join(profile.folder);
        if let Some(from) = built.filter(|_| !to.exists()) {
            seed::plant(&from, &to, &folder.join("Cargo.lock"))?;
        }
        Ok(Tree { folder, target, profile, _lock: lock })
    }

    /// Makes the edits, all or none. Returns the files as they were.
    ///
    /// # Errors
    /// When one does not match once.
    pub fn edit(&self, variant: &Variant) -> Result<Vec<(String, String)>, String> {
        let mut texts: BTreeMap<&str, (String, String)> = BTreeMap::new();
        for edit in &variant.edit {
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
        command.arg("--config").arg(self.folder.join("verification/copy.toml"));
        command
    }

    /// The folder with the source.
    pub(super) fn folder(&self) -> &Path {
        &self.folder
    }

    /// The profile, and the compiler.
    pub(super) fn built_with(&self) -> Result<String, String> {
        let compiler = io(&self.folder, Command::new("rustc").arg("-vV").output())?;
        Ok(format!("{} {}", self.profile.name, String::from_utf8_lossy(&compiler.stdout)))
    }

    /// Builds the suite in the copy, and returns the program.
    ///
    /// # Errors
    /// What the compiler says.
    pub fn build(&self) -> Result<PathBuf, String> {
        let mut command = self.cargo();
        command.args(["build", "--locked", "--profile", self.profile.name, "--package", "verify"]);
        self.succeed(&mut command, "the copy of the source")?;
        built(self.target.join(self.profile.folder).join("verify"))
    }

    /// Makes the edit of a variant, does something with the copy, and takes the edit back.
    ///
    /// # Errors
    /// When the edit cannot be made or taken back, or that of what is done.
    pub fn edited<T>(&self, variant: &Variant, run: impl FnOnce() -> Result<T, String>) -> Result<T, String> {
        let before = self.edit(variant)?;
        let done = run();
        before.iter().try_for_each(|(file, text)| self.write(file, text))?;
        done
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
        command.args(["build", "--locked", "--profile", self.profile.name, "--package", "verify"]);
        // With a target given, build scripts and macros are not sanitized.
        command.args(["--target", host]).env("CARGO_TARGET_DIR", &target).env("RUSTC_BOOTSTRAP", "1");
        let flags = format!("-Zsanitizer={sanitizer} -Cunsafe-allow-abi-mismatch=sanitizer");
        command.env("RUSTFLAGS", flags);
        self.succeed(&mut command, "the copy of the source under a sanitizer")?;
        built(target.join(host).join(self.profile.folder).join("verify"))
    }

    fn succeed(&self, command: &mut Command, what: &str) -> Result<String, String> {
        let output = io(&self.folder, building::cargo(command, what))?;
        if !output.status.success() {
            return Err(errors(&String::from_utf8_lossy(&output.stderr)));
        }
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    }

    /// Runs the tests of a target in `tests/`: one by its whole name, those of a module by `name::`, or all. What takes longer
    /// than two minutes does not pass.
    ///
    /// # Errors
    /// When it does not compile, or there is no such test.
    pub fn test(&self, package: &str, target: &str, name: &str) -> Result<TestRun, String> {
        let mut command = self.cargo();
        command.args(["test", "--locked", "--profile", self.profile.name, "--package", package]);
        command.args(["--test", target, "--no-run", "--message-format", "json"]);
        let messages = self.succeed(&mut command, &format!("the test `{target}` of the copy"))?;
        let program = executable(&messages, target)
            .ok_or_else(|| format!("cargo has named no executable of the test target `{target}`"))?;
        let mut command = Command::new(&program);
        command.current_dir(&self.folder).env("CARGO_MANIFEST_DIR", &self.folder);
        match name {
            "" => {}
            module if module.ends_with("::") => drop(command.arg(module)),
            test => drop(command.args(["--exact", test])),
        }
        let run = within(command, PATIENCE)?;
        // A test that hangs is ended by its watchdog, before the harness has written anything.
        if run.count == 0 && !run.output.contains(HANGS) {
            let program = program.display();
            let why = run.why();
            return Err(format!(
                "there is no test `{name}` in tests/{target}: `{program}` has run none, and says\n{why}"
            ));
        }
        Ok(run)
    }
}

/// The executable of a test target, in the messages of cargo. It names the programs of the package too, which the tests may run,
/// in the order in which they became ready.
fn executable(messages: &str, target: &str) -> Option<PathBuf> {
    messages.lines().find_map(|line| {
        let message: serde_json::Value = serde_json::from_str(line).ok()?;
        let built = message.get("target")?;
        let is_test = built.get("kind")?.as_array()?.iter().any(|kind| kind == "test");
        if !is_test || built.get("name")? != target {
            return None;
        }
        Some(PathBuf::from(message.get("executable")?.as_str()?))
    })
}

/// How many tests were run, as the test harness says when it begins.
fn count(output: &str) -> u64 {
    let counts = output.lines().filter_map(|line| line.strip_prefix("running ")?.split_once(" test"));
    counts.filter_map(|(count, _)| count.parse::<u64>().ok()).sum()
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
    Ok(TestRun { passes: status.is_some_and(|status| status.success()), count: count(&text), output: text })
}

/// The errors of a compiler's output, without the warnings.
fn errors(output: &str) -> String {
    let is_error = |line: &&str| line.starts_with("error");
    let is_progress =
        |line: &&str| ["   Compiling ", "    Checking "].iter().any(|start| line.starts_with(start));
    let lines: Vec<&str> = output.lines().filter(|line| !is_progress(line)).collect();
    let from = lines.iter().position(is_error).unwrap_or(0);
    lines[from..].iter().take(12).copied().collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is built in the copy is built from the files of the copy, the twins too.
    #[test]
    #[cfg(unix)]
    fn a_link_leads_to_the_copy() {
        let place = tempfile::tempdir().unwrap();
        let (from, to) = (place.path().join("from"), place.path().join("to"));
        std::fs::create_dir_all(from.join("src")).unwrap();
        std::fs::create_dir_all(from.join("twin")).unwrap();
        std::fs::write(from.join("src/lib.rs"), "one").unwrap();
        std::os::unix::fs::symlink("../src", from.join("twin/src")).unwrap();
        for _ in 0..2 {
            copy_folder(&from, &to, true).unwrap();
        }
        std::fs::write(to.join("src/lib.rs"), "two").unwrap();
        assert_eq!(std::fs::read_to_string(to.join("twin/src/lib.rs")).unwrap(), "two");
        assert_eq!(std::fs::read_to_string(from.join("twin/src/lib.rs")).unwrap(), "one");
    }

    /// As of `cargo test --package verify --test bound --no-run --message-format json`: the program comes last or first.
    const TEST: &str = r#"{"reason":"compiler-artifact","target":{"kind":["test"],"name":"bound"},"executable":"/t/bound-1"}"#;
    const PROGRAM: &str = r#"{"reason":"compiler-artifact","target":{"kind":["bin"],"name":"verify"},"executable":"/t/verify"}"#;
    const LIBRARY: &str =
        r#"{"reason":"compiler-artifact","target":{"kind":["lib"],"name":"bound"},"executable":null}"#;
    const END: &str = r#"{"reason":"build-finished","success":true}"#;

    #[test]
    fn the_executable_of_the_test_is_taken_whatever_was_built_last() {
        for order in [[LIBRARY, TEST, PROGRAM, END], [PROGRAM, LIBRARY, TEST, END]] {
            assert_eq!(executable(&order.join("\n"), "bound"), Some(PathBuf::from("/t/bound-1")));
            assert_eq!(executable(&order.join("\n"), "verify"), None, "a program is no test");
        }
    }

    #[test]
    fn the_tests_that_were_run_are_counted() {
        assert_eq!(count("\nrunning 1 test\n.\n"), 1);
        assert_eq!(count("running 0 tests\n"), 0);
        assert_eq!(count("error: unexpected argument '--exact' found\n"), 0, "no test harness");
        assert_eq!(count("running 12 tests\n"), 12);
    }

    #[test]
    fn the_errors_of_the_compiler_are_told_without_its_progress() {
        let output = "   Compiling thiserror v2.0.0\nwarning: unused\n   Compiling verify v0.1.0\nerror[E0425]: no `x`\n --> a.rs:1\n";
        assert_eq!(errors(output), "error[E0425]: no `x`\n --> a.rs:1");
        assert_eq!(errors("killed"), "killed");
    }

    #[test]
    fn a_red_run_says_why() {
        let run = |output: &str| TestRun { passes: false, output: output.to_owned(), count: 1 };
        let output = "running 2 tests\nFF\nfailures:\n\n---- one stdout ----\n\nthread 'one' panicked at tests/x.rs:3:5:\n\
                      left is not right\n\n---- two stdout ----\nother\n\nfailures:\n    one\n    two\n\ntest result: FAILED.\n";
        assert_eq!(run(output).why(), "thread 'one' panicked at tests/x.rs:3:5:\nleft is not right");
        let crash = (1..=20).map(|n| format!("line {n}")).collect::<Vec<_>>().join("\n");
        assert!(run(&crash).why().starts_with("line 9\n") && run(&crash).why().ends_with("line 20"));
    }

    /// What cargo builds and names is run as a test, and nothing else.
    #[test]
    fn a_program_that_is_no_test_runs_no_test() {
        let mut command = Command::new("true");
        command.args(["--exact", "x"]);
        let run = within(command, PATIENCE).unwrap();
        assert!(run.passes && run.count == 0);
    }
}
