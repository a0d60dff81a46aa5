//! Checks of the suite itself: something wrong on purpose, which must be reported as what it is.

use crate::orderings::kept::Record;
use crate::subjects;
use explore::engine::Engine;
use explore::job::Job;
use linear::Program;
use runner::batch::Batch;
use runner::families as family;
use runner::families::{Family, Size};
use runner::plan::{Plan, Planned};
use runner::scenarios::Scenario;
use std::time::Duration;

fn kinds(kinds: &[&str]) -> Vec<String> {
    kinds.iter().map(|kind| (*kind).to_owned()).collect()
}

/// Adds what must fail: misbehaviour of each kind, and orderings weaker than the algorithm needs.
pub fn add(plan: &mut Plan, scenarios: &[Scenario]) {
    let misdeeds: [(&str, &[&str]); 6] = [
        ("panic", &["panic"]),
        ("hang", &["hang"]),
        ("abort", &["crash"]),
        ("overflow", &["crash"]),
        ("wrong", &["not linearizable"]),
        ("deadlock", &["deadlock", "hang"]),
    ];
    let canary = subjects::by_name("canary").expect("a subject of the table");
    for (misdeed, expected) in misdeeds {
        let program =
            Program::parse(canary, &format!("|| ok || {misdeed}")).expect("the canary's operations");
        for engine in [Engine::LoomLeak, Engine::ShuttleSleep, Engine::Threads] {
            let mut job = Job::new(&program, engine);
            job.patience = Some(Duration::from_secs(2));
            plan.must_fail(format!("{misdeed} on {engine}"), job, kinds(expected));
        }
    }
    // loom as it ships must be caught by the comparison of the engines.
    let name = "stock loom on programs of the family 2x1".to_owned();
    plan.must_fail.insert(name.clone(), kinds(&["disagreement", "missing outcome"]));
    let family = Family::new("map", Size::of(2, 1), Some(1)).expect("a family");
    plan.tasks.push(Planned::Batch(Batch {
        family: 0,
        subject: family.subject.clone(),
        programs: family::programs(&family).into_iter().enumerate().collect(),
        engines: vec![Engine::ShuttleSleep, Engine::LoomLeak],
        bound: None,
        budget: None,
        lawless: false,
        eager_may_follow: false,
        weak_on_loom: false,
        crippled: Some(name),
    }));
    weak_orderings(plan, scenarios);
}

/// Each weakening that the ordering matrix calls needed, on the program that it names; and a weakening of three rows that
/// only together are what acquire and release alone would be.
fn weak_orderings(plan: &mut Plan, scenarios: &[Scenario]) {
    let together = [("ORD-6", "Acquire"), ("ORD-7", "AcqRel"), ("ORD-8", "Acquire")];
    if let Some(scenario) = scenarios.iter().find(|scenario| scenario.name == "sb_two_keys") {
        let mut job = Job::new(&scenario.program, Engine::LoomLeak);
        job.orderings = together.iter().map(|(id, weak)| ((*id).to_owned(), (*weak).to_owned())).collect();
        let name = "sb_two_keys with ORD-6 Acquire, ORD-7 AcqRel, ORD-8 Acquire".to_owned();
        plan.must_fail(name, job, kinds(&["not linearizable"]));
    }
    let record = match Record::kept() {
        Ok(record) => record,
        Err(problem) => return plan.problems.push(problem),
    };
    match record.all_problems() {
        Ok(problems) => plan.problems.extend(problems),
        Err(problem) => plan.problems.push(problem),
    }
    for row in &record.rows {
        let Some(killer) = &row.killer else { continue };
        let name = format!("{} {}: `{}`", row.id, row.weaker, killer.program);
        let subject = subjects::by_name(&killer.subject);
        match subject.and_then(|subject| Program::parse(subject, &killer.program).ok()) {
            Some(program) => {
                let mut job = Job::new(&program, Engine::LoomLeak);
                job.orderings = vec![(row.id.clone(), row.weaker.clone())];
                job.outcomes_only = !killer.in_real_time_only;
                plan.must_fail(name, job, vec![killer.fails_as.clone()]);
            }
            None => plan.problems.push(format!("{name} is not a program of {}", killer.subject)),
        }
    }
}
