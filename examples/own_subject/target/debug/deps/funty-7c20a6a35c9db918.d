/work/wt/ci/examples/own_subject/target/debug/deps/funty-7c20a6a35c9db918.d: /root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/funty-2.0.0/src/lib.rs

/work/wt/ci/examples/own_subject/target/debug/deps/libfunty-7c20a6a35c9db918.rmeta: /root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/funty-2.0.0/src/lib.rs

/root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/funty-2.0.0/src/lib.rs:
