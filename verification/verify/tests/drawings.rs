//! The failures that are kept in `docs/drawn`, as a person reads them.
//!
//! When a drawing has changed on purpose, `INSTA_UPDATE=always cargo test -p verify --test drawings` writes the snapshots anew; read what has
//! changed before you commit them.

use runner::explain::{self, Drawing, FailureFile};
use test_support::hang::{TEST, watch_for};
use verify::repository::root;

fn kept() -> Vec<(String, FailureFile)> {
    verify::subjects::install();
    let files = std::fs::read_dir(root().join("docs/drawn")).expect("failures are kept");
    let mut files: Vec<_> = files.map(|entry| entry.expect("an entry").path()).collect();
    files.sort();
    let read = |path: std::path::PathBuf| {
        let name = path.file_stem().expect("a name").to_string_lossy().into_owned();
        let text = std::fs::read_to_string(&path).expect("a text");
        let file = FailureFile::read(&text).unwrap_or_else(|error| panic!("{name}: {error}"));
        (name, file)
    };
    files.into_iter().map(read).collect()
}

/// A dozen of the gallery: each subject, each kind of failure.
const DOZEN: [&str; 12] = [
    "cache-stampede",
    "clear-frees-dirty-now",
    "config-drops-the-newest",
    "countermap-removes-by-key",
    "double-retire",
    "load-or-store-check-then-act",
    "no-expunged-state",
    "no-recheck-under-lock",
    "registry-no-turns",
    "relaxed-publication",
    "striped-reset-loses",
    "swap-into-expunged",
];

#[test]
fn a_dozen_broken_variants_are_drawn_as_they_were() {
    let _watch = watch_for("the test", TEST);
    let kept = kept();
    for name in DOZEN {
        let (_, file) = kept.iter().find(|(kept, _)| kept == name).unwrap_or_else(|| panic!("no {name}"));
        insta::with_settings!({ omit_expression => true, prepend_module_to_snapshot => false }, {
            insta::assert_snapshot!(name, explain::text(file, 80, false));
        });
    }
}

#[test]
fn every_drawing_has_a_sentence_at_most_twelve_steps_and_fits_eighty_columns() {
    let _watch = watch_for("the test", TEST);
    let kept = kept();
    assert!(kept.len() > 100, "{} are kept", kept.len());
    let mut wrong = Vec::new();
    for (name, file) in &kept {
        let failure = file.verdict.failure.as_ref().expect("a failure");
        let sentence = failure.sentence.as_ref().unwrap_or(&failure.message);
        let program = file.job.parse().ok();
        let stopped = failure.outcome.is_none();
        let drawing = Drawing { program: program.as_ref(), width: 80, all: false, stopped, source: None };
        let unfolded = drawing.unfolded(&failure.steps);
        if sentence.is_empty() || unfolded > 12 {
            wrong.push(format!("{name}: {unfolded} steps are unfolded, and it says `{sentence}`"));
        }
        let text = explain::text(file, 80, false);
        // The command that replays it, and a program, have no place where they could be broken.
        let wide = text.lines().filter(|line| line.contains('│') && line.chars().count() > 80);
        wrong.extend(wide.map(|line| format!("{name}: over 80 columns: {line}")));
        println!("| {name} | {unfolded} | {} |", sentence.replace('|', "\\|"));
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn a_file_whose_fields_do_not_fit_each_other_is_refused_with_the_place() {
    let _watch = watch_for("the test", TEST);
    let (_, file) = kept().into_iter().find(|(name, _)| name == "swap-into-expunged").expect("it is kept");
    file.check().expect("as it is kept it is right");
    let wrong = |change: &dyn Fn(&mut FailureFile)| {
        let mut file = file.clone();
        change(&mut file);
        file.check().expect_err("it is wrong")
    };
    let steps = |file: &mut FailureFile, change: &dyn Fn(&mut linear::Step)| {
        change(&mut file.verdict.failure.as_mut().expect("a failure").steps[40]);
    };
    let action = wrong(&|file| steps(file, &|step| step.action = "Lod".to_owned()));
    assert!(action.starts_with("`verdict.failure.steps[40].action`: `Lod` is not one of Load, "), "{action}");
    for thread in [3, 7, usize::MAX] {
        let wrong = wrong(&|file| steps(file, &|step| step.thread = thread));
        let place = format!(
            "`verdict.failure.steps[40].thread`: there is no thread {thread}: the program has 2 threads"
        );
        assert!(wrong.starts_with(&place), "{wrong}");
    }
    let program = wrong(&|file| file.job.program = "store a 1 || fly".to_owned());
    assert!(program.starts_with("`job.program`: `store a 1 || fly` is not a program: "), "{program}");
}
