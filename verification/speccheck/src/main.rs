//! Runs a specification through tla-checker: speccheck MODULE.tla CONFIG.cfg
use std::path::Path;
use tla_checker::checker::{CheckResult, check};
use tla_checker::load::prepare_from_path;
fn main() {
    let args: Vec<String> = std::env::args().collect();
    let t = std::time::Instant::now();
    let mut p = prepare_from_path(Path::new(&args[1]), Some(Path::new(&args[2])), &[]).unwrap();
    for w in &p.warnings {
        println!("warning {:?}", w);
    }
    p.checker_config.max_states = 10_000_000;
    p.checker_config.max_depth = 10_000;
    let r = check(&p.spec, &p.domains, &p.checker_config);
    match r {
        CheckResult::Ok(s) => println!(
            "ok {} states, {} transitions, depth {}, {:?}, checked {:?}",
            s.states_explored,
            s.transitions,
            s.max_depth_reached,
            s.transitions_by_action,
            s.properties_checked
        ),
        other => {
            let json = tla_checker::checker::check_result_to_json(&other, &p.spec);
            println!("{json}");
        }
    }
    println!("{:?}", t.elapsed());
}
