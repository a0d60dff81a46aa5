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
    let mut wrong: Vec<&Wrong> = Vec::new();
    for one in all.iter().filter_map(|checked| checked.wrong.as_ref()) {
        // One mistake may be the reason why several checks fail.
        if !wrong.contains(&one) {
            wrong.push(one);
        }
    }
    wrong.sort_by_key(|wrong| wrong.kind == NOT_CHECKED);
    let Some((first, others)) = wrong.split_first() else { return };
    wrong_answer(first, folder);
    let are_told = |wrong: &&&Wrong| ![MISTAKE, NOT_CHECKED].contains(&wrong.kind.as_str());
    others.iter().filter(are_told).for_each(|other| also_wrong(other));
    let unread = others.iter().filter(|other| other.kind == MISTAKE).count();
    if unread > 0 {
        say!("\n  ({} more cannot be read)", count(unread, "part"));
    }
    if first.kind != MISTAKE {
        say!();
        paragraph(2, &format!("The idea: {}", lab.sheet.idea));
    }
}

/// A drawing of more lines is for whoever has mended what comes before it.
const MOST_LINES: usize = 12;

/// Prints what else is wrong, with its drawing if that is short.
fn also_wrong(wrong: &Wrong) {
    say!();
    sentence(wrong);
    if wrong.drawn.trim_end().lines().count() <= MOST_LINES {
        drawn(wrong);
    }
}

/// The kind, the sentence, and the program that shows it.
fn sentence(wrong: &Wrong) {
    let head = if [MISTAKE, NOT_CHECKED].contains(&wrong.kind.as_str()) {
        String::new()
    } else {
        format!("{}: ", wrong.kind)
    };
    paragraph(2, &format!("{head}{}", wrong.sentence));
    if let Some(program) = wrong.program.as_ref().filter(|_| !wrong.drawn.contains("\n  program ")) {
        paragraph(2, &format!("program: {program}"));
    }
}

/// A line, or several if it is wider than a terminal.
pub(crate) fn in_a_terminal(line: &str) -> Vec<String> {
    if line.chars().count() <= WIDTH {
        return vec![line.to_owned()];
    }
    let indent = line.len() - line.trim_start().len();
    let rows = wrapped(line.trim_start(), WIDTH - indent - 2);
    let more = |(at, row): (usize, &String)| format!("{:1$}{row}", "", indent + if at == 0 { 0 } else { 2 });
    rows.iter().enumerate().map(more).collect()
}

fn drawn(wrong: &Wrong) {
    if !wrong.drawn.is_empty() {
        say!();
        // A drawing is as wide as a terminal; a sentence in it may be wider.
        let lines: Vec<String> = wrong.drawn.trim_end().lines().flat_map(in_a_terminal).collect();
        let indent = if lines.iter().all(|line| line.chars().count() <= WIDTH - 2) { "  " } else { "" };
        lines.iter().for_each(|line| say!("{}", format!("{indent}{line}").trim_end()));
    }
}

/// Prints what is wrong, and what there is to see of it.
fn wrong_answer(wrong: &Wrong, folder: &Path) {
    say!();
    sentence(wrong);
    drawn(wrong);
    if let Some(page) = &wrong.page {
        let path = folder.join("failure.html");
        match runner::write_file::write_whole(&path, page.as_bytes()) {
            Ok(()) => say!("\n  step through it in a browser:\n  {}", path.display()),
            Err(error) => say!("\n  the page of it could not be written:\n  `{}`: {error}", path.display()),
        }
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
    say!("\nYour answer goes into\n  {}", answer.display());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wide_line_is_several_in_a_terminal() {
        let line = format!("    = write one of: {}", "word, ".repeat(30));
        let rows = in_a_terminal(&line);
        assert!(rows.len() > 2 && rows.iter().all(|row| row.chars().count() <= WIDTH), "{rows:?}");
        assert!(rows[0].starts_with("    = write") && rows[1].starts_with("      word"), "{rows:?}");
        assert_eq!(in_a_terminal("  short"), ["  short"]);
    }
}
