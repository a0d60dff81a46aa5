/work/wt/ci/examples/own_subject/target/debug/deps/sync_map_model-7bb0077bf942158d.d: /work/wt/ci/verification/model/src/lib.rs /work/wt/ci/verification/model/src/access.rs /work/wt/ci/verification/model/src/event.rs /work/wt/ci/verification/model/src/mode.rs /work/wt/ci/verification/model/src/one_step.rs /work/wt/ci/verification/model/src/loom.rs /work/wt/ci/verification/model/src/loom/engine.rs /work/wt/ci/verification/model/src/loom/numbers.rs /work/wt/ci/verification/model/src/loom/repair.rs /work/wt/ci/verification/model/src/facade/mod.rs /work/wt/ci/verification/model/src/facade/execution.rs /work/wt/ci/verification/model/src/facade/held.rs /work/wt/ci/verification/model/src/facade/locks.rs /work/wt/ci/verification/model/src/facade/look.rs /work/wt/ci/verification/model/src/facade/primitives.rs /work/wt/ci/verification/model/src/facade/strict_epoch/mod.rs /work/wt/ci/verification/model/src/facade/strict_epoch/books.rs /work/wt/ci/verification/model/src/facade/strict_epoch/early.rs /work/wt/ci/verification/model/src/facade/strict_epoch/looks.rs /work/wt/ci/verification/model/src/facade/trace.rs /work/wt/ci/verification/model/src/shuttle.rs /work/wt/ci/verification/model/src/shuttle/engine.rs

/work/wt/ci/examples/own_subject/target/debug/deps/libsync_map_model-7bb0077bf942158d.rmeta: /work/wt/ci/verification/model/src/lib.rs /work/wt/ci/verification/model/src/access.rs /work/wt/ci/verification/model/src/event.rs /work/wt/ci/verification/model/src/mode.rs /work/wt/ci/verification/model/src/one_step.rs /work/wt/ci/verification/model/src/loom.rs /work/wt/ci/verification/model/src/loom/engine.rs /work/wt/ci/verification/model/src/loom/numbers.rs /work/wt/ci/verification/model/src/loom/repair.rs /work/wt/ci/verification/model/src/facade/mod.rs /work/wt/ci/verification/model/src/facade/execution.rs /work/wt/ci/verification/model/src/facade/held.rs /work/wt/ci/verification/model/src/facade/locks.rs /work/wt/ci/verification/model/src/facade/look.rs /work/wt/ci/verification/model/src/facade/primitives.rs /work/wt/ci/verification/model/src/facade/strict_epoch/mod.rs /work/wt/ci/verification/model/src/facade/strict_epoch/books.rs /work/wt/ci/verification/model/src/facade/strict_epoch/early.rs /work/wt/ci/verification/model/src/facade/strict_epoch/looks.rs /work/wt/ci/verification/model/src/facade/trace.rs /work/wt/ci/verification/model/src/shuttle.rs /work/wt/ci/verification/model/src/shuttle/engine.rs

/work/wt/ci/verification/model/src/lib.rs:
/work/wt/ci/verification/model/src/access.rs:
/work/wt/ci/verification/model/src/event.rs:
/work/wt/ci/verification/model/src/mode.rs:
/work/wt/ci/verification/model/src/one_step.rs:
/work/wt/ci/verification/model/src/loom.rs:
/work/wt/ci/verification/model/src/loom/engine.rs:
/work/wt/ci/verification/model/src/loom/numbers.rs:
/work/wt/ci/verification/model/src/loom/repair.rs:
/work/wt/ci/verification/model/src/facade/mod.rs:
/work/wt/ci/verification/model/src/facade/execution.rs:
/work/wt/ci/verification/model/src/facade/held.rs:
/work/wt/ci/verification/model/src/facade/locks.rs:
/work/wt/ci/verification/model/src/facade/look.rs:
/work/wt/ci/verification/model/src/facade/primitives.rs:
/work/wt/ci/verification/model/src/facade/strict_epoch/mod.rs:
/work/wt/ci/verification/model/src/facade/strict_epoch/books.rs:
/work/wt/ci/verification/model/src/facade/strict_epoch/early.rs:
/work/wt/ci/verification/model/src/facade/strict_epoch/looks.rs:
/work/wt/ci/verification/model/src/facade/trace.rs:
/work/wt/ci/verification/model/src/shuttle.rs:
/work/wt/ci/verification/model/src/shuttle/engine.rs:
