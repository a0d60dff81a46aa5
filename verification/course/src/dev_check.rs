//! What holds of every lab: its template fails, each of its wrong answers fails as pinned, its solution passes, within the budget. Its files
//! are those that it needs, and its text names its command.

use crate::checked::{Checked, Wrong};
use crate::exploring::warm_up;
use crate::host::Host;
use crate::lab::{self, FAILS, Lab, Pinned, TEXT};
use crate::places::{names_in, read};
use runner::say;
use runner::style::count;
use std::collections::BTreeSet;
use std::path::Path;
use std::time::{Duration, Instant};

/// Checks these labs, or all. The exit status.
///
/// # Errors
/// When one is named that is not there.
pub(crate) fn run(labs: &[Lab], named: &[String], host: &dyn Host) -> Result<u8, String> {
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
        let wrong = problems(lab, host);
        let word = if wrong.is_empty() { "ok" } else { "WRONG" };
        say!("{:<28} {word:<6} {:5.1} s", lab.name, began.elapsed().as_secs_f64());
        wrong.iter().for_each(|problem| say!("    {}", problem.replace('\n', "\n    ")));
        all.extend(wrong);
    }
    let seconds = started.elapsed().as_secs_f64();
    say!("{} checked in {seconds:.0} s, {} wrong", count(chosen.len(), "lab"), count(all.len(), "thing"));
    Ok(u8::from(!all.is_empty()))
}

/// All that is wrong with a lab.
pub(crate) fn problems(lab: &Lab, host: &dyn Host) -> Vec<String> {
    let mut wrong = Vec::new();
    wrong.extend(lab.sheet.work.validate(lab, host).err());
    wrong.extend(files(lab));
    wrong.extend(text(lab));
    if wrong.is_empty() {
        wrong.extend(answers(lab, host));
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
fn answers(lab: &Lab, host: &dyn Host) -> Vec<String> {
    let mut wrong = Vec::new();
    let budget = Duration::from_secs_f64(lab.sheet.budget);
    let check = |what: &str, folder: &Path| {
        let began = Instant::now();
        let checked = lab.check(folder, host);
        let took = began.elapsed();
        let late = (took > budget).then(|| {
            format!("{what}: took {:.1} s, and the budget is {:.1} s", took.as_secs_f64(), lab.sheet.budget)
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
    wrong.extend(lab.sheet.work.lint(lab, host));
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
