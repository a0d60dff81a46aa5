//! The configuration store: values, changes, subscriptions, loading.

mod equality;
mod garbage;
mod load;
mod model;
mod printing;
mod subscriptions;
mod threads;
mod values;
mod wake_ups;
mod wakers;

/// How random values are tried here.
const TRIALS: test_support::Trials = test_support::Trials { cases: 512, seeds: "tests/config.regressions" };
