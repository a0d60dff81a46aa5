/work/wt/ci/examples/own_subject/target/debug/deps/explore-9b9f4e64441d57ce.d: /work/wt/ci/verification/explore/src/lib.rs /work/wt/ci/verification/explore/src/calls.rs /work/wt/ci/verification/explore/src/counted.rs /work/wt/ci/verification/explore/src/current.rs /work/wt/ci/verification/explore/src/engine.rs /work/wt/ci/verification/explore/src/execution.rs /work/wt/ci/verification/explore/src/job.rs /work/wt/ci/verification/explore/src/judge.rs /work/wt/ci/verification/explore/src/lawless.rs /work/wt/ci/verification/explore/src/litmus.rs /work/wt/ci/verification/explore/src/observer.rs /work/wt/ci/verification/explore/src/on_loom.rs /work/wt/ci/verification/explore/src/on_shuttle.rs /work/wt/ci/verification/explore/src/on_threads.rs /work/wt/ci/verification/explore/src/passage.rs /work/wt/ci/verification/explore/src/random.rs /work/wt/ci/verification/explore/src/running.rs /work/wt/ci/verification/explore/src/schedule.rs /work/wt/ci/verification/explore/src/search_oracle.rs /work/wt/ci/verification/explore/src/sentence.rs /work/wt/ci/verification/explore/src/sleep_sets.rs /work/wt/ci/verification/explore/src/stack_pool.rs /work/wt/ci/verification/explore/src/subjects.rs /work/wt/ci/verification/explore/src/watching.rs

/work/wt/ci/examples/own_subject/target/debug/deps/libexplore-9b9f4e64441d57ce.rmeta: /work/wt/ci/verification/explore/src/lib.rs /work/wt/ci/verification/explore/src/calls.rs /work/wt/ci/verification/explore/src/counted.rs /work/wt/ci/verification/explore/src/current.rs /work/wt/ci/verification/explore/src/engine.rs /work/wt/ci/verification/explore/src/execution.rs /work/wt/ci/verification/explore/src/job.rs /work/wt/ci/verification/explore/src/judge.rs /work/wt/ci/verification/explore/src/lawless.rs /work/wt/ci/verification/explore/src/litmus.rs /work/wt/ci/verification/explore/src/observer.rs /work/wt/ci/verification/explore/src/on_loom.rs /work/wt/ci/verification/explore/src/on_shuttle.rs /work/wt/ci/verification/explore/src/on_threads.rs /work/wt/ci/verification/explore/src/passage.rs /work/wt/ci/verification/explore/src/random.rs /work/wt/ci/verification/explore/src/running.rs /work/wt/ci/verification/explore/src/schedule.rs /work/wt/ci/verification/explore/src/search_oracle.rs /work/wt/ci/verification/explore/src/sentence.rs /work/wt/ci/verification/explore/src/sleep_sets.rs /work/wt/ci/verification/explore/src/stack_pool.rs /work/wt/ci/verification/explore/src/subjects.rs /work/wt/ci/verification/explore/src/watching.rs

/work/wt/ci/verification/explore/src/lib.rs:
/work/wt/ci/verification/explore/src/calls.rs:
/work/wt/ci/verification/explore/src/counted.rs:
/work/wt/ci/verification/explore/src/current.rs:
/work/wt/ci/verification/explore/src/engine.rs:
/work/wt/ci/verification/explore/src/execution.rs:
/work/wt/ci/verification/explore/src/job.rs:
/work/wt/ci/verification/explore/src/judge.rs:
/work/wt/ci/verification/explore/src/lawless.rs:
/work/wt/ci/verification/explore/src/litmus.rs:
/work/wt/ci/verification/explore/src/observer.rs:
/work/wt/ci/verification/explore/src/on_loom.rs:
/work/wt/ci/verification/explore/src/on_shuttle.rs:
/work/wt/ci/verification/explore/src/on_threads.rs:
/work/wt/ci/verification/explore/src/passage.rs:
/work/wt/ci/verification/explore/src/random.rs:
/work/wt/ci/verification/explore/src/running.rs:
/work/wt/ci/verification/explore/src/schedule.rs:
/work/wt/ci/verification/explore/src/search_oracle.rs:
/work/wt/ci/verification/explore/src/sentence.rs:
/work/wt/ci/verification/explore/src/sleep_sets.rs:
/work/wt/ci/verification/explore/src/stack_pool.rs:
/work/wt/ci/verification/explore/src/subjects.rs:
/work/wt/ci/verification/explore/src/watching.rs:
