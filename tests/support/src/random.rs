//! Random values, by proptest.

use crate::hang;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{FileFailurePersistence, TestRunner};
use std::fmt::Debug;

/// How random values are tried.
///
/// proptest prints the value that fails, made as small as it can, and writes its seed to a file, from where every later run replays
/// it.
#[derive(Clone, Copy, Debug)]
pub struct Trials {
    /// How many values a test tries, unless `PROPTEST_CASES` says otherwise.
    pub cases: u32,
    /// The file of the seeds, from the root of the package.
    pub seeds: &'static str,
}

impl Trials {
    /// Tries `test` on many values of `strategy`, each a step of a watchdog.
    #[track_caller]
    pub fn run<T: Debug + Clone + Send + 'static>(
        self,
        strategy: impl Strategy<Value = T>,
        test: impl Fn(T) -> Result<(), TestCaseError>,
    ) {
        let mut config = ProptestConfig::default();
        if std::env::var_os("PROPTEST_CASES").is_none() {
            config.cases = self.cases;
        }
        config.source_file = Some(file!());
        config.failure_persistence = Some(Box::new(FileFailurePersistence::Direct(self.seeds)));
        let watch = hang::watch();
        let watched = |value: T| {
            watch.step(value.clone());
            test(value)
        };
        let mut runner = TestRunner::new(config);
        if let Err(failure) = runner.run(&strategy, watched) {
            panic!("{failure}\n{runner}");
        }
    }
}

/// The same `count` values of `strategy` in every run, whatever `PROPTEST_CASES` says: for a test that asserts what a sample has in it,
/// which a random one would fail now and then.
pub fn fixed_sample<T: Debug>(count: usize, strategy: impl Strategy<Value = T>) -> impl Iterator<Item = T> {
    let mut runner = TestRunner::deterministic();
    let sample = move || strategy.new_tree(&mut runner).expect("a value of the strategy").current();
    std::iter::repeat_with(sample).take(count)
}
