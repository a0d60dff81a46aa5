//! Faults that are put into the files: each must be found, in the row and the field that have it, and nothing else.

use super::{before, pack, problems, scenario_names};
use test_support::hang::{TEST, watch_for};
use verify::audit::check;
use verify::audit::ledger::{Ledger, PROMISES};
use verify::audit::problem::Problem;

/// The problems with this change of a file, beside those that are there without it.
fn with(file: &str, find: &str, replace: &str) -> Vec<Problem> {
    let old = pack().files.get(file).unwrap_or_else(|| panic!("there is no {file}"));
    assert!(old.contains(find), "{file} has no {find}");
    new_in(file, &old.replacen(find, replace, 1))
}

fn new_in(file: &str, text: &str) -> Vec<Problem> {
    let changed = pack().with(file, text).unwrap_or_else(|error| panic!("{error}"));
    problems(&changed).into_iter().filter(|problem| !before().contains(problem)).collect()
}

/// Some problem is of this row and field, and says this.
#[track_caller]
fn assert_found(found: &[Problem], row: &str, field: &str, says: &str) {
    let told: Vec<String> = found.iter().map(ToString::to_string).collect();
    let is_it = |problem: &Problem| {
        problem.row == row && problem.field.starts_with(field) && problem.what.contains(says)
    };
    assert!(found.iter().any(is_it), "row `{row}`, field `{field}`, {says}:\n{}", told.join("\n"));
}

#[test]
fn a_quote_that_was_changed_is_found() {
    let _watch = watch_for("the test", TEST);
    let found = with("src/lib.rs", "are linearizable over all keys.", "are linearizable over most keys.");
    assert_found(&found, "map-linearizable", "text", "does not say");
    let found = with(
        "src/map/pinned.rs",
        "/// **Consistency.** Linearizable; whatever",
        "/// **Consistency.** Sequential; whatever",
    );
    assert_found(&found, "map-linearizable", "also", "`Pinned::load`");
    assert_found(
        &found,
        "src/map/pinned.rs Pinned::load",
        "also",
        "no row has this promise: **Consistency.** Sequential",
    );
    let found = with("README.md", "All are linearizable", "All are quick");
    assert_found(&found, "map-linearizable", "also", "`README.md` does not say");
}

#[test]
fn a_promise_that_no_row_has_is_found() {
    let _watch = watch_for("the test", TEST);
    let found = with(
        "src/map/whole.rs",
        "    pub fn clear(&self)",
        "    ///\n    /// **Order.** By key.\n    pub fn clear(&self)",
    );
    assert_found(&found, "src/map/whole.rs Pinned::clear", "also", "**Order.** By key.");
    let found = with("SECURITY.md", "- **Hash flooding.**", "- **A new one.** Words.\n- **Hash flooding.**");
    assert_found(&found, "SECURITY.md", "also", "A new one");
    let found = with("ARCHITECTURE.md", "- **INV-8**", "- **INV-99** A new one.\n- **INV-8**");
    assert_found(&found, "ARCHITECTURE.md", "also", "INV-99");
}

#[test]
fn a_symbol_that_was_renamed_is_found() {
    let _watch = watch_for("the test", TEST);
    let found = with("src/map/dirty.rs", "fn insert_new(", "fn insert_fresh(");
    assert_found(&found, "inv-2", "code.symbols", "`Locked::insert_new`");
    assert_found(&found, "map-linearizable", "code.symbols", "`Locked::insert_new`");
    let found = with(PROMISES, "ord = [\"ORD-14\"", "ord = [\"ORD-99\"");
    assert_found(&found, "counter-sums", "code.ord", "ORD-99");
    let found = with(PROMISES, "lp = [\"advance\"]", "lp = [\"retreat\"]");
    assert_found(&found, "clock", "code.lp", "LP(retreat)");
    let found = with(PROMISES, "properties = [\"INV8\"]", "properties = [\"INV88\"]");
    assert_found(&found, "inv-8", "spec", "INV88");
}

#[test]
fn a_stale_certificate_that_is_called_current_is_found() {
    let _watch = watch_for("the test", TEST);
    let file = "docs/certificate/counter-2x2.json";
    // Of a source that never was, whatever the certificate of today is of.
    let text = pack().files.get(file).unwrap();
    let (start, rest) = text.split_once("\"source\": \"").unwrap();
    let (_, after) = rest.split_once('"').unwrap();
    let stale = pack().with(file, &format!("{start}\"source\": \"{}\"{after}", "0".repeat(64))).unwrap();
    let ledger = stale.files.get(PROMISES).unwrap();
    let row = format!("file = \"{file}\", holds = ");
    let modest = ledger.replace(&format!("{row}\"current\""), &format!("{row}\"stale\""));
    let claims = modest.replace(&format!("{row}\"stale\""), &format!("{row}\"current\""));
    assert_ne!(claims, modest);
    assert_eq!(problems(&stale.with(PROMISES, &modest).unwrap()), before(), "modest rows are no problem");
    assert_found(
        &problems(&stale.with(PROMISES, &claims).unwrap()),
        "counter-sums",
        "evidence[0].holds",
        "earlier source",
    );
}

#[test]
fn a_promise_without_a_variant_is_found() {
    let _watch = watch_for("the test", TEST);
    let found = with(PROMISES, "negative = [\"relaxed-publication\"]\n", "");
    assert_found(&found, "map-happens-before", "negative", "no broken variant takes it away");
    let found = with(PROMISES, "negative = [\"relaxed-publication\"]", "negative = [\"no-such-variant\"]");
    assert_found(&found, "map-happens-before", "negative", "no variant `no-such-variant`");
    let found = with(PROMISES, "\"specs/promotes-after-unlock\"", "\"specs/no-such-bug\"");
    assert_found(&found, "inv-1", "negative", "no bug `no-such-bug`");
}

#[test]
fn a_variant_that_nobody_saw_killed_or_that_is_stale_is_found() {
    let _watch = watch_for("the test", TEST);
    let file = "verification/mutants/relaxed-publication.toml";
    let text = pack().files.get(file).unwrap();
    let program = text.lines().find(|line| line.starts_with("program = ")).unwrap();
    let found = new_in(file, &text.replace(program, "program = '|| store a 1 || load a'"));
    assert_found(&found, "map-happens-before", "negative", "relaxed-publication");
    let found = with("docs/audit/killed.toml", "[killed.no-miss-count]", "[killed.another-variant]");
    assert_found(&found, "inv-8", "negative", "nobody has seen the variant `no-miss-count` killed");
    let found = with(
        "src/map/read.rs",
        "unsafe impl<K: Send + Sync, V: Send + Sync> Send",
        "unsafe impl<K: Sync + Send, V: Send + Sync> Send",
    );
    assert_found(&found, "map-auto-traits", "negative", "stale");
}

#[test]
fn an_unsafe_block_without_a_row_is_found() {
    let _watch = watch_for("the test", TEST);
    let file = "src/map/value.rs";
    let text = pack().files.get(file).unwrap();
    let more = format!(
        "{text}\nfn early(at: *const u8) -> u8 {{\n    // SAFETY: INV-7: so it is said.\n    unsafe {{ *at }}\n}}\n"
    );
    let line = more.lines().position(|line| line.contains("unsafe { *at }")).unwrap() + 1;
    assert_found(&new_in(file, &more), &format!("{file}:{line}"), "operation", "in `early`");
    // A second block with the same code in the same item needs a row of its own.
    let twice = with(
        "src/map/read.rs",
        "unsafe { self.0.deref() }",
        "unsafe { let _ = unsafe { self.0.deref() }; self.0.deref() }",
    );
    assert!(twice.iter().any(|problem| problem.field == "operation"), "{twice:?}");
    let gone = with("src/map/read.rs", "unsafe { self.0.deref() }", "self.0.deref()");
    assert_found(&gone, "src/map/read.rs View::table", "code", "no unsafe block has");
    let silent = with(file, "SAFETY: ", "Why: ");
    assert!(silent.iter().any(|problem| problem.field == "holds"), "{silent:?}");
}

#[test]
fn an_orphan_is_found() {
    let _watch = watch_for("the test", TEST);
    let mut names = scenario_names();
    names.push("zz_new_scenario".into());
    let found = check::problems(pack(), &names, &|_| Ok(()));
    assert_found(&found, "zz_new_scenario", "checks", "orphan");
    let found = with("specs/one_key.cfg", "  INV8\n", "  INV8\n  NewProperty\n");
    assert_found(&found, "specs/SyncMap.tla NewProperty", "checks", "orphan");
    let found = new_in("tests/zz_new.rs", "#[test]\nfn nothing() {}\n");
    assert_found(&found, "sync-map zz_new", "checks", "orphan");
    let found = with(PROMISES, "name = \"verify drawings\"", "name = \"verify no_such_target\"");
    assert_found(&found, "verify no_such_target", "aside", "it is not there");
}

#[test]
fn a_command_that_cannot_be_typed_or_that_ci_does_not_run_is_found() {
    let _watch = watch_for("the test", TEST);
    let refuses = |_: &[String]| Err("no such command".to_owned());
    let found = check::problems(pack(), &scenario_names(), &refuses);
    assert_found(&found, "counter-sums", "checks[0].command", "no such command");
    let found = with(PROMISES, "--test promotion", "--test demotion");
    assert_found(&found, "map-blocking", "checks[1].command", "no test target `demotion`");
    let found = with(PROMISES, "--test drops panics", "--test drops no_such_test");
    assert_found(&found, "map-panics", "checks[0].command", "`no_such_test`");
    let found = with(PROMISES, "cargo verify family 2x1 --keys 2", "cargo verify family 2x2 --keys 2");
    assert_found(&found, "map-linearizable", "checks[0].ci", "`.ci/run` does not run");
    let found = with(".ci/run", "optional sanitize", "# optional sanitize");
    assert_found(&found, "inv-9", "checks", "`.ci/run` does not run `.ci/sanitize`");
}

#[test]
fn a_fault_in_the_other_tables_is_found() {
    let _watch = watch_for("the test", TEST);
    let found = with("docs/audit/assumptions.toml", "--test drops eq", "--test drops no_such_test");
    assert_found(&found, "AoU-4", "test", "no_such_test");
    let found = with("docs/audit/assumptions.toml", "- **Lawless keys.**", "- **Lawful keys.**");
    assert_found(&found, "AoU-3", "stated", "does not say");
    let found =
        with("Cargo.lock", "name = \"loom\"\nversion = \"0.7.2\"", "name = \"loom\"\nversion = \"0.7.9\"");
    assert_found(&found, "loom", "version", "no loom 0.7.2");
    let found = with("src/epoch/std.rs", "defer_unchecked", "defer");
    assert_found(&found, "crossbeam-epoch", "uses", "`defer_unchecked`");
    let found = with("docs/audit/threats.toml", "\"map-memory\"", "\"no-such-promise\"");
    assert_found(&found, "T-2", "limited_by", "`no-such-promise`");
    let found = with("docs/audit/case.toml", "\"inv-9\"", "\"no-such-promise\"");
    assert_found(&found, "G2.2", "promises", "no-such-promise");
    assert_found(&found, "inv-9", "promises", "no claim of the assurance case");
}

/// What is no table says which line and which field.
#[test]
fn a_field_that_is_unknown_or_missing_is_named_with_its_line() {
    let _watch = watch_for("the test", TEST);
    let with = |find: &str, replace: &str| {
        let mut files = pack().files.clone();
        files.put(PROMISES, files.get(PROMISES).unwrap().replacen(find, replace, 1));
        Ledger::of(&files).unwrap_err()
    };
    let unknown = with("kind = ", "sort = ");
    assert!(
        unknown.contains(PROMISES) && unknown.contains("line ") && unknown.contains("`sort`"),
        "{unknown}"
    );
    let missing = with("residual = ", "# residual = ");
    assert!(missing.contains("`residual`") && missing.contains("line "), "{missing}");
}
