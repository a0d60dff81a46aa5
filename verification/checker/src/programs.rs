//! The programs of a family: every choice of calls, from a few states that one thread leads to.

use crate::subject::{Op, Param, Subject};
use linear::{Answer, letter};
use runner::families::{Size, smallest_first, threads_of};
use std::collections::HashSet;

/// Set-ups of more calls are not looked for.
const MOST_CALLS: usize = 2;

/// The calls of an operation, with each choice of its arguments. A value that is a call's own is `$`.
fn calls(op: &Op, keys: usize) -> Vec<String> {
    op.params.iter().fold(vec![op.name.to_owned()], |calls, param| {
        let choices: Vec<String> = match param {
            Param::Key => (0..keys.max(1) as i64).map(|key| letter(key).to_string()).collect(),
            Param::Value => vec!["$".to_owned()],
            Param::OneOf(values) => values.iter().map(i64::to_string).collect(),
        };
        let with =
            |call: &String| choices.iter().map(|choice| format!("{call} {choice}")).collect::<Vec<_>>();
        calls.iter().flat_map(with).collect()
    })
}

/// Set-ups: none, and the shortest one to each state of the specification that up to two calls lead to.
fn setups<S: Subject>(keys: usize) -> Vec<String> {
    let all = calls_of::<S>(keys, &[]);
    let mut seen = HashSet::from([S::Spec::default()]);
    let mut setups = vec![String::new()];
    let mut longest = vec![(String::new(), S::Spec::default())];
    for depth in 1..=MOST_CALLS {
        let mut longer = Vec::new();
        for (setup, spec) in &longest {
            for (operation, call) in &all {
                let call = call.replace('$', &depth.to_string());
                let mut spec = spec.clone();
                let answer = S::specified(&mut spec, *operation, &arguments(&call));
                if answer != Answer::Blocked && seen.insert(spec.clone()) {
                    let separator = if setup.is_empty() { "" } else { "; " };
                    longer.push((format!("{setup}{separator}{call}"), spec));
                }
            }
        }
        setups.extend(longer.iter().map(|(setup, _)| setup.clone()));
        longest = longer;
    }
    setups
}

/// The arguments of a call, as numbers.
fn arguments(call: &str) -> Vec<i64> {
    let number = |word: &str| match word.as_bytes() {
        [letter @ b'a'..=b'z'] => i64::from(letter - b'a'),
        _ => word.parse().unwrap_or(0),
    };
    call.split(' ').skip(1).map(number).collect()
}

/// The calls of all operations, or of those that are named; each with the number of its operation.
fn calls_of<S: Subject>(keys: usize, only: &[String]) -> Vec<(usize, String)> {
    let wanted = |op: &Op| only.is_empty() || only.iter().any(|name| name == op.name);
    let numbered = S::OPERATIONS.iter().enumerate().filter(|(_, op)| wanted(op));
    numbered.flat_map(|(number, op)| calls(op, keys).into_iter().map(move |call| (number, call))).collect()
}

/// Every program of the family, the smallest first.
pub(crate) fn programs<S: Subject>(
    size: Size,
    keys: usize,
    only: &[String],
    begin: Option<&[String]>,
) -> Vec<String> {
    let calls: Vec<String> = calls_of::<S>(keys, only).into_iter().map(|(_, call)| call).collect();
    let begin = begin.map_or_else(|| setups::<S>(keys), <[String]>::to_vec);
    let mut programs = Vec::new();
    for threads in threads_of(&calls, size) {
        for setup in &begin {
            let setup = if setup.is_empty() { String::new() } else { format!("{setup} ") };
            programs.push(format!("{setup}|| {threads}"));
        }
    }
    smallest_first(&mut programs);
    programs
}
