//! The tree of a program against the searches: the same outcomes, the same number of executions that differ, the same steps.

use super::{job, program, settings, tree_below};
use explore::engine::Engine;
use explore::random::Random;
use explore::tree::{Bounds, Cut, Tree};
use linear::Verdict;
use runner::explain::{lines, told};
use runner::game::{Game, Status};
use runner::plan::Planned;
use runner::playing;
use runner::pool::{self, News};
use std::collections::BTreeSet;
use test_support::hang::{TEST, watch_for};

fn verdict(subject: &str, text: &str, engine: Engine) -> Verdict {
    let mut found = None;
    let task = Planned::Job(Box::new(job(subject, text, engine))).task();
    pool::run(vec![task], &settings(), |news| {
        if let News::Verdict(verdict) = news {
            found = Some(*verdict);
        }
    });
    found.expect("a verdict")
}

/// Small programs of several subjects: some with the mutex, some without, one that waits, one with three threads.
const PROGRAMS: [(&str, &str); 7] = [
    ("map", "store a 1 || load_or_store a 2 || delete a"),
    ("map", "|| store a 1 || load_or_store a 2"),
    ("map", "store a 1; delete a || load_or_store a 2 || store b 1; load a"),
    ("map", "store a 1; range || load a || store a 2 || load a"),
    ("counter", "|| add 1; get || reset_and_get"),
    ("counter", "|| add 1; add 2 || add 3 || get"),
    ("countermap", "add a 1 || remove a || add a 2"),
];

fn outcomes(tree: &Tree) -> BTreeSet<String> {
    tree.ends.iter().filter_map(|end| end.outcome.clone()).collect()
}

#[test]
fn the_tree_has_the_outcomes_of_all_schedules() {
    let _watch = watch_for("the test", TEST);
    for (subject, text) in [PROGRAMS[0], PROGRAMS[1], PROGRAMS[2], PROGRAMS[4]] {
        let tree = tree_below(subject, text, Vec::new());
        assert_eq!((&tree.cut, tree.ends.iter().find(|end| end.failure.is_some())), (&None, None), "{text}");
        assert_eq!(
            outcomes(&tree),
            verdict(subject, text, Engine::ShuttleDfs).outcome_set,
            "{subject}: {text}"
        );
    }
}

/// The reduced search runs one execution of those that differ only in the order of independent steps; the tree has one end for them. Where
/// memory is retired, the tree has more: it tells which of two threads that let go of an object is the one that frees it.
#[test]
fn the_tree_has_a_last_position_for_each_execution_of_the_reduced_search() {
    let _watch = watch_for("the test", TEST);
    for (subject, text) in PROGRAMS {
        let tree = tree_below(subject, text, Vec::new());
        let verdict = verdict(subject, text, Engine::ShuttleSleep);
        let last = tree.positions.iter().filter(|position| position.end.is_some()).count();
        let retires = tree.steps.iter().any(|step| step.action == "Retire");
        assert!(last as u64 >= verdict.executions, "{subject}: {text}: {last}, {}", verdict.executions);
        assert!(
            retires || last as u64 == verdict.executions,
            "{subject}: {text}: {last}, {}",
            verdict.executions
        );
        assert_eq!(outcomes(&tree), verdict.outcome_set, "{subject}: {text}");
    }
}

/// What a game has shown: each step with what the subject then looks like.
fn shown(game: &Game, text: (&str, &str)) -> Vec<String> {
    let program = program(text.0, text.1);
    let taken = game.taken().into_iter();
    let line = |taken: runner::game::Taken<'_>| {
        let look = taken.look.map(lines).unwrap_or_default().join("; ");
        format!("{} thread {} {} | {look}", taken.number, taken.step.thread, told(taken.step, &program))
    };
    taken.map(line).collect()
}

/// Positions grow together where only the order of independent steps differs. So what the tree tells of a way must be what an execution does
/// that is made to go this way, from its first step to its outcome.
#[test]
fn a_random_way_through_the_tree_is_an_execution_and_ends_in_an_outcome_of_the_table() {
    let _watch = watch_for("the test", TEST);
    let mut random = Random(7);
    for (subject, text) in PROGRAMS {
        let tree = tree_below(subject, text, Vec::new());
        let table = verdict(subject, text, Engine::ShuttleSleep).outcome_set;
        for _ in 0..6 {
            let mut game = Game::new(&program(subject, text), tree.clone());
            while game.end().is_none() {
                let threads: Vec<usize> = game.choices().iter().map(|choice| choice.thread).collect();
                let thread = threads[random.below(threads.len())];
                assert!(game.pick(thread), "{subject}: {text}: a whole tree lets thread {thread} step");
            }
            let outcome = game.end().and_then(|end| end.outcome.clone()).expect("an outcome");
            assert!(table.contains(&outcome), "{subject}: {text}: {outcome}");
            let picks = game.picks();
            let alone = tree_below(subject, text, picks.clone());
            assert_eq!(alone.executions, 1, "{subject}: {text}: nothing is left to choose after {picks:?}");
            let mut again = Game::new(&program(subject, text), alone);
            picks.iter().for_each(|thread| assert!(again.pick(*thread)));
            assert_eq!(again.end(), game.end(), "{subject}: {text}: {picks:?}");
            assert_eq!(shown(&again, (subject, text)), shown(&game, (subject, text)), "{picks:?}");
        }
    }
}

#[test]
fn a_tree_that_was_cut_says_of_no_outcome_that_it_cannot_be_reached() {
    let _watch = watch_for("the test", TEST);
    let (subject, text) = PROGRAMS[2];
    let bounds = Bounds { positions: 12, milliseconds: 100_000, ..Bounds::default() };
    let tree = playing::tree(&job(subject, text, Engine::ShuttleDfs), &bounds, &settings()).expect("a tree");
    assert_eq!(tree.cut, Some(Cut::Positions(12)));
    let mut game = Game::new(&program(subject, text), tree);
    let mut unknown = 0;
    for _ in 0..40 {
        for goal in game.goals() {
            let status = game.status(goal);
            unknown += usize::from(status == Status::Unknown);
            let is_known = game.cut().is_none();
            assert!(
                is_known || matches!(status, Status::Unknown | Status::Possible),
                "{}: {status:?}",
                goal.text()
            );
        }
        let explored = game.choices().iter().find(|choice| choice.to.is_some()).map(|choice| choice.thread);
        let Some(thread) = explored else { break };
        game.pick(thread);
    }
    assert!(unknown > 0, "something is not known");
}

/// A cache has counts of references, which the facade does not see: there each schedule is told apart.
#[test]
fn a_program_whose_steps_are_not_what_they_seem_is_played_all_the_same() {
    let _watch = watch_for("the test", TEST);
    let (subject, text) = ("cache", "|| get_or_insert a 1 || get_or_insert a 2");
    let bounds = Bounds { positions: 30_000, milliseconds: 20_000, ..Bounds::default() };
    let tree = playing::tree(&job(subject, text, Engine::ShuttleDfs), &bounds, &settings()).expect("a tree");
    assert!(tree.cut.is_some(), "it is too large to be whole");
    let mut led_to = vec![0; tree.positions.len()];
    tree.positions
        .iter()
        .flat_map(|at| &at.choices)
        .filter_map(|choice| choice.to)
        .for_each(|to| led_to[to] += 1);
    assert!(led_to.iter().all(|ways| *ways <= 1), "no two schedules lead to the same position");
    let mut game = Game::new(&program(subject, text), tree);
    while let Some(thread) =
        game.choices().iter().find(|choice| choice.to.is_some()).map(|choice| choice.thread)
    {
        game.pick(thread);
    }
    assert!(game.end().is_some(), "the first way goes to its end");
}

/// Executions that stop in the middle take their process with them: the tree has them all the same, and what there is beside them.
#[test]
fn executions_that_stop_in_the_middle_are_ends_of_the_tree() {
    let _watch = watch_for("the test", TEST);
    let tree = tree_below("canary", "|| ok; deadlock || ok; panic", Vec::new());
    let kinds: BTreeSet<&str> =
        tree.ends.iter().filter_map(|end| Some(end.failure.as_ref()?.0.as_str())).collect();
    assert_eq!(kinds, BTreeSet::from(["deadlock", "panic"]));
    assert_eq!(tree.cut, None);
    let tree = tree_below("canary", "|| ok || wrong", Vec::new());
    let [end] = tree.ends.as_slice() else { panic!("one end: {:?}", tree.ends) };
    assert_eq!(end.failure.as_ref().map(|(kind, _)| kind.as_str()), Some("not linearizable"));
    let bounds = Bounds { picks: vec![0, 5], positions: 10, milliseconds: 100_000, ..Bounds::default() };
    let refused = playing::tree(&job("map", PROGRAMS[0].1, Engine::ShuttleDfs), &bounds, &settings());
    let said = "number 2 of the schedule is thread 5, which cannot step there: thread 0 or 1 can";
    assert_eq!(refused, Err(said.to_owned()));
}
