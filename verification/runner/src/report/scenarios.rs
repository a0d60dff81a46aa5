//! The part of the page with a line a scenario: what each engine has explored, and the outcomes.

use crate::outcomes::{Expected, Outcomes, engine_of};
use explore::engine::ENGINES;
use explore::subjects;
use linear::{Level, Program, Verdict};
use maud::{Markup, html};
use std::collections::BTreeMap;

/// The verdicts on one program.
struct Scenario<'v> {
    subject: &'v str,
    name: &'v str,
    program: &'v str,
    verdicts: Vec<&'v Verdict>,
}

/// The verdicts by scenario, in the order in which the scenarios came.
fn scenarios(verdicts: &[Verdict]) -> Vec<Scenario<'_>> {
    let mut found: Vec<Scenario<'_>> = Vec::new();
    let mut places = BTreeMap::new();
    for verdict in verdicts {
        let (subject, program) = (verdict.subject.as_str(), verdict.program.as_str());
        let name = verdict.name.as_deref().unwrap_or(program);
        let place = *places.entry((subject, name)).or_insert_with(|| {
            found.push(Scenario { subject, name, program, verdicts: Vec::new() });
            found.len() - 1
        });
        found[place].verdicts.push(verdict);
    }
    found.sort_by_key(|scenario| (scenario.subject, scenario.name));
    for scenario in &mut found {
        scenario.verdicts.sort_by_key(|verdict| {
            ENGINES.iter().position(|(_, engine, mode)| (*engine, *mode) == (&verdict.engine, &verdict.mode))
        });
    }
    found
}

/// The programs that took longest, on the engine that they took longest on.
pub(super) fn slowest(verdicts: &[Verdict]) -> Markup {
    let mut slowest: Vec<&Verdict> = verdicts.iter().collect();
    slowest.sort_by(|a, b| b.seconds.total_cmp(&a.seconds));
    html! {
        h2 id="slowest" { "What took longest" }
        table {
            tr { th { "scenario" } th { "engine" } th { "verdict" } th { "executions" } th { "seconds" } }
            @for verdict in slowest.into_iter().take(10) {
                tr {
                    td { (verdict.name.as_deref().unwrap_or(&verdict.program)) } td { (engine_of(verdict)) }
                    td.failed[verdict.verdict == Level::Failed].truncated[verdict.verdict == Level::Truncated] { (verdict.verdict) }
                    td.number { (verdict.executions) } td.number { (format!("{:.2}", verdict.seconds)) }
                }
            }
        }
    }
}

/// How many verdicts of each kind there are of each subject.
pub(super) fn by_subject(verdicts: &[Verdict]) -> Markup {
    let mut subjects: BTreeMap<&str, Vec<&Verdict>> = BTreeMap::new();
    for verdict in verdicts {
        subjects.entry(&verdict.subject).or_default().push(verdict);
    }
    let kinds = ["COMPLETE", "BOUNDED", "SAMPLED", "TRUNCATED", "FAILED"];
    let kind = |verdict: &Verdict| match verdict.verdict {
        Level::Complete => kinds[0],
        Level::Bounded(_) => kinds[1],
        Level::Sampled(_) => kinds[2],
        Level::Truncated => kinds[3],
        Level::Failed => kinds[4],
    };
    html! {
        table {
            tr { th { "subject" } @for name in kinds { th { (name) } } th { "executions" } th { "seconds" } }
            @for (subject, of) in &subjects {
                tr {
                    td { a href=(format!("#{subject}")) { (subject) } }
                    @for name in kinds {
                        @let count = of.iter().filter(|verdict| kind(verdict) == name).count();
                        td.number.failed[name == "FAILED" && count > 0].truncated[name == "TRUNCATED" && count > 0] { (count) }
                    }
                    td.number { (of.iter().map(|verdict| verdict.executions).sum::<u64>()) }
                    td.number { (format!("{:.1}", of.iter().map(|verdict| verdict.seconds).sum::<f64>())) }
                }
            }
        }
    }
}

/// A line a scenario, under the name of its subject; the outcomes are folded below it.
pub(super) fn all(verdicts: &[Verdict]) -> Markup {
    let scenarios = scenarios(verdicts);
    html! {
        h2 id="verdicts" { "Verdicts and outcomes" }
        p {
            "Behind each engine are the executions that it explored. A line unfolds into the outcomes: "
            "what each thread's calls returned, and the contents at the end."
        }
        @for (place, scenario) in scenarios.iter().enumerate() {
            @if place == 0 || scenarios[place - 1].subject != scenario.subject {
                h3 id=(scenario.subject) { (scenario.subject) }
            }
            (line(scenario))
        }
    }
}

fn line(scenario: &Scenario<'_>) -> Markup {
    let any = |level| scenario.verdicts.iter().any(|verdict| verdict.verdict == level);
    let (failed, cut) = (any(Level::Failed), any(Level::Truncated));
    html! {
        details.scenario {
            summary {
                b.failed[failed].truncated[cut && !failed] { (scenario.name) }
                @for verdict in &scenario.verdicts {
                    " " span.engine
                        .failed[verdict.verdict == Level::Failed].truncated[verdict.verdict == Level::Truncated]
                        title=(verdict.verdict)
                    {
                        (engine_of(verdict)) " "
                        @match verdict.verdict {
                            Level::Complete => (verdict.executions),
                            level @ Level::Sampled(_) => (level),
                            level => { (level) ", " (verdict.executions) },
                        }
                    }
                }
            }
            p { code { (scenario.program) } }
            (outcomes(scenario))
        }
    }
}

/// The table of outcomes, if it can be told: a program that was taken from another version may be unknown to this one.
fn outcomes(scenario: &Scenario<'_>) -> Markup {
    let subject = subjects::by_name(scenario.subject);
    let Some(Ok(program)) = subject.map(|subject| Program::parse(subject, scenario.program)) else {
        return html! { p { "Its outcomes are not shown: this version does not know the program." } };
    };
    let outcomes = Outcomes::new(&program, &scenario.verdicts);
    let engines: Vec<String> = scenario.verdicts.iter().map(|verdict| engine_of(verdict)).collect();
    html! {
        table.outcomes {
            tr {
                th { "" } @for thread in 0..program.threads.len() { th { "thread " (thread) } }
                th { "at the end" } th { "expected" } @for engine in &engines { th { (engine) } }
            }
            @for outcome in &outcomes.outcomes {
                tr {
                    td.number { (outcome.number) } @for thread in &outcome.threads { td { code { (thread) } } }
                    td { code { (outcome.contents) } }
                    td.failed[outcome.expected == Expected::No] { (outcome.expected.word()) }
                    @for engine in &engines {
                        td.number { @match outcome.found_by.get(engine) { Some(count) => (count), None => "-" } }
                    }
                }
            }
        }
    }
}
