/work/wt/ci/examples/own_subject/target/debug/deps/matchers-bc2645e3f372d631.d: /root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/matchers-0.2.0/src/lib.rs

/work/wt/ci/examples/own_subject/target/debug/deps/libmatchers-bc2645e3f372d631.rmeta: /root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/matchers-0.2.0/src/lib.rs

/root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/matchers-0.2.0/src/lib.rs:
