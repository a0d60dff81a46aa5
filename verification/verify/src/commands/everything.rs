//! What `cargo verify` does without a command.

use super::cli::Profile;
use super::options::{Options, SELF_TEST_PROGRAMS, many_of_a_subject};
use explore::engine::Engine;
use runner::families::{FamilyRun, ORACLE};
use runner::plan::{Plan, usual_engines};
use verify::certificates::source::SOURCE;
use verify::{deliberate_failures, families, scenarios};

/// What `cargo verify` does without a command.
pub(crate) fn everything(profile: Profile, options: &Options) -> Plan {
    let full = profile == Profile::Full;
    let all = scenarios::all();
    let mut plan = Plan { self_tests_anew: true, ..Plan::default() };
    let programs = if full { 10 * SELF_TEST_PROGRAMS } else { SELF_TEST_PROGRAMS };
    plan.self_tests(options.seed, programs, many_of_a_subject(programs));
    deliberate_failures::add(&mut plan, &all);
    if full {
        for scenario in &scenarios::plain() {
            plan.scenario(scenario, &ORACLE, |job| job.budget = options.budget);
        }
    }
    for scenario in &all {
        let mut engines = usual_engines(scenario);
        if !full && scenarios::SLOW_UNDER_DFS.contains(&scenario.name.as_str()) {
            engines.retain(|engine| *engine != Engine::ShuttleDfs);
        }
        if full {
            let more = [Engine::LoomVisible, Engine::ShuttleDfs, Engine::ShuttlePct, Engine::ShuttleRandom];
            let more = more.into_iter().filter(|engine| !engines.contains(engine)).collect::<Vec<_>>();
            let small =
                scenario.program.threads.len() <= 2 && !scenario.program.subject.is_long && !scenario.large;
            engines.extend(more.into_iter().filter(|engine| small || !engine.is_exhaustive()));
        }
        plan.scenario(scenario, &engines, |job| {
            job.seed = options.seed;
            job.budget = options.budget;
            job.schedules = if full { 20_000 } else { 2_000 };
        });
    }
    // The full profile has other families: `docs/families.md`.
    let mut runs = [families::quick(), families::helping()]
        .map(|run| FamilyRun { eager_may_follow: true, ..run })
        .to_vec();
    if full {
        runs = families::certified(true);
        runs.extend(families::of_the_patterns());
        runs.extend(families::asked_of_the_oracle(options.seed));
        runs.extend(families::abstract_modes());
    }
    runs.extend(families::lawless(full));
    for run in runs {
        plan.family(&FamilyRun { budget: options.budget, ..run }, &SOURCE);
    }
    plan.spread_jobs();
    plan
}
