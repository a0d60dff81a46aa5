/work/wt/ci/examples/own_subject/target/debug/deps/own_subject-ab4767166c593880.d: src/main.rs

/work/wt/ci/examples/own_subject/target/debug/deps/libown_subject-ab4767166c593880.rmeta: src/main.rs

src/main.rs:
