//! What `cargo verify lab` prints of labs and checks.

use crate::checked::{Checked, MISTAKE, NOT_CHECKED, Wrong};
use crate::exploring::WIDTH;
use crate::lab::Lab;
use crate::progress::Progress;
use runner::say;
use runner::style::{Colour, Style, count, wrapped};
use std::path::Path;

/// Prints a paragraph, with so many spaces before each line.
pub(crate) fn paragraph(indent: usize, text: &str) {
    for line in wrapped(text, WIDTH - indent) {
        say!("{}", format!("{:indent$}{line}", "").trim_end());
    }
}

/// Prints what came of the checks of a lab.
pub(crate) fn checked(lab: &Lab, all: &[Checked], folder: &Path) {
    let style = Style::of_output();
    say!("Lab {}: {}", lab.number, lab.sheet.title);
    for checked in all {
        let (colour, mark) = match &checked.wrong {
            None => (Colour::Green, "✓"),
            Some(wrong) if wrong.kind == NOT_CHECKED => (Colour::Yellow, "–"),
            Some(_) => (Colour::Red, "✗"),
        };
        let points = match checked.passes() {
            true => count(checked.points as usize, "point"),
            false => format!("0 of {}", count(checked.points as usize, "point")),
        };
        say!("{}", style.line(colour, &format!("  {mark} {}", checked.name), &format!("  ({points})")));
    }
    let first =
        all.iter().find_map(|checked| checked.wrong.as_ref().filter(|wrong| wrong.kind != NOT_CHECKED));
    let first = first.or_else(|| all.iter().find_map(|checked| checked.wrong.as_ref()));
    if let Some(wrong) = first {
        wrong_answer(lab, wrong, folder);
    }
}

/// Prints what is wrong, and what there is to see of it.
fn wrong_answer(lab: &Lab, wrong: &Wrong, folder: &Path) {
    say!();
    let head = if [MISTAKE, NOT_CHECKED].contains(&wrong.kind.as_str()) {
        String::new()
    } else {
        format!("{}: ", wrong.kind)
    };
    paragraph(2, &format!("{head}{}", wrong.sentence));
    if let Some(program) = wrong.program.as_ref().filter(|_| !wrong.drawn.contains("\n  program ")) {
        paragraph(2, &format!("program: {program}"));
    }
    if !wrong.drawn.is_empty() {
        say!();
        wrong.drawn.trim_end().lines().for_each(|line| say!("{}", format!("  {line}").trim_end()));
    }
    if let Some(page) = &wrong.page {
        let path = folder.join("failure.html");
        match runner::write_file::write_whole(&path, page.as_bytes()) {
            Ok(()) => say!("\n  step through it in a browser: {}", path.display()),
            Err(error) => say!("\n  the page of it could not be written: `{}`: {error}", path.display()),
        }
    }
    if wrong.kind != MISTAKE {
        say!();
        paragraph(2, &format!("The idea: {}", lab.sheet.idea));
    }
}

/// Prints all labs, by unit.
pub(crate) fn list(labs: &[Lab], progress: &Progress) {
    let style = Style::of_output();
    let mut unit = 0;
    for lab in labs {
        if lab.sheet.unit != unit {
            unit = lab.sheet.unit;
            say!(
                "{}Unit {unit}: {}",
                if lab.number == labs[0].number { "" } else { "\n" },
                crate::lab::unit_title(unit)
            );
        }
        let done = progress.of(&lab.name);
        let (colour, mark) = if done.passed { (Colour::Green, "✓") } else { (Colour::None, " ") };
        let hints =
            if done.hints > 0 { format!(", {} read", count(done.hints, "hint")) } else { String::new() };
        let optional = if lab.sheet.optional { ", optional" } else { "" };
        let rest = format!(
            "{:<28} {} of {}{hints}{optional}",
            lab.name,
            done.points,
            count(lab.points() as usize, "point")
        );
        say!("{}", style.line(colour, &format!("  {mark} "), &rest));
    }
    let counted = || labs.iter().filter(|lab| !lab.sheet.optional);
    let earned: u32 = counted().map(|lab| progress.of(&lab.name).points).sum();
    let all: u32 = counted().map(Lab::points).sum();
    let passed = counted().filter(|lab| progress.of(&lab.name).passed).count();
    say!("\n{passed} of {} labs passed, {earned} of {all} points", counted().count());
}

/// Prints the text of a lab, and where its answer is.
pub(crate) fn text(text: &str, answer: &Path) {
    text.trim_end().lines().for_each(|line| say!("{line}"));
    say!("\nYour answer goes into {}", answer.display());
}
