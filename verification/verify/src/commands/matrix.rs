//! `cargo verify mutants --matrix`: which checker sees which variant.

use super::usage::Usage;
use runner::console::Format;
use runner::pool::Settings;
use runner::{complain, say};
use std::process::ExitCode;
use std::sync::atomic::Ordering;
use std::time::Instant;
use verify::gallery::copy::Tree;
use verify::gallery::matrix::{self, CONTROL, Measured, checkers};
use verify::gallery::measure::{self, GROUPS, Group};
use verify::gallery::{self, Variant};

/// What of the matrix.
pub(crate) struct Wanted {
    /// Only these; all if empty.
    pub(crate) only: Vec<Group>,
    /// Also what is there.
    pub(crate) again: bool,
}

impl Wanted {
    fn groups(&self, row: &Measured) -> Vec<Group> {
        let wanted = |group: &Group| {
            (self.only.is_empty() || self.only.contains(group)) && (self.again || group.is_missing(row))
        };
        GROUPS.into_iter().filter(wanted).collect()
    }

    fn needs_control(&self) -> bool {
        let judged_by_control = [Group::Property, Group::Address];
        self.only.is_empty() || judged_by_control.iter().any(|group| self.only.contains(group))
    }
}

/// Measures what is missing, and keeps each row as soon as it is there.
pub(crate) fn measure(
    tree: &Tree,
    chosen: &[Variant],
    wanted: &Wanted,
    settings: &Settings,
    format: Format,
) -> Result<ExitCode, Usage> {
    let all = gallery::all().map_err(Usage)?;
    let kept = matrix::kept().map_err(Usage)?;
    if wanted.needs_control() && (wanted.again || kept.iter().all(|row| row.id != CONTROL)) {
        let row = measure::control(tree, &all, settings).map_err(Usage)?;
        if !settings.interrupted.load(Ordering::Relaxed) {
            matrix::keep(&[row], &all).map_err(Usage)?;
        }
    }
    let (mut problems, mut left, mut cut) = (0, 0, 0);
    for (number, variant) in chosen.iter().enumerate() {
        let started = Instant::now();
        let mut row = Measured::of(variant, &kept);
        let groups = wanted.groups(&row);
        let known = groups.is_empty();
        if !known {
            complain!("{} ({} of {})", variant.id, number + 1, chosen.len());
        }
        let failed = if known { Ok(()) } else { one(tree, variant, &mut row, &groups, settings) };
        matrix::keep(std::slice::from_ref(&row), &all).map_err(Usage)?;
        let mut wrong: Vec<String> = failed.err().into_iter().collect();
        if settings.interrupted.load(Ordering::Relaxed) {
            left += usize::from(!wanted.groups(&row).is_empty() || (wanted.again && !known));
        } else {
            wrong.extend(
                row.disagreements(variant).into_iter().filter(|text| !is_of_what_was_not_asked(text, wanted)),
            );
        }
        problems += usize::from(!wrong.is_empty());
        let is_cut = row.is_cut_short(variant);
        cut += usize::from(is_cut);
        tell(&row, known, is_cut, &wrong, started.elapsed().as_secs_f64(), format);
    }
    if left > 0 {
        say!("TRUNCATED  {left} variants are not measured; the same command goes on");
    }
    if cut > 0 {
        say!("TRUNCATED  {cut} variants: the family that should show them was cut short");
    }
    Ok(ExitCode::from(match (problems, left + cut) {
        (0, 0) => 0,
        (0, _) => 3,
        _ => 1,
    }))
}

/// With `--only`, cells may be missing.
fn is_of_what_was_not_asked(problem: &str, wanted: &Wanted) -> bool {
    !wanted.only.is_empty() && problem.ends_with("was not measured")
}

fn one(
    tree: &Tree,
    variant: &Variant,
    row: &mut Measured,
    groups: &[Group],
    settings: &Settings,
) -> Result<(), String> {
    if settings.interrupted.load(Ordering::Relaxed) {
        return Ok(());
    }
    let before = tree.edit(variant)?;
    let measured = groups.iter().try_for_each(|group| group.measure(tree, variant, row, settings));
    let restored = before.iter().try_for_each(|(file, text)| tree.write(file, text));
    measured.and(restored)
}

fn tell(row: &Measured, known: bool, is_cut: bool, wrong: &[String], seconds: f64, format: Format) {
    if format == Format::Json {
        say!(
            "{}",
            serde_json::json!({ "kind": "matrix", "id": row.id, "seen": row.seen, "truncated": is_cut, "problems": wrong, "seconds": seconds })
        );
        return;
    }
    let time = if known { "measured before".to_owned() } else { format!("{seconds:.1}s") };
    let what = match (wrong.is_empty(), is_cut) {
        (false, _) => "FAILED",
        (true, true) => "TRUNCATED",
        (true, false) => "ok",
    };
    say!("{what:<9} {:<32} {time}", row.id);
    for checker in checkers() {
        let Some(seen) = row.cell(&checker).filter(|_| !known) else { continue };
        let what = seen.failure.as_ref().unwrap_or(&seen.verdict);
        let family = seen.family.as_ref().map_or_else(String::new, |family| format!(" of {family}"));
        let program = seen.program.as_ref().map_or_else(String::new, |program| format!(": `{program}`"));
        say!("           {checker:<15} {what} ({} executions){family}{program}", seen.executions);
    }
    wrong.iter().for_each(|problem| say!("           {problem}"));
}
