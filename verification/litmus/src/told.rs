//! What the command says of one program, line by line.

use crate::compare::{Compared, Reason};
use crate::enumerate::Allowed;
use crate::program::{Outcome, Program};
use crate::rc11::RC11;
use crate::shapes::{DATA_RACE, wanted};
use crate::shown::{example, lines, why_not};

/// How wide a terminal is, at the least.
const WIDTH: usize = 80;

fn outcomes(set: &Allowed, program: &Program) -> Vec<String> {
    match set.has_a_race {
        true => vec![DATA_RACE.to_owned()],
        false => set.outcomes.iter().map(|outcome| outcome.show(program)).collect(),
    }
}

fn executions(number: u64) -> String {
    format!("{number} execution{}", if number == 1 { "" } else { "s" })
}

/// Both sets of outcomes, and why they differ.
pub fn both(program: &Program, compared: &Compared) -> Vec<String> {
    let (rc11, loom) = (outcomes(&compared.rc11, program), outcomes(&compared.loom, program));
    let mut all: Vec<&String> = rc11.iter().chain(&loom).collect();
    all.sort();
    all.dedup();
    let width = all.iter().map(|outcome| outcome.len()).max().unwrap_or(0).max(7);
    let mut told = vec![program.to_string(), String::new(), format!("{:<width$}  RC11  loom", "outcome")];
    let differ: Vec<(String, Reason)> = compared
        .missed
        .iter()
        .chain(&compared.extra)
        .map(|(outcome, reason)| (outcome.show(program), *reason))
        .collect();
    for outcome in all {
        let word = |set: &[String]| if set.contains(outcome) { "yes" } else { "no" };
        let why = differ.iter().find(|(of, _)| of == outcome);
        let why = why.map_or_else(String::new, |(_, reason)| format!("  {reason}"));
        let row = format!("{outcome:<width$}  {:<4}  {:<4}", word(&rc11), word(&loom)).trim_end().to_owned();
        match row.len() + why.len() > WIDTH {
            true => told.extend([row, format!("    {}", why.trim_start())]),
            false => told.push((row + &why).trim_end().to_owned()),
        }
    }
    told.push(String::new());
    let (allows, explored) = (executions(compared.rc11.executions), executions(compared.loom.executions));
    told.push(format!("RC11 allows {allows}; loom explored {explored}."));
    if let Some(reason) = compared.race {
        let (who, other) = if compared.rc11.has_a_race { ("RC11", "loom") } else { ("loom", "RC11") };
        told.push(format!("{who} says that plain memory races, {other} does not: {reason}."));
    }
    told
}

/// One execution with these values, or the axiom that forbids it.
///
/// # Errors
/// When the text is not of registers and locations of the program, or the program cannot be enumerated.
pub fn one(program: &Program, text: &str) -> Result<Vec<String>, String> {
    let is_race = text == DATA_RACE;
    let parts = if is_race { Vec::new() } else { wanted(text, program)? };
    let holds = |outcome: &Outcome| parts.iter().all(|part| part.holds(outcome));
    let found = example(program, &RC11, |outcome, races| if is_race { races } else { holds(outcome) })?;
    if let Some(execution) = found {
        let mut told = vec![format!("RC11 allows `{text}`:"), String::new()];
        told.extend(lines(program, &execution));
        return Ok(told);
    }
    if is_race {
        return Ok(vec!["RC11 allows no data race here.".to_owned()]);
    }
    let axiom = why_not(program, holds)?.unwrap_or_default();
    Ok(vec![format!("RC11 forbids `{text}`, by {axiom}.")])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_asked_for_is_shown_or_forbidden_by_an_axiom() {
        let program: Program = "d := 1 na || r = d na".parse().unwrap();
        assert!(one(&program, "data race").unwrap()[0].starts_with("RC11 allows `data race`"));
        let program: Program = "x := 1 sc; r = y sc || y := 1 sc; s = x sc".parse().unwrap();
        assert!(one(&program, "r=0 s=0").unwrap()[0].contains("the order of SeqCst accesses"));
        assert!(one(&program, " ").unwrap_err().contains("no values"));
        assert!(one(&program, "q=0").unwrap_err().contains("`q=0` is not a register or a location"));
    }
}
