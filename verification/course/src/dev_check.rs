//! What holds of every lab: its template fails, each of its wrong answers fails as pinned, its solution passes, within the budget. Its files
//! are those that it needs, and its text names its command.

use crate::checked::{Checked, Wrong};
use crate::documents;
use crate::exploring::warm_up;
use crate::host::Host;
use crate::lab::{self, FAILS, Lab, Pinned};
use crate::places::{TEXT, names_in, read};
use runner::say;
use runner::style::count;
use std::collections::BTreeSet;
use std::path::Path;
use std::time::{Duration, Instant};

/// Checks these labs, or all, on a machine that may take so many times the budgets. The exit status.
///
/// # Errors
/// When one is named that is not there.
pub(crate) fn run(labs: &[Lab], named: &[String], allowance: f64, host: &dyn Host) -> Result<u8, String> {
    let chosen: Vec<&Lab> = match named {
        [] => labs.iter().collect(),
        named => named.iter().map(|typed| lab::find(labs, typed)).collect::<Result<_, _>>()?,
    };
    let started = Instant::now();
    warm_up(host);
    // What is built for the first time is built now, and is no matter of a lab's budget.
    let mut built = BTreeSet::new();
    for lab in chosen.iter().filter(|lab| lab.sheet.work.builds() && built.insert(lab.sheet.work.name())) {
        lab.check(&lab.template(), host);
    }
    let mut all = Vec::new();
    for lab in &chosen {
        let began = Instant::now();
        let wrong = problems(lab, allowance, host);
        let word = if wrong.is_empty() { "ok" } else { "WRONG" };
        say!("{:<28} {word:<6} {:5.1} s", lab.name, began.elapsed().as_secs_f64());
        wrong.iter().for_each(|problem| say!("    {}", problem.replace('\n', "\n    ")));
        all.extend(wrong);
    }
    if named.is_empty() {
        let stale = documents::stale(labs, host)?;
        stale.iter().for_each(|page| say!("{page}"));
        all.extend(stale);
    }
    let seconds = started.elapsed().as_secs_f64();
    say!("{} checked in {seconds:.0} s, {} wrong", count(chosen.len(), "lab"), count(all.len(), "thing"));
    Ok(u8::from(!all.is_empty()))
}

/// All that is wrong with a lab.
pub(crate) fn problems(lab: &Lab, allowance: f64, host: &dyn Host) -> Vec<String> {
    let mut wrong = Vec::new();
    wrong.extend(lab.sheet.work.validate(&lab.folder, host).err());
    wrong.extend(files(lab));
    wrong.extend(text(lab));
    if wrong.is_empty() {
        wrong.extend(answers(lab, allowance, host));
    }
    wrong
}

/// A folder has these files, and no others.
fn has_exactly(folder: &Path, expected: &[&str]) -> Vec<String> {
    let there = names_in(folder);
    let stray = there.iter().filter(|name| !expected.contains(&name.as_str()));
    let missing = expected.iter().filter(|name| !there.iter().any(|there| there == *name));
    let stray = stray.map(|name| format!("`{}` is a stray file", folder.join(name).display()));
    stray.chain(missing.map(|name| format!("`{}` is missing", folder.join(name).display()))).collect()
}

fn files(lab: &Lab) -> Vec<String> {
    let mut own = vec!["lab.toml", TEXT, "template", "wrong", "solution"];
    own.extend(lab.sheet.work.own_files());
    let mut wrong = has_exactly(&lab.folder, &own);
    let answer = lab.answer();
    for folder in [lab.template(), lab.solution()] {
        wrong.extend(has_exactly(&folder, &[answer]));
    }
    match lab.wrong_answers() {
        Err(error) => wrong.push(error),
        Ok(answers) if answers.is_empty() => {
            wrong.push(format!("`{}` has no wrong answer: what do people get wrong?", lab.folder.display()));
        }
        Ok(answers) => {
            wrong.extend(answers.iter().flat_map(|wrong| has_exactly(&wrong.folder, &[answer, FAILS])));
            let names: Vec<String> = lab.checks().into_iter().map(|check| check.name).collect();
            let unknown = answers.iter().filter(|wrong| !names.contains(&wrong.pinned.check));
            wrong.extend(unknown.map(|answer| {
                format!(
                    "wrong/{}: `{}` is not a check: {}",
                    answer.name,
                    answer.pinned.check,
                    names.join(", ")
                )
            }));
        }
    }
    wrong
}

/// The text has a head with number and title, the command that checks the lab, and what the lab is about.
fn text(lab: &Lab) -> Vec<String> {
    let text = match read(&lab.folder.join(TEXT)) {
        Ok(text) => text,
        Err(error) => return vec![error],
    };
    let mut needed = vec![
        format!("# Lab {}: {}\n", lab.number, lab.sheet.title),
        format!("cargo verify lab check {}\n", lab.number),
        lab.answer().to_owned(),
    ];
    needed.extend(lab.sheet.work.quoted());
    let missing = needed.iter().filter(|needed| !text.contains(needed.as_str()));
    let mut wrong: Vec<String> =
        missing.map(|needed| format!("{TEXT} does not have the text\n{}", needed.trim_end())).collect();
    let mut wide = text.lines().zip(1..).filter(|(line, _)| line.chars().count() > 80);
    wrong.extend(wide.next().map(|(_, number)| format!("{TEXT}:{number} is wider than 80 columns")));
    if lab.points() == 0 {
        wrong.push("no check has points".to_owned());
    }
    wrong
}

/// The template fails, the wrong answers fail as pinned, the solution passes: each within the budget.
fn answers(lab: &Lab, allowance: f64, host: &dyn Host) -> Vec<String> {
    let mut wrong = Vec::new();
    let budget = Duration::from_secs_f64(lab.sheet.budget * allowance);
    let check = |what: &str, folder: &Path| {
        let began = Instant::now();
        let checked = lab.check(folder, host);
        let took = began.elapsed();
        let late = (took > budget).then(|| {
            let (took, budget) = (took.as_secs_f64(), budget.as_secs_f64());
            format!("{what}: took {took:.1} s, and the budget is {budget:.1} s")
        });
        (checked, late)
    };
    let (template, late) = check("the template", &lab.template());
    wrong.extend(late);
    if template.iter().all(Checked::passes) {
        wrong.push("the template passes: there is nothing to do".to_owned());
    }
    for answer in lab.wrong_answers().unwrap_or_default() {
        let what = format!("wrong/{}", answer.name);
        let (checked, late) = check(&what, &answer.folder);
        wrong.extend(late);
        wrong.extend(differs(&answer.pinned, &checked).map(|how| format!("{what}: {how}")));
    }
    let (solution, late) = check("the solution", &lab.solution());
    wrong.extend(late);
    for checked in &solution {
        if let Some(problem) = &checked.wrong {
            wrong.push(format!("the solution fails “{}”: {}", checked.name, told(problem)));
        }
    }
    wrong.extend(lab.sheet.work.lint(&lab.folder, &lab.solution().join(lab.answer()), host));
    wrong
}

/// What is wrong, for whoever makes the lab.
fn told(wrong: &Wrong) -> String {
    let program = wrong.program.as_ref().map(|program| format!(", `{program}`")).unwrap_or_default();
    format!("{}{program}: {}\n{}", wrong.kind, wrong.sentence, wrong.drawn)
}

/// How an answer fails otherwise than pinned.
fn differs(pinned: &Pinned, checked: &[Checked]) -> Option<String> {
    let Some((first, wrong)) = checked.iter().find_map(|check| Some((check, check.wrong.as_ref()?))) else {
        return Some(format!("it passes, and must fail “{}”", pinned.check));
    };
    let is_as_pinned = first.name == pinned.check
        && wrong.kind == pinned.kind
        && (wrong.program.is_none() && pinned.program.is_none() || wrong.program == pinned.program);
    let pin = |program: &Option<String>| program.as_deref().unwrap_or("none").to_owned();
    (!is_as_pinned).then(|| {
        format!(
            "it must fail “{}” as {}, program {}; it fails “{}” as {}, program {}: {}",
            pinned.check,
            pinned.kind,
            pin(&pinned.program),
            first.name,
            wrong.kind,
            pin(&wrong.program),
            told(wrong)
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::host::Edit;
    use linear::Subject;
    use runner::plan::Plan;
    use runner::pool::Settings;
    use std::path::PathBuf;

    /// A program that explores nothing: the lab of these tests needs only judges.
    struct Judges;

    impl Host for Judges {
        fn root(&self) -> PathBuf {
            unreachable!("a lab is read from its folder")
        }
        fn settings(&self) -> Settings {
            unreachable!("nothing is explored")
        }
        fn add_self_tests(&self, _: &mut Plan) {}
        fn quoted(&self, _: &str) -> Option<String> {
            None
        }
        fn subject(&self, name: &str) -> Option<&'static Subject> {
            crate::structures::install();
            explore::subjects::by_name(name)
        }
        fn of_the_gallery(&self, _: &str, _: &str) -> Result<String, String> {
            Err("no gallery".to_owned())
        }
        fn specifications(&self, _: &Path, _: &[String], _: bool) -> Result<String, String> {
            Err("no specifications".to_owned())
        }
        fn with_edits(&self, _: &[Edit], _: &mut dyn FnMut(&Path)) -> Result<(), String> {
            Err("no copy".to_owned())
        }
    }

    fn copy(from: &Path, to: &Path) {
        std::fs::create_dir_all(to).expect("a folder");
        for name in names_in(from) {
            let (from, to) = (from.join(&name), to.join(&name));
            if from.is_dir() {
                copy(&from, &to);
            } else {
                std::fs::copy(&from, &to).expect("a copy");
            }
        }
    }

    /// What is wrong with lab 6 when something has been done to its folder.
    fn wrong_after(change: impl FnOnce(&Path)) -> String {
        let place = tempfile::tempdir().expect("a folder");
        let folder = place.path().join("06-two-judges");
        copy(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../labs/06-two-judges"), &folder);
        change(&folder);
        match Lab::read(&folder) {
            Ok(lab) => problems(&lab, 1.0, &Judges).join("\n"),
            Err(error) => error,
        }
    }

    fn write(path: &Path, text: &str) {
        std::fs::write(path, text).expect("written");
    }

    #[test]
    fn a_lab_as_it_is_has_nothing_wrong() {
        assert_eq!(wrong_after(|_| ()), "");
    }

    #[test]
    fn a_broken_solution_is_told() {
        let told = wrong_after(|lab| write(&lab.join("solution/history.txt"), "A 0 0-12 write 1 -> ()\n"));
        assert!(told.contains("the solution fails “it is not linearizable”"), "{told}");
    }

    #[test]
    fn a_wrong_answer_that_passes_is_told() {
        let told = wrong_after(|lab| {
            std::fs::copy(lab.join("solution/history.txt"), lab.join("wrong/they-overlap/history.txt"))
                .expect("a copy");
        });
        assert!(told.contains("wrong/they-overlap: it passes, and must fail"), "{told}");
    }

    #[test]
    fn a_wrong_answer_that_fails_in_another_way_is_told() {
        let told = wrong_after(|lab| {
            let file = lab.join("wrong/they-overlap/fails.toml");
            let text = read(&file).expect("a file").replace("is linearizable", "mistake");
            write(&file, &text);
        });
        assert!(told.contains("it must fail “it is not linearizable” as mistake"), "{told}");
    }

    #[test]
    fn a_lab_without_a_wrong_answer_is_refused() {
        let told = wrong_after(|lab| std::fs::remove_dir_all(lab.join("wrong")).expect("removed"));
        assert!(told.contains("has no wrong answer") && told.contains("wrong` is missing"), "{told}");
    }

    #[test]
    fn a_template_that_passes_is_told() {
        let told = wrong_after(|lab| {
            std::fs::copy(lab.join("solution/history.txt"), lab.join("template/history.txt"))
                .expect("a copy");
        });
        assert!(told.contains("the template passes"), "{told}");
    }

    #[test]
    fn a_stray_file_a_text_without_its_command_and_a_budget_are_told() {
        let told = wrong_after(|lab| {
            write(&lab.join("solution/history.txt~"), "");
            let text = read(&lab.join(TEXT))
                .expect("a text")
                .replace("cargo verify lab check 6", "cargo verify check");
            write(&lab.join(TEXT), &text);
        });
        assert!(told.contains("history.txt~` is a stray file"), "{told}");
        assert!(told.contains("does not have the text\ncargo verify lab check 6"), "{told}");
        let slow = wrong_after(|lab| {
            let text = read(&lab.join("lab.toml")).expect("a file").replace("budget = 3", "budget = 0.0");
            write(&lab.join("lab.toml"), &text);
        });
        assert!(slow.contains("the solution: took"), "{slow}");
    }

    #[test]
    fn an_unknown_field_is_named() {
        let told = wrong_after(|lab| {
            let text = read(&lab.join("lab.toml")).expect("a file").replace("minutes", "minute");
            write(&lab.join("lab.toml"), &text);
        });
        assert!(told.contains("unknown field `minute`"), "{told}");
    }
}
