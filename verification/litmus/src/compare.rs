//! What loom shows beside what RC11 allows, and the name of the reason where they differ.

use crate::enumerate::{Allowed, allowed};
use crate::on_loom::shown;
use crate::program::{Access, Change, Order, Outcome, Program, Step, Value};
use crate::rc11::{Model, RC11};
use std::collections::BTreeSet;
use std::fmt;

/// Why loom differs from RC11. Each is tested on the outcome itself: it is one that a changed model no longer allows, or allows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reason {
    /// A read-modify-write reads the latest value, also if it fails.
    ExchangesInTurn,
    /// loom's order of `SeqCst` accesses is that of execution.
    SeqCstInTurn,
    /// Both.
    BothInTurn,
    /// loom does not switch threads at a fence: it shows what is missed once each fence has an access of another location before it.
    FencesDoNotSwitch,
    /// loom honours `SeqCst` for a location only if every store to it is `SeqCst` (issue 180).
    WeakSeqCst,
    /// loom orders two stores only where one happens before the other (issue 282).
    PartialOrder,
    /// Not even that order is kept.
    Incoherent,
    /// None of these.
    Unknown,
}

impl Reason {
    /// Models that forbid more, in the order in which they are tried.
    const MISSED: [(Reason, Model); 3] = [
        (Reason::SeqCstInTurn, Model { sc_in_turn: true, ..RC11 }),
        (Reason::ExchangesInTurn, Model { exchanges_in_turn: true, ..RC11 }),
        (Reason::BothInTurn, Model { sc_in_turn: true, exchanges_in_turn: true, ..RC11 }),
    ];

    /// Models that allow more, in the order in which they are tried.
    const EXTRA: [(Reason, Model); 3] = [
        (Reason::WeakSeqCst, Model { accesses_sc: false, ..RC11 }),
        (Reason::PartialOrder, Model { partial_order: true, ..RC11 }),
        (
            Reason::Incoherent,
            Model { partial_order: true, coherence: false, accesses_sc: false, fences_sc: false, ..RC11 },
        ),
    ];
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Reason::ExchangesInTurn => "a read-modify-write reads the latest value, also if it fails",
            Reason::SeqCstInTurn => "SeqCst accesses take effect in the order of execution",
            Reason::BothInTurn => {
                "SeqCst accesses and read-modify-writes take effect in the order of execution"
            }
            Reason::FencesDoNotSwitch => "a fence is not a point at which threads switch",
            Reason::WeakSeqCst => "SeqCst is honoured only where every store has it (issue 180)",
            Reason::PartialOrder => "modification order is partial (issue 282)",
            Reason::Incoherent => "modification order has gaps (issue 282)",
            Reason::Unknown => "not known",
        })
    }
}

/// Both sets, and how they differ.
#[derive(Clone, Debug)]
pub struct Compared {
    /// What RC11 allows.
    pub rc11: Allowed,
    /// What loom shows.
    pub loom: Allowed,
    /// What RC11 allows and loom does not show.
    pub missed: Vec<(Outcome, Reason)>,
    /// What loom shows and RC11 forbids.
    pub extra: Vec<(Outcome, Reason)>,
    /// Why only one of them says that plain memory races.
    pub race: Option<Reason>,
}

impl Compared {
    /// Whether the two agree.
    pub fn agrees(&self) -> bool {
        self.race.is_none() && self.missed.is_empty() && self.extra.is_empty()
    }

    /// The reasons of all differences, each once.
    pub fn reasons(&self) -> BTreeSet<Reason> {
        let of = self.missed.iter().chain(&self.extra).map(|(_, reason)| *reason);
        of.chain(self.race).collect()
    }
}

/// Compares them. Where plain memory races, the program may do anything, and only that is compared.
///
/// # Errors
/// When one of them does not end.
pub fn compare(program: &Program) -> Result<Compared, String> {
    let (rc11, loom) = (allowed(program, &RC11)?, shown(program)?);
    let (missed, extra) = (Vec::new(), Vec::new());
    let mut compared = Compared { rc11, loom, missed, extra, race: None };
    let (rc11, loom) = (&compared.rc11, &compared.loom);
    match (rc11.has_a_race, loom.has_a_race) {
        (true, true) => {}
        (true, false) => {
            let shows = with_switches(program).map(|other| shown(&other)).transpose()?;
            let is_seen = shows.is_some_and(|shown| shown.has_a_race);
            compared.race = Some(if is_seen { Reason::FencesDoNotSwitch } else { Reason::Unknown });
        }
        (false, true) => {
            let races = |found: &Allowed| found.has_a_race;
            compared.race = Some(reason(program, &Reason::EXTRA, races)?);
        }
        (false, false) => {
            let missed: Vec<Outcome> = rc11.outcomes.difference(&loom.outcomes).cloned().collect();
            let extra: Vec<Outcome> = loom.outcomes.difference(&rc11.outcomes).cloned().collect();
            for outcome in missed {
                let reason = why_missed(program, &outcome)?;
                compared.missed.push((outcome, reason));
            }
            for outcome in extra {
                let reason = reason(program, &Reason::EXTRA, |found| found.outcomes.contains(&outcome))?;
                compared.extra.push((outcome, reason));
            }
        }
    }
    Ok(compared)
}

/// The reason of the first model of which the test holds.
fn reason(
    program: &Program,
    models: &[(Reason, Model)],
    test: impl Fn(&Allowed) -> bool,
) -> Result<Reason, String> {
    for (reason, model) in models {
        if test(&allowed(program, model)?) {
            return Ok(*reason);
        }
    }
    Ok(Reason::Unknown)
}

fn why_missed(program: &Program, outcome: &Outcome) -> Result<Reason, String> {
    let found = reason(program, &Reason::MISSED, |found| !found.outcomes.contains(outcome))?;
    let (Reason::Unknown, Some(other)) = (found, with_switches(program)) else { return Ok(found) };
    // The location that was added is the last one.
    let without = |of: &Outcome| of.locations[..of.locations.len() - 1] == outcome.locations;
    let is_shown =
        shown(&other)?.outcomes.iter().any(|of| of.registers.starts_with(&outcome.registers) && without(of));
    Ok(if is_shown { Reason::FencesDoNotSwitch } else { Reason::Unknown })
}

/// The same program with an access of another location before each fence; none if it has no fences.
fn with_switches(program: &Program) -> Option<Program> {
    let is_fence = |step: &Step| matches!(step.access, Access::Fence(_));
    if !program.threads.iter().flatten().any(is_fence) {
        return None;
    }
    let mut other = program.clone();
    let location = other.locations.len();
    other.locations.push("switch".into());
    for (thread, steps) in program.threads.iter().enumerate() {
        other.threads[thread].clear();
        for step in steps {
            if is_fence(step) {
                let register = other.registers.len();
                other.registers.push(format!("switch{register}"));
                let access =
                    Access::Modify(register, location, Change::Swap(Value::Number(0)), Order::Relaxed);
                other.threads[thread].push(Step { when: step.when, access });
            }
            other.threads[thread].push(*step);
        }
    }
    Some(other)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shapes::all_sc;
    use explore::random::Random;

    fn compared(text: &str) -> Compared {
        compare(&text.parse().unwrap()).unwrap()
    }

    #[test]
    fn where_loom_is_right_nothing_differs() {
        for text in [
            "x := 1 rlx; r = y rlx || y := 1 rlx; s = x rlx",
            "d := 1 na; y := 1 rel || r = y acq; if r == 1: s = d na",
        ] {
            assert!(compared(text).agrees(), "{text}");
        }
    }

    /// As on the paths of the map without the mutex.
    #[test]
    fn where_all_is_seqcst_and_all_writes_are_read_modify_writes_nothing_differs() {
        let mut random = Random(3);
        let mut programs = 0;
        while programs < 300 {
            let mut program = all_sc(&crate::random::program(&mut random));
            if program.locations.len() > 2 {
                continue; // with plain memory
            }
            let mut registers = program.registers.clone();
            for step in program.threads.iter_mut().flatten() {
                if let Access::Store(location, value, order) = step.access {
                    registers.push(format!("w{}", registers.len()));
                    step.access = Access::Modify(registers.len() - 1, location, Change::Swap(value), order);
                }
            }
            program.registers = registers;
            assert!(compare(&program).unwrap().agrees(), "{program}");
            programs += 1;
        }
    }

    #[test]
    fn each_reason_has_a_program_that_shows_it() {
        for (text, reason) in [
            ("x := 1 sc; y := 2 sc || y := 1 sc; x := 2 sc", Reason::WeakSeqCst),
            ("y := 1 sc; r = y sc || s = add y 2 sc", Reason::PartialOrder),
            ("y := 1 rlx; r = y sc || s = cas y 0 2 acq sc; y := 1 rlx", Reason::Incoherent),
            ("x := 1 sc || r = x acq; s = y sc || y := 1 sc || t = y acq; u = x sc", Reason::SeqCstInTurn),
            (
                "x := 1 rlx; r = cas y 7 8 rlx rlx || y := 1 rlx; s = cas x 7 8 rlx rlx",
                Reason::ExchangesInTurn,
            ),
            (
                "d := 1 na; fence sc; x := 2 rel || r = x sc; fence sc; if r == 1: s = d na || x := 1 rel",
                Reason::FencesDoNotSwitch,
            ),
        ] {
            let found = compared(text).reasons();
            assert!(found.contains(&reason) && !found.contains(&Reason::Unknown), "{text}: {found:?}");
        }
    }
}
