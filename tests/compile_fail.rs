//! What must not compile, and why the compiler says it does not: each file in `compile_fail/` has one mistake.
//!
//! The messages of the compiler change from version to version, so two things are checked:
//! - With the rustc that [`RECORDED_WITH`] names, the messages are those in the `.stderr` files, word for word.
//! - With any other, each file fails to compile, with the error codes (`E0597`) that its `.stderr` file has. The test
//!   prints that it does this. (A copy of the files is compiled, whose messages are written anew.)
//!
//! After a new rustc or a new file: set `RECORDED_WITH`, run `TRYBUILD=overwrite cargo test --test compile_fail`, read
//! the difference.

use std::cell::Cell;
use std::collections::BTreeSet;
use std::marker::PhantomData;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::rc::Rc;
use sync_map::SyncMap;

/// The version whose messages are recorded.
const RECORDED_WITH: &str = "1.95";

const HERE: &str = "tests/compile_fail";

fn main_of(test: &str) -> Command {
    let mut command = Command::new(std::env::current_exe().expect("the name of this test binary"));
    command.args(["--exact", test, "--ignored", "--nocapture"]);
    command
}

/// The version of the rustc that trybuild will use, as `1.95`.
fn version() -> String {
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let output = Command::new(rustc).arg("--version").output().expect("rustc --version");
    let output = String::from_utf8(output.stdout).expect("the version as text");
    let version = output.split_whitespace().nth(1).expect("rustc 1.95.0 (…)");
    version.rsplit_once('.').expect("1.95.0").0.to_owned()
}

fn files(directory: &Path, extension: &str) -> BTreeSet<String> {
    let entries = std::fs::read_dir(directory).expect("the directory of the tests");
    let paths = entries.map(|entry| entry.expect("an entry").path());
    let named = paths.filter(|path| path.extension().is_some_and(|found| found == extension));
    named.map(|path| path.file_stem().expect("a name").to_string_lossy().into_owned()).collect()
}

/// The codes of the errors in a file of messages.
fn codes(messages: &Path) -> BTreeSet<String> {
    let text = std::fs::read_to_string(messages).unwrap_or_else(|error| panic!("{messages:?}: {error}"));
    let errors = text.lines().filter_map(|line| line.strip_prefix("error"));
    errors.map(|rest| rest.split(':').next().unwrap_or_default().to_owned()).collect()
}

#[test]
fn every_mistake_has_recorded_messages() {
    assert_eq!(files(Path::new(HERE), "rs"), files(Path::new(HERE), "stderr"));
    assert!(files(Path::new(HERE), "rs").len() >= 13);
}

#[test]
fn mistakes_do_not_compile() {
    let version = version();
    if version == RECORDED_WITH {
        trybuild::TestCases::new().compile_fail(format!("{HERE}/*.rs"));
        return;
    }
    println!(
        "rustc {version}: messages were recorded with {RECORDED_WITH}; only their error codes are compared"
    );
    let run = main_of("a_copy_of_the_mistakes_does_not_compile").env("TRYBUILD", "overwrite").status();
    assert!(run.expect("this test binary").success(), "a file of {HERE} compiles");
    for name in files(Path::new(HERE), "rs") {
        let file = format!("{name}.stderr");
        assert_eq!(codes(&copy().join(&file)), codes(&Path::new(HERE).join(&file)), "{name}");
    }
}

/// Whether a type is `Sync`, asked when the test runs: a type that is has the method of its own, and that comes first.
struct Asked<T>(PhantomData<T>);

impl<T: Sync> Asked<T> {
    fn is_sync(&self) -> bool {
        true
    }
}

trait Otherwise {
    fn is_sync(&self) -> bool {
        false
    }
}

impl<T> Otherwise for Asked<T> {}

/// `tests/auto_traits.rs` says it when it is compiled, and of more types. A broken variant has to fail when it runs.
#[test]
fn a_map_of_what_cannot_be_shared_cannot_be_shared() {
    assert!(Asked(PhantomData::<SyncMap<u8, u8>>).is_sync());
    assert!(!Asked(PhantomData::<SyncMap<u8, Rc<u8>>>).is_sync());
    assert!(!Asked(PhantomData::<SyncMap<Cell<u8>, u8>>).is_sync());
}

fn copy() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join("compile_fail")
}

#[test]
#[ignore = "run by `mistakes_do_not_compile` for compilers whose messages are not recorded"]
fn a_copy_of_the_mistakes_does_not_compile() {
    std::fs::create_dir_all(copy()).expect("a directory for the copy");
    for name in files(Path::new(HERE), "rs") {
        let file = format!("{name}.rs");
        std::fs::copy(Path::new(HERE).join(&file), copy().join(&file)).expect("a copy");
    }
    trybuild::TestCases::new().compile_fail(format!("{}/*.rs", copy().display()));
}
