//! An execution as a person reads it: what each access saw, and from whom.

use crate::enumerate::each_allowed;
use crate::execution::{BEGINNING, Execution};
use crate::program::{Outcome, Program};
use crate::rc11::{Model, RC11, has_a_race};

/// An allowed execution that ends as the test says: the first in which the test holds of its outcome, and of whether it has a race.
///
/// # Errors
/// When the program cannot be enumerated.
pub fn example(
    program: &Program,
    model: &Model,
    test: impl Fn(&Outcome, bool) -> bool,
) -> Result<Option<Execution>, String> {
    let mut found: Option<Execution> = None;
    each_allowed(program, model, |execution, outcomes| {
        if found.is_none() && outcomes.iter().any(|outcome| test(outcome, has_a_race(execution))) {
            found = Some(execution.clone());
        }
    })?;
    Ok(found)
}

/// A line for each access, thread by thread: what it saw, and who had written it. Then the order of the writes to each location that has more
/// than one.
pub fn lines(program: &Program, execution: &Execution) -> Vec<String> {
    let mut lines = Vec::new();
    let width = program.threads.iter().flatten().map(|step| program.show_step(step).len()).max().unwrap_or(0);
    for (thread, steps) in program.threads.iter().enumerate() {
        lines.push(format!("thread {thread}"));
        for (number, step) in steps.iter().enumerate() {
            let event = execution.events.iter().find(|event| (event.thread, event.step) == (thread, number));
            let note = match event {
                None => "not made".to_owned(),
                Some(event) => {
                    event.reads_from().map_or_else(String::new, |from| seen(program, execution, from))
                }
            };
            lines.push(format!("  {:<width$}  {note}", program.show_step(step)).trim_end().to_owned());
        }
    }
    for (location, order) in execution.modifications.iter().enumerate() {
        if order.len() > 2 {
            let values: Vec<String> = order.iter().map(|write| execution.value(*write).to_string()).collect();
            lines.push(format!("{} was, in this order: {}", program.locations[location], values.join(", ")));
        }
    }
    lines
}

fn seen(program: &Program, execution: &Execution, from: usize) -> String {
    let (event, value) = (&execution.events[from], execution.value(from));
    let who = match event.thread {
        BEGINNING => "from the beginning".to_owned(),
        thread => {
            let step = program.threads[thread].get(event.step);
            format!(
                "which thread {thread} wrote: {}",
                step.map(|step| program.show_step(step)).unwrap_or_default()
            )
        }
    };
    format!("<- sees {value}, {who}")
}

/// Which axiom of RC11 forbids what the test asks for: the first without which it would be allowed, in words; nothing if it is allowed.
///
/// # Errors
/// When the program cannot be enumerated.
pub fn why_not(program: &Program, test: impl Fn(&Outcome) -> bool) -> Result<Option<&'static str>, String> {
    let allows =
        |model: &Model| example(program, model, |outcome, _| test(outcome)).map(|found| found.is_some());
    if allows(&RC11)? {
        return Ok(None);
    }
    let axioms = [
        (Model { accesses_sc: false, ..RC11 }, "the order of SeqCst accesses, on which all threads agree"),
        (Model { fences_sc: false, ..RC11 }, "the order of SeqCst fences, on which all threads agree"),
        (
            Model { accesses_sc: false, fences_sc: false, ..RC11 },
            "the order of SeqCst accesses and fences, on which all threads agree",
        ),
        (
            Model { atomicity: false, ..RC11 },
            "atomicity: nothing comes between what a read-modify-write reads and what it writes",
        ),
        (
            Model { coherence: false, ..RC11 },
            "coherence: what happens before agrees with the order of the writes to each location, and with what was read",
        ),
    ];
    for (model, axiom) in axioms {
        if allows(&model)? {
            return Ok(Some(axiom));
        }
    }
    Ok(Some("no reads from which these values could come, without one that reads what comes later"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_execution_is_told_with_who_wrote_what_each_access_sees() {
        let program: Program = "x := 1 rlx; y := 1 rlx || r = y rlx; if r == 1: s = x rlx".parse().unwrap();
        let stale = |outcome: &Outcome, _: bool| outcome.registers == [Some(1), Some(0)];
        let execution = example(&program, &RC11, stale).unwrap().unwrap();
        let told = lines(&program, &execution).join("\n");
        let wanted = "thread 0\n  x := 1 rlx\n  y := 1 rlx\nthread 1\n  r = y rlx             <- sees 1, which thread 0 wrote: y := 1 rlx\n  \
                      if r == 1: s = x rlx  <- sees 0, from the beginning";
        assert_eq!(told, wanted);
    }

    #[test]
    fn what_is_forbidden_is_so_by_an_axiom() {
        let why = |text: &str, registers: &[u32]| {
            let wanted: Vec<_> = registers.iter().map(|value| Some(*value)).collect();
            why_not(&text.parse().unwrap(), |outcome| outcome.registers == wanted).unwrap()
        };
        assert_eq!(why("x := 1 rlx; r = y rlx || y := 1 rlx; s = x rlx", &[0, 0]), None);
        let of = |text: &str, registers: &[u32], part: &str| {
            let axiom = why(text, registers).unwrap();
            assert!(axiom.starts_with(part), "{text}: {axiom}");
        };
        of("x := 1 sc; r = y sc || y := 1 sc; s = x sc", &[0, 0], "the order of SeqCst accesses,");
        of(
            "x := 1 rlx; fence sc; r = y rlx || y := 1 rlx; fence sc; s = x rlx",
            &[0, 0],
            "the order of SeqCst fences",
        );
        of("x := 1 rlx; y := 1 rel || r = y acq; s = x rlx", &[1, 0], "coherence");
        of("r = cas x 0 1 rlx || s = cas x 0 2 rlx", &[0, 0], "atomicity");
        of("r = x rlx; y := 1 rlx || s = y rlx; x := 1 rlx", &[1, 1], "no reads");
    }
}
