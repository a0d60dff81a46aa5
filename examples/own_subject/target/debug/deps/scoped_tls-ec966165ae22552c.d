/work/wt/ci/examples/own_subject/target/debug/deps/scoped_tls-ec966165ae22552c.d: /root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/scoped-tls-1.0.1/src/lib.rs

/work/wt/ci/examples/own_subject/target/debug/deps/libscoped_tls-ec966165ae22552c.rmeta: /root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/scoped-tls-1.0.1/src/lib.rs

/root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/scoped-tls-1.0.1/src/lib.rs:
