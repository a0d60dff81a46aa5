/work/wt/ci/examples/own_subject/target/debug/deps/cfg_if-e46b11e9694c3284.d: /root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/cfg-if-1.0.5/src/lib.rs

/work/wt/ci/examples/own_subject/target/debug/deps/libcfg_if-e46b11e9694c3284.rmeta: /root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/cfg-if-1.0.5/src/lib.rs

/root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/cfg-if-1.0.5/src/lib.rs:
