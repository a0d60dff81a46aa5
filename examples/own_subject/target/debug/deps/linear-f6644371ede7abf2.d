/work/wt/ci/examples/own_subject/target/debug/deps/linear-f6644371ede7abf2.d: /work/wt/ci/verification/linear/src/lib.rs /work/wt/ci/verification/linear/src/agreement.rs /work/wt/ci/verification/linear/src/answer.rs /work/wt/ci/verification/linear/src/callback.rs /work/wt/ci/verification/linear/src/farthest.rs /work/wt/ci/verification/linear/src/history.rs /work/wt/ci/verification/linear/src/impossible.rs /work/wt/ci/verification/linear/src/linearizability.rs /work/wt/ci/verification/linear/src/misdeeds.rs /work/wt/ci/verification/linear/src/operation.rs /work/wt/ci/verification/linear/src/orders.rs /work/wt/ci/verification/linear/src/parse.rs /work/wt/ci/verification/linear/src/program.rs /work/wt/ci/verification/linear/src/sentence.rs /work/wt/ci/verification/linear/src/smaller.rs /work/wt/ci/verification/linear/src/snapshot.rs /work/wt/ci/verification/linear/src/specification.rs /work/wt/ci/verification/linear/src/structure.rs /work/wt/ci/verification/linear/src/subject.rs /work/wt/ci/verification/linear/src/templates.rs /work/wt/ci/verification/linear/src/text.rs /work/wt/ci/verification/linear/src/verdict.rs /work/wt/ci/verification/linear/src/waiting.rs

/work/wt/ci/examples/own_subject/target/debug/deps/liblinear-f6644371ede7abf2.rmeta: /work/wt/ci/verification/linear/src/lib.rs /work/wt/ci/verification/linear/src/agreement.rs /work/wt/ci/verification/linear/src/answer.rs /work/wt/ci/verification/linear/src/callback.rs /work/wt/ci/verification/linear/src/farthest.rs /work/wt/ci/verification/linear/src/history.rs /work/wt/ci/verification/linear/src/impossible.rs /work/wt/ci/verification/linear/src/linearizability.rs /work/wt/ci/verification/linear/src/misdeeds.rs /work/wt/ci/verification/linear/src/operation.rs /work/wt/ci/verification/linear/src/orders.rs /work/wt/ci/verification/linear/src/parse.rs /work/wt/ci/verification/linear/src/program.rs /work/wt/ci/verification/linear/src/sentence.rs /work/wt/ci/verification/linear/src/smaller.rs /work/wt/ci/verification/linear/src/snapshot.rs /work/wt/ci/verification/linear/src/specification.rs /work/wt/ci/verification/linear/src/structure.rs /work/wt/ci/verification/linear/src/subject.rs /work/wt/ci/verification/linear/src/templates.rs /work/wt/ci/verification/linear/src/text.rs /work/wt/ci/verification/linear/src/verdict.rs /work/wt/ci/verification/linear/src/waiting.rs

/work/wt/ci/verification/linear/src/lib.rs:
/work/wt/ci/verification/linear/src/agreement.rs:
/work/wt/ci/verification/linear/src/answer.rs:
/work/wt/ci/verification/linear/src/callback.rs:
/work/wt/ci/verification/linear/src/farthest.rs:
/work/wt/ci/verification/linear/src/history.rs:
/work/wt/ci/verification/linear/src/impossible.rs:
/work/wt/ci/verification/linear/src/linearizability.rs:
/work/wt/ci/verification/linear/src/misdeeds.rs:
/work/wt/ci/verification/linear/src/operation.rs:
/work/wt/ci/verification/linear/src/orders.rs:
/work/wt/ci/verification/linear/src/parse.rs:
/work/wt/ci/verification/linear/src/program.rs:
/work/wt/ci/verification/linear/src/sentence.rs:
/work/wt/ci/verification/linear/src/smaller.rs:
/work/wt/ci/verification/linear/src/snapshot.rs:
/work/wt/ci/verification/linear/src/specification.rs:
/work/wt/ci/verification/linear/src/structure.rs:
/work/wt/ci/verification/linear/src/subject.rs:
/work/wt/ci/verification/linear/src/templates.rs:
/work/wt/ci/verification/linear/src/text.rs:
/work/wt/ci/verification/linear/src/verdict.rs:
/work/wt/ci/verification/linear/src/waiting.rs:
